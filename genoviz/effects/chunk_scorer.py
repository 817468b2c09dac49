"""Scoring one chunk of a file of variants: all scores of a run, on one thread."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Seq
from contextlib import contextmanager

import torch
from torch import Tensor

from genoviz.effects.effect import read_alleles
from genoviz.effects.file_chunks import Chunk, Job, ScoredChunk, Totals, infos_of, splice_score
from genoviz.effects.window_scores import AgreementScore, ProfileScore, TargetScore
from genoviz.errors import AdapterFailed, BadLocus, BadVariant, GenovizError, RefMismatch
from genoviz.genes.registered import genes_for
from genoviz.genomes.genome import Reference
from genoviz.genomes.registry import open_genome
from genoviz.models.load import load_model
from genoviz.variants.output import NUMBER, Scored, ScoredLine, Value, output_line
from genoviz.variants.rows import VariantRow, reason_here
from genoviz.variants.variant import Variant
from genoviz.variants.windows import AlleleWindows, allele_windows

TOO_LONG = "allele does not fit into the window"
FAILED = "the model raised an error"

Cells = tuple[Value, ...] | str  # of one score, or why there are none


class ChunkScorer:
    """A model and a genome, opened once in a process, that score chunk after chunk."""

    def __init__(self, job: Job) -> None:
        self._job, self._scores, self._fields = job, job.scores(), job.fields()
        kinds = (TargetScore, ProfileScore, AgreementScore)
        self._windowed = [score for score in self._scores if isinstance(score, kinds)]
        self._splice, self._infos = splice_score(self._scores), infos_of(self._scores)
        self._model = load_model(job.model)
        self._genome = open_genome(job.genome, assembly=job.assembly)
        self._genes = genes_for(job.genome, self._genome, job.genes) if self._splice is not None else None

    def __call__(self, chunk: Chunk) -> ScoredChunk:
        """Score the alleles of a chunk; what cannot be scored goes through with its reason."""
        results = self.score(chunk.rows)
        skipped = Counter(_counted(one.skipped) for one in results if one.skipped and not self._has_numbers(one))
        lines = []
        each = zip(chunk.rows, results, strict=True)
        for _, group in itertools.groupby(each, key=lambda pair: pair[0].number):
            rows, values = zip(*group, strict=True)
            lines.append(output_line(rows, values, vcf=self._job.vcf, fields=self._fields, infos=self._infos))
        noted = sum(self._is_noted(line) for one in results for line in one.lines)
        totals = Totals(len(lines), len(results) - skipped.total(), dict(skipped), noted)
        return ScoredChunk("".join(lines), totals, chunk.share)

    def score(self, rows: Seq[VariantRow]) -> list[Scored]:
        """What each row gets: a line, or one for each gene at it, with the cells of all scores."""
        windowed = self._of_windows(rows)
        if self._splice is None:
            return [Scored((self._line(cells, None),)) for cells in windowed]
        with one_thread():
            genes = self._splice.score(self._model, rows, self._genome, self._genes)
        return [
            Scored(tuple(self._line(cells, line) for line in lines), (self._splice.text(row, lines),))
            for row, cells, lines in zip(rows, windowed, genes, strict=True)
        ]

    def _line(self, windowed: list[Cells], gene: ScoredLine | None) -> ScoredLine:
        """The cells of all scores on one line, and why some are missing."""
        found: list[Value] = []
        reasons: dict[str, str] = {}
        rest = iter(windowed)
        for score in self._scores:
            if score is self._splice and gene is not None:
                cells, reason = gene.cells, gene.skipped
            else:
                own = next(rest)
                cells, reason = ((None,) * len(score.fields), own) if isinstance(own, str) else (own, "")
            found += cells
            if reason:
                reasons[score.label] = reason
        if len(reasons) == len(self._scores) and len(set(reasons.values())) == 1:
            return ScoredLine(tuple(found), next(iter(reasons.values())))
        return ScoredLine(tuple(found), "; ".join(f"{name}: {reason}" for name, reason in reasons.items()))

    def _of_windows(self, rows: Seq[VariantRow]) -> list[list[Cells]]:
        """For each row the cells of the scores that read windows."""
        windows = [self._windows(row) if self._windowed else "" for row in rows]
        numbers = iter(self._numbers([one for one in windows if not isinstance(one, str)]))
        return [[one] * len(self._windowed) if isinstance(one, str) else next(numbers) for one in windows]

    def _windows(self, row: VariantRow) -> AlleleWindows | str:
        """Both windows of a row, or why there are none."""
        if row.variant is None:
            return row.reason
        try:
            strand = self._job.options.strand or "+"
            return allele_windows(row.variant, self._genome, self._model.card.length, strand=strand)
        except GenovizError as error:
            return why_not_read(error, row.variant, self._genome)

    def _numbers(self, windows: list[AlleleWindows]) -> list[list[Cells]]:
        """The cells of each score for each pair of windows; all scores read one pass of the model."""
        if not windows:
            return []
        try:
            with one_thread():
                values = read_alleles(
                    self._model,
                    self._read,
                    windows,
                    self._job.batch,
                    by_member=any(isinstance(score, AgreementScore) for score in self._windowed),
                )
        except AdapterFailed:
            if len(windows) < 2:
                return [[FAILED] * len(self._windowed) for _ in windows]
            return [self._numbers([one])[0] for one in windows]
        found: list[list[Cells]] = [[] for _ in windows]
        first = 0
        for score in self._windowed:
            part = values[:, :, first : first + score.width]
            first += score.width
            for cells, own in zip(found, score.compare(part, windows), strict=True):
                cells.append(own)
        return found

    def _read(self, logits: Mapping[str, Tensor], members: Seq[Mapping[str, Tensor]]) -> Tensor:
        """What all scores read of windows, side by side."""
        each = [
            score.read_members(members) if isinstance(score, AgreementScore) else score.read(logits)
            for score in self._windowed
        ]
        return torch.cat(each, 1)

    def _has_numbers(self, one: Scored) -> bool:
        """Whether some score has a number, though another has none."""
        kinds = [column.kind == NUMBER for column in self._fields]
        return any(
            cell is not None and kind for line in one.lines for cell, kind in zip(line.cells, kinds, strict=True)
        )

    def _is_noted(self, line: ScoredLine) -> bool:
        return any(cell and one.name == "notices" for cell, one in zip(line.cells, self._fields, strict=True))


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch on one thread: the number of threads can change the last bits, and on small batches more are not faster."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def why_not_read(error: GenovizError, variant: Variant, reference: Reference) -> str:
    """Why windows cannot be read, in few words; an error that is none of the variant is raised again."""
    if isinstance(error, BadVariant) and not isinstance(error, RefMismatch):
        return TOO_LONG
    if isinstance(error, (BadLocus, RefMismatch)):
        return reason_here(error, variant, reference)
    raise error


def _counted(reason: str) -> str:
    """A reason without what differs from variant to variant, such as the base that the genome has."""
    return reason.partition(" (")[0]
