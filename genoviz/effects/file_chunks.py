"""A file of variants in chunks: what is scored, how the file is cut, and how one chunk is scored.

The file is cut into chunks of `CHUNK` records by their number alone, and each chunk is scored by itself on one thread.
What is computed together is thereby the same wherever it is computed, and so are the last bits of every number.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from genoviz.errors import AdapterFailed, BadInput, BadLocus, BadVariant, GenovizError, RefMismatch
from genoviz.models.catalogue import get_card
from genoviz.models.provenance import provenance
from genoviz.version import __version__

if TYPE_CHECKING:
    from genoviz.models.target import Target
    from genoviz.variants.rows import VariantRow
    from genoviz.variants.windows import AlleleWindows

CHUNK = 256
BATCH = 32
TOO_LONG = "allele does not fit into the window"
NO_NUMBER = "the model gave nan or an infinite number"
FAILED = "the model raised an error"


@dataclass(frozen=True)
class Totals:
    """What became of the alleles of a file.

    Attributes
    ----------
    records
        Lines of the input; one may have several alternate alleles.
    scored
        Alternate alleles with a score.
    skipped
        Alternate alleles without one, by reason.
    """

    records: int = 0
    scored: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Totals) -> Totals:
        skipped = Counter(self.skipped) + Counter(other.skipped)
        return Totals(self.records + other.records, self.scored + other.scored, dict(sorted(skipped.items())))

    def __str__(self) -> str:
        missing = sum(self.skipped.values())
        text = f"{self.records:,} records: {self.scored:,} alleles scored, {missing:,} skipped"
        reasons = sorted(self.skipped.items(), key=lambda item: -item[1])
        return text + (f" ({'; '.join(f'{count:,} {reason}' for reason, count in reasons)})" if reasons else "")


@dataclass(frozen=True)
class Chunk:
    """Records that are scored together: rows of the file, and the share of it read up to here."""

    rows: tuple[VariantRow, ...]
    share: float


@dataclass(frozen=True)
class ScoredChunk:
    """Lines of output, what became of them, and the share of the input read up to here."""

    text: str
    totals: Totals
    share: float


@dataclass(frozen=True)
class Job:
    """All that the output depends on; it can be sent to another process.

    Attributes
    ----------
    model
        Name in the catalogue.
    source
        VCF or TSV, also compressed.
    genome, assembly
        Name or path of the genome, and its build (empty: as the genome says); see `genomes.open_genome`.
    target
        The number to compare.
    strand
        What the model reads 5' to 3': `"+"` or `"-"`.
    batch
        Sequences per forward pass.
    vcf
        Output as VCF, else TSV.
    """

    model: str
    source: Path
    genome: str
    assembly: str
    target: Target
    strand: str = "+"
    batch: int = BATCH
    vcf: bool = True

    def identity(self) -> dict[str, object]:
        """What must be the same for a run to go on."""
        import torch

        try:
            about = self.source.stat()
            with self.source.open("rb") as file:
                head = hashlib.sha256(file.read(1 << 20)).hexdigest()
        except OSError as error:
            raise BadInput(
                f"`{self.source.name}` can't be read ({error.strerror}).",
                "A file of variants.",
                "Check its permissions.",
            ) from error
        return {
            "input": self.source.name,
            "input size": about.st_size,
            "input modified": about.st_mtime_ns,
            "input head sha256": head,
            "model": self.model,
            "weights sha256": get_card(self.model).sha256,
            "genome": self.genome,
            "assembly": self.assembly,
            "genome files": self._genome_files(),
            "target": str(self.target),
            "strand": self.strand,
            "batch": self.batch,
            "format": "VCF" if self.vcf else "TSV",
            "genoviz": __version__,
            "torch": torch.__version__,
        }

    def _genome_files(self) -> str:
        """What tells that the genome's files were changed: they may have other bases under the same name."""
        from genoviz.genomes.fasta import file_stamp
        from genoviz.genomes.registry import open_genome

        with open_genome(self.genome, assembly=self.assembly) as genome:
            stamps = [file_stamp(path) for path in getattr(genome, "paths", ())]
        return hashlib.sha256("\n".join(stamps).encode()).hexdigest()[:16]

    def chunks(self, skip: int = 0) -> Iterator[Chunk]:
        """The chunks of the file, from number `skip` (counted from 0) on."""
        from genoviz.genomes.registry import open_genome
        from genoviz.variants.files import read_variants

        size = max(1, self.source.stat().st_size)
        genome = open_genome(self.genome, assembly=self.assembly)
        with self.source.open("rb") as file:
            rows = read_variants(file, assembly=self.assembly, reference=genome)
            records = itertools.groupby(rows, key=lambda row: row.number)
            for number in itertools.count():
                group = [list(rows) for _, rows in itertools.islice(records, CHUNK)]
                if not group:
                    return
                if number >= skip:
                    yield Chunk(tuple(itertools.chain.from_iterable(group)), min(1.0, file.tell() / size))

    def header(self) -> str:
        """What the output begins with."""
        from genoviz.effects.score import score_formula
        from genoviz.genomes.registry import open_genome
        from genoviz.variants.files import output_header

        card, genome = get_card(self.model), open_genome(self.genome, assembly=self.assembly)
        unit, (score, formula) = self.target.unit(card), score_formula(card, self.target)
        about = provenance(
            card,
            genome=genome.title,
            assembly=self.assembly or "not named",
            target=self.target,
            unit=unit,
            strand=self.strand,
            batch=self.batch,
            effect=f"{score}: {formula}",
        )
        return output_header(self.source, vcf=self.vcf, provenance=about, unit=unit, contigs=genome.chromosomes)


