"""Scores of splice models for files: delta scores of sites, or gain and loss of usage, for each gene at a variant.

Numbers are those of `genoviz.splicing`; here they get columns, and in a VCF the layout that programs know from SpliceAI.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.splicing.effect import site_outputs
from genoviz.splicing.many import score_variants
from genoviz.splicing.tables import ScoredVariant, SpliceOptions, on_transcript, score_names, scored_row, splice_header
from genoviz.variants.output import (
    NUMBER,
    PLACE,
    TEXT,
    WHOLE,
    InfoField,
    ScoredLine,
    ScoreField,
    Value,
    info_name,
    info_text,
)
from genoviz.variants.rows import VariantRow

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels
    from genoviz.genomes.genome import Reference

_SITES = ("DS_AG", "DS_AL", "DS_DG", "DS_DL", "DP_AG", "DP_AL", "DP_DG", "DP_DL")  # as SpliceAI calls them
_USAGE = ("GAIN", "LOSS", "DP_GAIN", "DP_LOSS")


@dataclass(frozen=True)
class SpliceScores:
    """The splice scores of a run.

    Attributes
    ----------
    card, options
        The model, and how variants are scored.
    """

    card: ModelCard
    options: SpliceOptions
    label: str = "splice"  # what reasons call it

    @cached_property
    def _columns(self) -> tuple[str, ...]:
        """Columns of `genoviz splice` between the variant and the reason."""
        empty = scored_row(self.card, ScoredVariant(VariantRow(0, None)))
        return tuple(name for name in empty if name not in (*PLACE, "skipped"))

    @cached_property
    def _headline(self) -> tuple[str, ...]:
        """Names of the scores that stand in a VCF: four of sites, or gain and loss over all tissues."""
        names = score_names(self.card)
        return tuple(names if site_outputs(self.card) is not None else names[:2])

    @cached_property
    def fields(self) -> tuple[ScoreField, ...]:
        """Gene, transcript, strand, the scores with their distances, and those of other placements."""
        names, what = score_names(self.card), "masked" if self.options.masked else "unmasked"
        numbers = {
            *names,
            *(f"{place}_{name}" for place in ("written", "rightmost") for name in names),
            "outcome_support",
        }
        said = {
            "gene": "Gene that the scores are of; a variant has a line for each gene that covers it",
            "scored": "The variant as scored, left-aligned; distances are counted from its position",
            **{
                name: f"Largest {name.replace('_', ' ')} within {self.options.distance:,} bases, {what}"
                for name in self._headline
            },
            f"{names[0]}_distance": "Coordinate of that site minus the variant's; likewise the other distances",
        }
        kinds = {
            name: NUMBER if name in numbers else WHOLE if name.endswith("_distance") else TEXT for name in self._columns
        }
        return tuple(ScoreField(name, said.get(name, ""), kinds[name], alone=False) for name in self._columns)

    @property
    def info(self) -> InfoField:
        """The field of a VCF, under the model's name."""
        layout = _SITES if site_outputs(self.card) is not None else _USAGE
        if site_outputs(self.card) is not None:
            text = "DS: delta score, DP: its position relative to POS; AG, AL: acceptor gain and loss, DG, DL: donor"
        else:
            text = "GAIN, LOSS: largest rise and fall of usage in any tissue, DP: its position relative to POS"
        what = "masked" if self.options.masked else "unmasked"
        return InfoField(
            info_name(self.card.name),
            f"Splice scores of {self.card.title} ({what}, within {self.options.distance:,} bases), an entry for each gene. "
            f"{text}. Format: {'|'.join(('ALLELE', 'SYMBOL', *layout))}",
        )

    def about(self, genome: str, assembly: str) -> dict[str, object]:
        """What the header says beside model and genome."""
        said = splice_header(self.card, genome, assembly, self.options)
        return said | {"distance": self.options.distance, "masked": "yes" if self.options.masked else "no"}

    def score(
        self, model: Model, rows: Seq[VariantRow], reference: Reference, genes: GeneModels | None
    ) -> list[list[ScoredLine]]:
        """A line for each gene at each variant, or one that says why there is no score."""
        found = score_variants(model, rows, reference, genes, self.options)
        return [[self._line(on_transcript(one, reference)) for one in entries] for entries in found]

    def text(self, row: VariantRow, lines: Seq[ScoredLine]) -> str:
        """What stands in the VCF for an allele: the entries of its genes; empty where none is scored."""
        entries = []
        for line in lines:
            cells = dict(zip(self._columns, line.cells, strict=True))
            if not line.skipped and row.variant is not None:
                entries.append(self._entry(row.variant.alt, row.variant.pos, cells))
        return ",".join(entries)

    def _entry(self, alt: str, pos: int, cells: Mapping[str, Value]) -> str:
        scored = str(cells["scored"]).rsplit("-", 3)
        shift = int(scored[1]) - pos  # a program that reads POS counts from there
        scores, places = [], []
        for name in self._headline:
            score, distance = float(cells[name] or 0), int(cells[f"{name}_distance"] or 0)
            scores.append(f"{score:.9g}")
            places.append(str(distance + shift if score or distance else 0))
        gene = info_text(str(cells["gene"] or cells["transcript"] or ""))
        return "|".join((alt, gene, *scores, *places))

    def _line(self, scored: ScoredVariant) -> ScoredLine:
        made = scored_row(self.card, scored)
        cells = tuple(_value(made[name]) for name in self._columns)
        return ScoredLine(cells, scored.skipped)


def _value(cell: object) -> Value:
    if cell == "" or cell is None:
        return None
    return cell if isinstance(cell, (float, int, str)) else str(cell)
