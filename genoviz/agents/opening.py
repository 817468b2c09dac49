"""Tools that list models and open sequences."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from genoviz.agents.answers import Card, Models, OpenAnswer
from genoviz.agents.desk import Desk, bytes_of
from genoviz.agents.opened import Opened, whole
from genoviz.agents.parameters import GenomeName, Strand
from genoviz.errors import BadInput, UnknownName
from genoviz.files.tsv import json_value
from genoviz.lessons.examples import EXAMPLES, get_example
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.provenance import model_record
from genoviz.models.selection import select_models
from genoviz.models.uses import reasons
from genoviz.models.weights import at_hand
from genoviz.models.words import first_sentence
from genoviz.sequences.sequence import Record, read_sequences

LISTED = ("name", "title", "question", "organism", "assembly", "molecule", "length", "ready", "metric", "score")
MOST_MODELS, MOST_BASES, MOST_RECORDS = 100, 1_000_000, 100


class Opening:
    """Tools that need no model in memory."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list_models(
        self,
        words: Annotated[str, Field(description="Words that all occur, such as `splicing human` or `CTCF`.")] = "",
        use: Annotated[
            str, Field(description="Leave out what is not for this use: score, explain, variants, scan, design, teach.")
        ] = "",
        ready_only: Annotated[bool, Field(description="Only models whose weights are on this computer.")] = True,
    ) -> Models:
        """Models of the genome that can be asked, with what they read and how good they are. At most 100 rows."""
        cards = select_models(words, use=use, ready=ready_only)
        files = at_hand()
        rows = []
        for card in cards[:MOST_MODELS]:
            record = model_record(card, files)
            row = {key: record[key] for key in LISTED}
            tracks = [track for output in card.outputs for track in output.tracks]
            rows.append(row | {"tracks": tracks[:20], "more_tracks": max(0, len(tracks) - 20)})
        left = len(cards) - len(rows)
        said = f"{len(cards):,} model{'' if len(cards) == 1 else 's'} fit."
        return {"sentence": said, "models": json_value(rows), "left_out": left}

    def model_card(self, model: Annotated[str, Field(description="Name of a model, see list_models.")]) -> Card:
        """What a model is good for and not for, its outputs and units, held-out scores, training data, limits, licence."""
        card = get_card(model)
        record: dict[str, Any] = model_record(card)
        more = {"summary": card.summary, "data": card.data, "split": card.split, "limits": list(card.limits)}
        said = f"{card.title}: {first_sentence(card.summary)} {' '.join(reasons(card))}".strip()
        return {"sentence": said, "card": json_value(record | more | {"citation": card.citation})}

    def open_sequence(
        self,
        bases: Annotated[
            str, Field(description="Bases, FASTA or GenBank. Better give `path`, so that bases stay out of the talk.")
        ] = "",
        path: Annotated[str, Field(description="A file of sequences on this computer, in place of `bases`.")] = "",
        record: Annotated[int, Field(description="Which record of several, from 1.", ge=1)] = 1,
    ) -> OpenAnswer:
        """Open a sequence of up to 1,000,000 bases. A model reads the centre of one that is longer than it takes, and
        pads a shorter one with N; answers say which bases were read."""
        if bool(bases.strip()) == bool(path.strip()):
            raise BadInput(
                "Not exactly one of `bases` and `path` was given.", "One of them.", "Give `path` or `bases`."
            )
        content: str | bytes = bytes_of(path) if path.strip() else bases
        records = read_sequences(content, max_records=MOST_RECORDS, max_bases=MOST_BASES)
        found = _record(records, record)
        return self._handle(Opened(found.sequence, hidden=bool(path.strip())), found.notices)

    def open_place(
        self,
        place: Annotated[
            str,
            Field(description="A locus, a gene, `promoter of GENE`, `donor of exon 2 of GENE`, each with `+- 200`."),
        ],
        genome: GenomeName,
        strand: Strand = "",
    ) -> OpenAnswer:
        """Open a place of a genome that is on this computer. Each model reads as many bases around it as it takes."""
        if strand not in ("", "+", "-"):
            raise UnknownName.among("strand", strand, ("+", "-"))
        opened = Opened(place=place.strip(), genome=genome.strip(), strand=strand)
        shortest = min(list_models(), key=lambda card: card.length)
        _, notices = whole(opened, shortest)  # refuses now what can't be read
        return self._handle(opened, notices)

    def open_example(
        self, key: Annotated[str, Field(description="Key of an example; an unknown one lists all.")]
    ) -> OpenAnswer:
        """Open one of the examples of genoviz, real or synthetic, with the model and track that it is about."""
        example = get_example(key.strip())
        if example is None:
            raise UnknownName.among("example", key.strip()[:40], [one.key for one in EXAMPLES])
        opened = Opened(example.sequence, example=example.key, model=example.model, track=example.track)
        return self._handle(opened, (f"{example.title}: {example.note}",))

    def _handle(self, opened: Opened, notices: tuple[str, ...] | list[str]) -> OpenAnswer:
        length = len(opened.given) if opened.given else 0
        name = opened.given.name if opened.given else opened.place
        what = f"{length:,} bases" if length else f"the place {opened.place} of {opened.genome}"
        return {
            "sentence": f"Open: {what}{f' ({name})' if name and length else ''}.",
            "handle": self._desk.keep(opened),
            "name": name,
            "bases": length,
            "model": opened.model,
            "track": opened.track,
            "notices": list(notices),
        }


def _record(records: list[Record], number: int) -> Record:
    """A record that has a sequence."""
    if number > len(records):
        raise BadInput(
            f"Record {number} was asked for.", f"There are {len(records)}.", "Choose one of them, counted from 1."
        )
    found = records[number - 1]
    if found.error is not None:
        raise found.error
    return found