class ChunkScorer:
    """A model and a genome, opened once in a process, that score chunk after chunk."""

    def __init__(self, job: Job) -> None:
        from genoviz.genomes.registry import open_genome
        from genoviz.models.load import load_model

        self._job = job
        self._model = load_model(job.model)
        self._genome = open_genome(job.genome, assembly=job.assembly)

    def __call__(self, chunk: Chunk) -> ScoredChunk:
        """Score the alleles of a chunk; what cannot be scored goes through with its reason."""
        from genoviz.variants.files import output_line

        windows = [self._windows(row) for row in chunk.rows]
        numbers = iter(self._numbers([one for one in windows if not isinstance(one, str)]))
        results = [one if isinstance(one, str) else next(numbers) for one in windows]
        skipped = Counter(one for one in results if isinstance(one, str))
        lines = []
        each = zip(chunk.rows, results, strict=True)
        for _, group in itertools.groupby(each, key=lambda pair: pair[0].number):
            rows, values = zip(*group, strict=True)
            lines.append(output_line(rows, values, vcf=self._job.vcf))
        totals = Totals(len(lines), len(results) - skipped.total(), dict(skipped))
        return ScoredChunk("".join(lines), totals, chunk.share)

    def _windows(self, row: VariantRow) -> AlleleWindows | str:
        """Both windows of a row, or why there are none."""
        from genoviz.variants.windows import allele_windows

        if row.variant is None:
            return row.reason
        try:
            return allele_windows(row.variant, self._genome, self._model.card.length, strand=self._job.strand)
        except GenovizError as error:
            return reason_of(error)

    def _numbers(self, windows: list[AlleleWindows]) -> list[tuple[float, ...] | str]:
        """Reference, alternate and effect of each pair of windows, or why there are none."""
        from genoviz.effects.effect import score_alleles
        from genoviz.effects.score import effect_scores

        try:
            with _one_thread():
                values = score_alleles(self._model, self._job.target, windows, batch_size=self._job.batch)
        except AdapterFailed:
            if len(windows) < 2:
                return [FAILED for _ in windows]
            return [self._numbers([one])[0] for one in windows]
        effects = effect_scores(self._model.card, self._job.target, values)
        rows = zip(values[:, 0].tolist(), values[:, 1].tolist(), effects.tolist(), strict=True)
        return [row if all(map(math.isfinite, row[:2])) else NO_NUMBER for row in rows]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Torch on one thread: the number of threads can change the last bits, and on small batches more are not faster."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def reason_of(error: GenovizError) -> str:
    """Why windows cannot be read, in few words that can be counted; any other error is raised again."""
    from genoviz.variants.rows import MISMATCH, NOT_IN_GENOME

    for kind, words in ((RefMismatch, MISMATCH), (BadVariant, TOO_LONG), (BadLocus, NOT_IN_GENOME)):
        if isinstance(error, kind):
            return words
    raise error
