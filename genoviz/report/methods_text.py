"""A paragraph for the methods of a paper, made from the receipts of results."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq

from genoviz.models.card import ModelCard
from genoviz.receipts.receipt import ModelUsed, Receipt
from genoviz.sequences.sequence import Fitted


def methods_paragraph(cards: Seq[ModelCard], receipts: Seq[Receipt], fitted: Fitted | None = None) -> str:
    """What was done by which models, with settings and citations.

    Parameters
    ----------
    cards
        The models of the receipts.
    receipts
        One or several results of one view.
    fitted
        Which bases of the sequence that was given were read.
    """
    used = {one.name: one for receipt in receipts for one in receipt.models}
    titles = {card.name: card.title for card in cards}
    named = "; ".join(f"{name} ({titles[name]}; {_weights(one)})" for name, one in used.items())
    version = receipts[0].made_with.get("genoviz", "")
    parts = [f"Predictions were made with genoviz {version}, {'model' if len(used) == 1 else 'models'} {named}."]
    explained = any(receipt.kind == "attribution" for receipt in receipts)
    for receipt in receipts:
        parts += _said(receipt, explained)
    if fitted is not None and fitted.numbering:
        parts.append(f"{fitted.sentence} {fitted.numbering}")
    for card in cards:
        parts += [card.citation, f"Training data: {card.data}", f"Licence of the weights: {card.licence}."]
    return " ".join(parts)


def _said(receipt: Receipt, explained: bool) -> list[str]:
    """What a result adds; `explained` where the method of a check is said already."""
    settings = receipt.settings
    if receipt.kind == "attribution":
        return [_explanation(receipt)]
    if receipt.kind == "trust":
        return ([] if explained else [_explanation(receipt)]) + [f"Checks of this explanation: {receipt.sentence}"]
    if receipt.kind == "mutagenesis":
        return [
            f"In-silico saturation mutagenesis covered positions {settings['window']}; effects are alternate minus reference."
        ]
    if receipt.kind == "variant":
        strands = " as the mean of both strands" if settings["strands"] == "both" else ""
        return [
            f"{settings['variant']} ({settings['assembly'] or 'assembly not named'}) was scored in the window "
            f"{settings['window']}{strands}, target {receipt.models[0].target}; effects are alternate minus reference."
        ]
    if receipt.kind == "splice":
        transcript = f" of {settings['transcript']}" if settings["transcript"] else ""
        return [
            f"Splice sites{transcript} on the {settings['strand']} strand were scored within {settings['distance']} bases of "
            f"{settings['variant']} ({settings['assembly'] or 'assembly not named'}); scores are alternate minus reference."
        ]
    if receipt.kind == "comparison":
        targets = "; ".join(f"{one.name} {one.target}" for one in receipt.models)
        return [
            f"Explanations by {_titles(settings['methods'])} for the targets {targets} were compared, with "
            f"{_references(settings['baseline'], settings['references'], settings['seed'])}."
        ]
    return [_UNLABELLED[receipt.kind](receipt)] if receipt.kind in _UNLABELLED else []


def _dependency(receipt: Receipt) -> str:
    settings, target = receipt.settings, receipt.models[0].target
    if target:
        return f"Interactions of two base changes beyond the sum of both were computed for positions {settings['window']}, target {target}."
    return (
        f"A nucleotide dependency map (Tomaz da Silva et al. 2024) covered positions {settings['window']} (model: "
        f"{settings['reading']}): the largest change of the log2 odds of any base at one position when another one is changed."
    )


def _infill(receipt: Receipt) -> str:
    settings = receipt.settings
    return (
        f"Positions {settings['window']} were hidden and written by the model {settings['count']} times (order: {settings['order']}; "
        f"temperature {settings['temperature']:g}, seed {settings['seed']})."
    )


def _map(receipt: Receipt) -> str:
    method = {"pca": "their first two principal components", "umap": f"UMAP (seed {receipt.settings['seed']})"}
    return f"{len(receipt.inputs):,} sequences were embedded by the model and drawn by {method[receipt.settings['method']]}."


def _probe(receipt: Receipt) -> str:
    settings = receipt.settings
    return (
        f"Linear probes (ridge regression) were trained on embeddings of {len(receipt.inputs):,} sequences and on counts of their "
        f"{settings['word']}-base words, split by families (seed {settings['seed']}). {receipt.sentence}"
    )


_UNLABELLED: dict[str, Callable[[Receipt], str]] = {
    "expectation": lambda receipt: "The probability of each base at each position was predicted from the others.",
    "dependency": _dependency,
    "infill": _infill,
    "reconstruction": lambda receipt: (
        "Sequences were sent through the latent space of the autoencoder and decoded again."
    ),
    "map": _map,
    "probe": _probe,
}


def _explanation(receipt: Receipt) -> str:
    settings = receipt.settings
    unit = receipt.numbers["scores"].unit
    text = f"Bases were scored with {_titles([settings['method']])} for the target {receipt.models[0].target} ({unit})"
    if settings["baseline"]:
        text += f", compared with {_references(settings['baseline'], settings['references'], settings['seed'])}"
    gap = receipt.numbers.get("figure of the completeness gap")
    if gap is not None and gap.values[0] is not None:
        text += f"; completeness gap {100 * gap.values[0]:.2g} %"
    return f"{text}."


def _titles(methods: Seq[str]) -> str:
    from genoviz.attribute.methods import METHODS

    return ", ".join(f"{METHODS[name].title} ({METHODS[name].citation})" for name in methods)


def _references(baseline: str, count: int, seed: int) -> str:
    return f"{count} reference(s) of the kind '{baseline}' (seed {seed})"


def _weights(used: ModelUsed) -> str:
    return f"weights sha256 {used.weights_sha256[:16] or 'set by hand'}"
