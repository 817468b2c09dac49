"""Cards of the hand-set networks in `genoviz.networks.toy`; separate so that listing models needs no torch."""

from __future__ import annotations

from genoviz.models.card import ModelCard, Origin, Output

SITE_A = "GATAAG"
SITE_B = "CACGTG"
LENGTH = 60

_COMMON = {
    "family": "hand-set",
    "task": "teaching",
    "length": LENGTH,
    "n_rule": "N is a column of zeros and matches nothing.",
    "data": "None: the weights were set by hand, so the right explanation is known.",
    "split": "Not trained.",
    "licence": "MIT",
    "citation": "This project.",
    "origin": Origin("hand-set network", "This project", 0, "This project: set by hand, so there is no paper."),
    "layers": ("motif scan",),
    "molecule": "DNA",
    "input": "60 bases; sites may lie anywhere",
    "strand_symmetric": False,
    "good_for": {"teach": "the right explanation is known, so every method can be checked against it."},
}


def _card(name: str, title: str, summary: str, quantity: str, limits: tuple[str, ...], parameters: int) -> ModelCard:
    return ModelCard(
        name=name,
        title=title,
        summary=summary,
        builder="genoviz.networks.toy:build",
        outputs=(
            Output("activity", ("activity",), "arbitrary units", "identity", "arbitrary units", quantity=quantity),
        ),
        parameters=parameters,
        limits=limits,
        **_COMMON,  # type: ignore[arg-type]
    )


TOY_CARDS = (
    _card(
        "toy.sum",
        "Toy: matches add up",
        f"Each base of each 6-bp window that matches {SITE_A} counts; matches of four or more bases add their excess "
        "over three. Several sites add up.",
        "sum of site matches",
        ("Reads one strand only.",),
        25,
    ),
    _card(
        "toy.and",
        "Toy: both sites needed",
        f"The output is the smaller of the best match to {SITE_A} and the best match to {SITE_B}: either site alone "
        "gives nothing.",
        "strength of the weaker site",
        ("Reads one strand only.", "Gradients at a tie of the two sites follow one of them."),
        50,
    ),
)
