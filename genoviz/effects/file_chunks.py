"""A file of variants in chunks: what is scored, and how the file is cut.

The file is cut into chunks of `CHUNK` records by their number alone, and each chunk is scored by itself on one thread.
What is computed together is thereby the same wherever it is computed, and so are the last bits of every number.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Seq
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from genoviz.errors import BadInput
from genoviz.models.catalogue import get_card
from genoviz.models.provenance import provenance
from genoviz.version import __version__

if TYPE_CHECKING:
    from genoviz.effects.scorers import Score, ScoreOptions
    from genoviz.effects.splice_scores import SpliceScores
    from genoviz.variants.output import InfoField, ScoreField
    from genoviz.variants.rows import VariantRow

CHUNK = 256
BATCH = 32
FORMATS = {".vcf": "VCF", ".vcf.gz": "VCF", ".parquet": "Parquet"}  # all other endings: TSV


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
    noted
        Lines with something to mind in the column `notices`.
    """

    records: int = 0
    scored: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    noted: int = 0

    def __add__(self, other: Totals) -> Totals:
        skipped = Counter(self.skipped) + Counter(other.skipped)
        return Totals(
            self.records + other.records,
            self.scored + other.scored,
            dict(sorted(skipped.items())),
            self.noted + other.noted,
        )

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
    scorers
        Names of scorers, see `genoviz.effects.scorers`; empty: those that suit the model.
    options
        What they are told.
    genes
        File of gene models, where those registered with the genome are not meant; for splice models.
    batch
        Sequences per forward pass.
    form
        `VCF`, `TSV` or `Parquet`, which is written as TSV and then turned into Parquet.
    """

    model: str
    source: Path
    genome: str
    assembly: str
    scorers: tuple[str, ...]
    options: ScoreOptions
    genes: Path | None = None
    batch: int = BATCH
    form: str = "VCF"

    @property
    def vcf(self) -> bool:
        """Whether lines are those of a VCF."""
        return self.form == "VCF"

    def scores(self) -> tuple[Score, ...]:
        """What is scored, see `genoviz.effects.scorers.scores_of`."""
        from genoviz.effects.scorers import scores_of

        return scores_of(get_card(self.model), self.scorers, self.options)

    def fields(self) -> tuple[ScoreField, ...]:
        """The columns of all scores."""
        return tuple(one for score in self.scores() for one in score.fields)

    def identity(self) -> dict[str, object]:
        """What must be the same for a run to go on."""
        import torch

        from genoviz.effects.scorers import scores_genes

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
            "scorers": ", ".join(self.scorers),
            "target": "; ".join(map(str, self.options.targets)),
            "strand": self.options.strand
            or ("of the gene" if scores_genes(get_card(self.model), self.scorers) else "+"),
            **{f"splice {key}": value for key, value in asdict(self.options.splice).items()},
            "gene files": self._gene_files(),
            "batch": self.batch,
            "format": self.form,
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

    def _gene_files(self) -> str:
        """The same for gene models; empty where none are read."""
        from genoviz.effects.scorers import scores_genes
        from genoviz.genes.registered import gene_files_for
        from genoviz.genomes.fasta import file_stamp

        if not scores_genes(get_card(self.model), self.scorers):
            return ""
        stamps = [f"{path.name} {file_stamp(path)}" for path in gene_files_for(self.genome, self.genes)]
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
        from genoviz.effects.scorers import default_scorers
        from genoviz.effects.window_scores import TargetScore
        from genoviz.genomes.registry import open_genome
        from genoviz.variants.output import output_header

        card, genome = get_card(self.model), open_genome(self.genome, assembly=self.assembly)
        scores = self.scores()
        numbers = [score for score in scores if isinstance(score, TargetScore)]
        said = numbers[0].about if len(numbers) == 1 else {}
        about = provenance(card, genome=genome.title, assembly=self.assembly or "not named")
        spliced = splice_score(scores)
        if spliced is not None:
            about |= spliced.about(genome.title, self.assembly)
        if len(scores) > (spliced is not None):
            about["strand"] = self.options.strand or "+"
        about["scorers"] = ", ".join(self.scorers or default_scorers(card, self.options.targets))
        about |= said | {"batch": self.batch}
        return output_header(
            self.source,
            vcf=self.vcf,
            provenance=about,
            unit=str(said.get("unit", "")),
            fields=self.fields(),
            infos=infos_of(scores),
            contigs=genome.chromosomes,
        )


def splice_score(scores: Seq[Score]) -> SpliceScores | None:
    """The score of a run that has a line for each gene."""
    from genoviz.effects.splice_scores import SpliceScores

    return next((score for score in scores if isinstance(score, SpliceScores)), None)


def infos_of(scores: Seq[Score]) -> tuple[InfoField, ...]:
    """INFO fields that hold several columns."""
    spliced = splice_score(scores)
    return () if spliced is None else (spliced.info,)
