"""What is planted: motifs, how they stand to each other, what the other class lacks, and how noisy it all is."""

from __future__ import annotations

from dataclasses import dataclass

from genoviz.errors import BadInput
from genoviz.motifs.collection import find
from genoviz.motifs.motif import Motif
from genoviz.sequences.bases import BASES

RULES = {
    "any": ("Sites against none", "Positives have every site; negatives have none."),
    "all": ("All sites against all but one", "Positives have every site; each negative lacks one of them."),
    "spacing": ("Right spacing against wrong", "Both have every site; only positives keep the distances between them."),
}
STRANDS = {"+": "As given", "both": "Each on either strand"}
SITES = {"consensus": "The likeliest letters", "drawn": "Drawn from the motif"}
MOST_MOTIFS = 4
LENGTHS = (40, 400)
COUNTS = (200, 10_000)
MOST_GAP = 60
WEAK = 0.5  # bits: at columns below this nearly any base will do
_LEAST_SITE = 4


@dataclass(frozen=True)
class Plan:
    """What to plant; hashed by value, so it can be a cache key.

    Attributes
    ----------
    motifs
        Names or accessions of motifs, or the letters of a site.
    rule
        Key of `RULES`: what tells the two classes apart.
    gap
        Fewest and most bases between neighbouring sites of a positive.
    strands, sites
        Keys of `STRANDS` and `SITES`.
    wrong_labels
        Share of training labels that are turned into the other one.
    gc
        Share of G and C of the random bases around the sites.
    length, count
        Bases of a sequence; training sequences, half of them positive.
    seed
        Same plan, same sequences.

    Raises
    ------
    BadInput, UnknownName
        If a value is outside what is accepted, there is no such motif, or the sites have no room.

    Examples
    --------
    >>> plan = Plan(("GATAAG", "CACGTG"), gap=(5, 5))
    >>> plan.width, plan.sentence
    (17, '2,000 sequences of 100 bases, half with GATAAG and CACGTG, 5 bases apart; the others with none.')
    """

    motifs: tuple[str, ...] = ("GATA1", "CTCF")
    rule: str = "any"
    gap: tuple[int, int] = (5, 20)
    strands: str = "+"
    sites: str = "consensus"
    wrong_labels: float = 0.0
    gc: float = 0.5
    length: int = 100
    count: int = 2_000
    seed: int = 0

    def __post_init__(self) -> None:
        for name, key, known in (
            ("rule", self.rule, tuple(RULES)),
            ("strands", self.strands, tuple(STRANDS)),
            ("sites", self.sites, tuple(SITES)),
        ):
            if key not in known:
                raise BadInput(f"{name} is `{key}`.", f"Accepted: {', '.join(known)}.", "Choose one of these.")
        low, high = self.gap
        numbers: tuple[tuple[str, float, float, float], ...] = (
            ("number of motifs", len(self.motifs), 1, MOST_MOTIFS),
            ("smallest gap", low, 0, MOST_GAP),
            ("largest gap", high, low, MOST_GAP),
            ("share of wrong labels", self.wrong_labels, 0, 0.4),
            ("share of G and C", self.gc, 0.1, 0.9),
            ("length", self.length, *LENGTHS),
            ("number of sequences", self.count, *COUNTS),
            ("seed", self.seed, 0, 2**32 - 1),
        )
        for what, value, least, most in numbers:
            if not least <= value <= most:
                raise BadInput(
                    f"The {what} is {value:,}.", f"{least:g} to {most:,} are accepted.", "Choose another number."
                )
        if self.rule != "any" and len(self.motifs) < 2:
            raise BadInput(
                f"One motif was given for the rule `{self.rule}`.",
                "It needs two or more.",
                "Add a motif, or use `any`.",
            )
        if self.width > self.length:
            raise BadInput(
                f"The sites and the gaps between them need up to {self.width} bases.",
                f"The sequences have {self.length}.",
                "Make the sequences longer, or the gaps smaller.",
            )

    @property
    def read(self) -> tuple[Motif, ...]:
        """The motifs themselves, without flanks in which any base will do."""
        return tuple(_motif(name) for name in self.motifs)

    @property
    def width(self) -> int:
        """Most bases that the sites and the gaps between them take."""
        return sum(len(motif) for motif in self.read) + self.gap[1] * (len(self.motifs) - 1)

    @property
    def sentence(self) -> str:
        """What is planted, in words."""
        names = " and ".join(motif.name for motif in self.read)
        low, high = self.gap
        apart = (
            "" if len(self.motifs) < 2 else f", {low} bases apart" if low == high else f", {low} to {high} bases apart"
        )
        others = {
            "any": "the others with none",
            "all": "the others without one of them",
            "spacing": "the others with other distances",
        }[self.rule]
        noise = f" {100 * self.wrong_labels:.0f} % of the training labels are wrong." if self.wrong_labels else ""
        return f"{self.count:,} sequences of {self.length} bases, half with {names}{apart}; {others}.{noise}"


def _motif(text: str) -> Motif:
    """A motif by its name, or the letters of a site as a motif that accepts nothing else."""
    letters = text.strip().upper()
    if len(letters) >= _LEAST_SITE and not set(letters) - set(BASES):
        return Motif(letters, tuple(tuple(float(b == letter) for b in BASES) for letter in letters))  # type: ignore[misc]
    return find(text).trim(WEAK)
