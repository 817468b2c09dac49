"""Options of the backgrounds that sites are written into, for `genoviz grammar`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.cli.common import only_one, open_local, read_fitted
from genoviz.errors import BadInput
from genoviz.models.card import ModelCard

if TYPE_CHECKING:
    from genoviz.grammar.backgrounds import Backgrounds

Count = Annotated[int, typer.Option("--backgrounds", help="How many backgrounds; more give narrower intervals.")]
Gc = Annotated[float, typer.Option("--gc", help="G and C of random backgrounds, in per cent.")]
Shuffled = Annotated[
    str | None, typer.Option("--sequence", "-s", help="Backgrounds are shuffles of these bases; `-`: standard input.")
]
ShuffledFile = Annotated[
    Path | None, typer.Option("--fasta", "-f", help="Backgrounds are shuffles of the sequence in this file.")
]
GenomeName = Annotated[
    str | None, typer.Option("--genome", help="Backgrounds are windows of this genome, a name or a FASTA file.")
]
Seed = Annotated[int, typer.Option(help="Same seed, same backgrounds.")]


@dataclass(frozen=True)
class Around:
    """What the options say of the backgrounds."""

    n: int
    gc: float
    sequence: str | None
    fasta: Path | None
    fit: str
    genome: str | None
    seed: int

    def make(self, card: ModelCard) -> Backgrounds:
        """Shuffles of a sequence where one is given, windows of a genome where one is named, else random bases."""
        from genoviz.grammar.backgrounds import genome_windows, random_bases, shuffled

        given = self.sequence is not None or self.fasta is not None
        if given and self.genome is not None:
            raise BadInput(
                "A sequence and a genome were given.",
                "Backgrounds are shuffles of the one or windows of the other.",
                "Leave one out.",
            )
        if given:
            one = only_one(read_fitted(self.sequence, self.fasta, card, self.fit))
            return shuffled(one.sequence, n=self.n, seed=self.seed)
        if self.genome is not None:
            with open_local(self.genome) as reference:
                return genome_windows(reference, card.length, n=self.n, seed=self.seed)
        return random_bases(card.length, gc=self.gc / 100, n=self.n, seed=self.seed)
