"""The genomes that a question may be about, and how they are opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from genoviz.errors import GenovizError
from genoviz.genes.registered import open_genes_of
from genoviz.genomes.registry import GenomeEntry, list_genomes, open_entry

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels
    from genoviz.genomes.genome import Reference


@dataclass(frozen=True)
class Library:
    """Genomes in the order in which they are asked.

    Attributes
    ----------
    entries
        The genomes; those that can't be opened are left out by `usable`.
    open_reference, open_genes
        Open the bases and the gene models of an entry. They are called again and again, so they should remember.
    chosen
        Name of the genome that is asked first; empty where none was chosen.
    """

    entries: tuple[GenomeEntry, ...]
    open_reference: Callable[[GenomeEntry], Reference]
    open_genes: Callable[[GenomeEntry], GeneModels | None]
    chosen: str = ""

    def usable(self) -> tuple[GenomeEntry, ...]:
        """The genomes that can be asked: the chosen one, those on this computer, then those of services."""
        known = [entry for entry in self.entries if not entry.problem]
        return tuple(sorted(known, key=lambda entry: (entry.name != self.chosen, entry.remote)))

    def reference(self, entry: GenomeEntry) -> Reference | None:
        """The bases of a genome on this computer. None for one of a service: nothing is sent while somebody types."""
        if entry.remote:
            return None
        try:
            return self.open_reference(entry)
        except GenovizError:
            return None  # it says so itself when it is chosen

    def genes(self, entry: GenomeEntry) -> GeneModels | None:
        """The gene models of a genome; None where it has none, or they can't be read."""
        try:
            return self.open_genes(entry) if entry.genes else None
        except GenovizError:
            return None


def build_of(entry: GenomeEntry) -> str:
    """The assembly for a sentence; a synthetic one and one of a service say so."""
    synthetic = " (synthetic)" if entry.synthetic and "synthetic" not in entry.assembly else ""
    return f"{entry.assembly or entry.name}{synthetic}{' (online)' if entry.remote else ''}"


@contextmanager
def registered(chosen: str = "") -> Iterator[Library]:
    """All genomes that can be opened by name, the `chosen` one first; closed at the end."""
    with ExitStack() as stack:

        @cache
        def reference(name: str) -> Reference:
            return stack.enter_context(open_entry(known[name]))

        @cache
        def genes(name: str) -> GeneModels | None:
            found = open_genes_of(name)
            return stack.enter_context(found) if found is not None else None

        known = {entry.name: entry for entry in list_genomes()}
        yield Library(
            tuple(known.values()), lambda entry: reference(entry.name), lambda entry: genes(entry.name), chosen
        )
