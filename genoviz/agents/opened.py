"""Sequences that are open, by their handles: bases are given once, or never, and stay out of the conversation."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace

from genoviz.errors import BadInput
from genoviz.genes.places import find_place
from genoviz.genes.registered import genes_for
from genoviz.genomes.registry import find_genome, open_genome
from genoviz.models.card import ModelCard
from genoviz.models.place_window import place_window
from genoviz.question.library import build_of
from genoviz.question.places import check_stored
from genoviz.sequences.edit_text import parse_edit, to_text
from genoviz.sequences.edited_window import read_window
from genoviz.sequences.edits import Edit, EditHistory
from genoviz.sequences.sequence import Fitted, Sequence


@dataclass(frozen=True)
class Opened:
    """What a handle stands for.

    Attributes
    ----------
    given
        The sequence as it was given; None for a place, whose bases depend on how many a model reads.
    place, genome, strand
        A place in words, the name of its genome, and the strand to read (empty: as annotated).
    example, model, track
        Key of an example, and the model and track that it opens on; else empty.
    edits
        What was changed, in the bases that a model of `length` bases reads.
    length
        See `edits`; 0 without any.
    hidden
        Whether the bases were read from a file, so that nothing of the conversation holds them: no link does either.
    """

    given: Sequence | None = None
    place: str = ""
    genome: str = ""
    strand: str = ""
    example: str = ""
    model: str = ""
    track: str = ""
    edits: tuple[Edit, ...] = ()
    length: int = 0
    hidden: bool = False

    @property
    def handle(self) -> str:
        """The same for the same content, so that a handle is good for as long as the server runs."""
        letters = self.given.bases if self.given else ""
        said = [
            self.hidden,
            letters,
            self.place,
            self.genome,
            self.strand,
            self.example,
            to_text(self.edits),
            self.length,
        ]
        digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:10]
        return f"{'place' if self.place else 'example' if self.example else 'sequence'}-{digest}"

    @property
    def parameters(self) -> dict[str, str]:
        """It as parameters of a link, see `genoviz.report.view_links`."""
        if self.place:
            named = {"genome": self.genome, "place": self.place, "strand": self.strand}
        elif self.example:
            named = {"example": self.example}
        else:
            named = {"seq": self.given.bases if self.given else "", "name": self.given.name if self.given else ""}
        return named | {"edits": to_text(self.edits)}


@dataclass(frozen=True)
class Read:
    """What a model reads of an open sequence.

    Attributes
    ----------
    sequence
        As many bases as the model takes, after all edits.
    history
        The bases before any edit, and the edits.
    fitted
        Which bases of the given sequence these are.
    notices
        Sentences on what was understood or cut.
    """

    sequence: Sequence
    history: EditHistory
    fitted: Fitted
    notices: tuple[str, ...]


def whole(opened: Opened, card: ModelCard) -> tuple[Sequence, tuple[str, ...]]:
    """The sequence before it is fitted to a model, and what has to be known of a place."""
    if opened.given is not None:
        return opened.given, ()
    entry = find_genome(opened.genome)
    if entry.remote:
        raise BadInput(
            f"`{entry.name}` answers over the network.",
            "These tools work offline, with a genome on this computer.",
            "Choose `teaching`, or one that was added by `genoviz genome add`.",
        )
    with open_genome(opened.genome) as reference:
        place = find_place(opened.place, assembly=entry.assembly, genes=genes_for(opened.genome, reference))
        if opened.strand:
            place = replace(place, locus=replace(place.locus, strand=opened.strand))
        chrom = check_stored(place, reference)
        window, moved = place_window(place, card, reference.chromosomes[chrom])
        found = reference.fetch(replace(window, chrom=chrom, assembly=entry.assembly))
    title = place.title if place.gene else ""
    name = ", ".join(part for part in (title, found.name or str(found.locus), build_of(entry)) if part)
    shifted = (
        (f"The window was moved by {abs(moved):,} bases, so that it lies inside the chromosome.",) if moved else ()
    )
    return replace(found, name=name), (*place.notes, *shifted)


def read_by(opened: Opened, card: ModelCard) -> Read:
    """What a model reads of an open sequence, as the page *Sequence* fits it: its centre where it is longer.

    Raises
    ------
    BadInput
        If its edits count in the bases that a model of another length reads.
    GenovizError
        If a place or its genome can't be read.
    """
    if opened.edits and opened.length != card.length:
        raise BadInput(
            f"The edits count in the {opened.length:,} bases that the model read; `{card.name}` reads {card.length:,}.",
            "An edited sequence is read by models of the same length.",
            "Make the edits again, with `edit` on the unedited handle and this model.",
        )
    sequence, notices = whole(opened, card)
    fitted = sequence.fit(card.length)
    said = (*notices, f"{fitted.sentence} {fitted.numbering}".strip()) if fitted.sequence != sequence else notices
    history = EditHistory.replay(fitted.sequence, opened.edits)
    read = read_window(history.current, card.length)
    return Read(read, history, fitted, said)


def edited(opened: Opened, card: ModelCard, edits: list[str]) -> Opened:
    """The same with further edits, as `A57G`, `del 60-62`, `ins 61 ACG`, in the bases that the model reads."""
    history = read_by(opened, card).history
    for text in edits:
        history = history.apply(parse_edit(text, history.current))
    return replace(opened, edits=history.done, length=card.length)
