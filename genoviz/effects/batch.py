"""Scoring a file of variants of any size: in chunks, with little memory, and so that an interrupted run can go on.

See `genoviz.effects.file_chunks` for why the output is the same byte for byte on any engine, and however often a run was
interrupted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from collections.abc import Sequence as Seq
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from genoviz.effects.file_chunks import BATCH, FORMATS, Job, ScoredChunk, Totals
from genoviz.errors import BadInput, UnknownName
from genoviz.files.resumable import ResumableFile
from genoviz.models.catalogue import get_card
from genoviz.models.uses import unfit
from genoviz.sequences.locus import clip

if TYPE_CHECKING:
    from genoviz.models.target import Target
    from genoviz.splicing.tables import SpliceOptions

ENGINES = ("local", "ray")


@dataclass(frozen=True)
class Pace:
    """How far a run is.

    Attributes
    ----------
    totals
        Of all that is on the disk, earlier runs included.
    share
        Of the input read, 0 to 1.
    per_second
        Records per second of this run.
    """

    totals: Totals
    share: float
    per_second: float


def score_file(
    model: str,
    source: Path,
    genome: str,
    out: Path,
    *,
    assembly: str = "",
    target: Target | Seq[Target] | None = None,
    strand: str = "",
    scorers: Seq[str] = (),
    splice: SpliceOptions | None = None,
    genes: Path | None = None,
    batch: int = BATCH,
    engine: str = "local",
    workers: int = 1,
    restart: bool = False,
    progress: Callable[[Pace], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> Totals:
    """Score every variant of a file.

    Parameters
    ----------
    model
        Name in the catalogue.
    source
        VCF or TSV, also compressed.
    genome, assembly
        Name or path of the genome, and its build; see `genomes.open_genome`.
    out
        VCF if its name ends in `.vcf` or `.vcf.gz`, Parquet if in `.parquet`, else TSV; `.gz` is compressed as bgzip does.
        It appears when all is done. Until then `OUT.part` holds what is done; the same call goes on from there.
    target
        The number to compare, or several; the one that suits scorer and model if None.
    strand
        What the model reads 5' to 3': `"+"` or `"-"`. Empty: the plus strand, and for splice models that of each gene.
    scorers
        Names of scorers, see `genoviz.effects.scorers`; those that suit the model if empty.
    splice
        How splice models score.
    genes
        File of gene models for splice models; those registered with the genome if None.
    batch
        Sequences per forward pass.
    engine
        `local` (this computer) or `ray` (see `genoviz.effects.ray`).
    workers
        Processes of the local engine, each with one thread.
    restart
        Begin anew, whatever an earlier run left.
    progress
        Called after each chunk. Raising `Cancelled` in it ends the run, which can go on later.
    say
        Told in a sentence what is worth knowing, such as where an earlier run stopped.

    Raises
    ------
    BadInput
        If an option is not known, the file can't be read, or an earlier run differs in what the bytes depend on.
    GenovizError
        If model, target or genome are not usable. What is wrong with a single record stops nothing.
    """
    _check(source, out, strand, engine, batch=batch, workers=workers)
    if say and (reason := unfit(get_card(model), "variants")):
        say(reason)
    job = job_of(
        model,
        source,
        genome,
        assembly=assembly,
        target=target,
        strand=strand,
        scorers=scorers,
        splice=splice,
        genes=genes,
        batch=batch,
        form=form_of(out),
    )
    run = _engine(engine, job, workers, say)
    with ResumableFile(out, job.identity(), restart=restart) as file:
        header = "" if file.chunks else job.header()
        totals = Totals(**file.state) if file.state else Totals()
        if totals.records and say:
            say(f"Going on after the {totals.records:,} records of an earlier run.")
        before, began = totals.records, time.monotonic()
        with closing(run(max(0, file.chunks - 1))) as parts:
            for part in parts:
                if not file.chunks:  # not before: a file that is refused at once leaves nothing to go on from
                    file.append(header.encode(), asdict(Totals()))
                totals += part.totals
                file.append(part.text.encode(), asdict(totals))
                if progress:
                    rate = (totals.records - before) / max(1e-9, time.monotonic() - began)
                    progress(Pace(totals, part.share, rate))
        if not file.chunks:
            file.append(header.encode(), asdict(totals))
        file.finish(_parquet(job) if job.form == "Parquet" else None)
    return totals


def job_of(
    model: str,
    source: Path,
    genome: str,
    *,
    assembly: str = "",
    target: Target | Seq[Target] | None = None,
    strand: str = "",
    scorers: Seq[str] = (),
    splice: SpliceOptions | None = None,
    genes: Path | None = None,
    batch: int = BATCH,
    form: str = "TSV",
) -> Job:
    """All that the output depends on, looked through; parameters and errors are those of `score_file`."""
    from genoviz.effects.scorers import ScoreOptions, scores_of
    from genoviz.models.target import Target
    from genoviz.splicing.tables import SpliceOptions

    card = get_card(model)
    targets = () if target is None else (target,) if isinstance(target, Target) else tuple(target)
    options = ScoreOptions(tuple(one.resolved(card) for one in targets), strand, splice or SpliceOptions())
    scores_of(card, scorers, options)
    return Job(model, source, genome, _assembly_of(genome, assembly), tuple(scorers), options, genes, batch, form)


def form_of(out: Path) -> str:
    """`VCF`, `Parquet` or `TSV`, by the ending of a name."""
    return next((form for ending, form in FORMATS.items() if out.name.endswith(ending)), "TSV")


def _parquet(job: Job) -> Callable[[Path, Path], None]:
    """Makes Parquet of the TSV that was written in chunks."""
    from genoviz.files.parquet import parquet_of
    from genoviz.variants.output import NUMBER, WHOLE

    types = {NUMBER: "float64", WHOLE: "int64"}
    kinds = {one.name: types[one.kind] for one in job.fields() if one.kind in types}
    return lambda table, made: parquet_of(table, made, {"line": "int64", "pos": "int64", **kinds})


def _engine(
    name: str, job: Job, workers: int, say: Callable[[str], None] | None
) -> Callable[[int], Generator[ScoredChunk, None, None]]:
    """The function that scores a file from a chunk on."""
    if name == "ray":
        from genoviz.effects.ray import score_on_ray

        return lambda skip: score_on_ray(job, skip, say=say)
    from genoviz.effects.local import score_here

    return lambda skip: score_here(job, skip, workers=workers)


def _assembly_of(genome: str, assembly: str) -> str:
    from genoviz.genomes.registry import open_genome

    return open_genome(genome, assembly=assembly).assembly


def _check(source: Path, out: Path, strand: str, engine: str, **counts: int) -> None:
    if form_of(out) == "Parquet":
        from genoviz.files.parquet import check_parquet

        check_parquet()
    if strand not in ("", "+", "-"):
        raise UnknownName.among("strand", strand, ("+", "-"))
    if engine not in ENGINES:
        raise UnknownName.among("engine", engine, ENGINES)
    for name, count in counts.items():
        if count < 1:
            raise BadInput(f"{name} is {count}.", "At least 1 is accepted.", f"Leave --{name} out.")
    if not source.is_file():
        raise BadInput(
            f"There is no file {clip(str(source), 200)}.", "A VCF or TSV file, also compressed.", "Check the path."
        )
    for path in (out, out.with_name(out.name + ".part")):
        if path.exists() and path.samefile(source):
            raise BadInput(
                f"Input and output would be one file: {clip(path.name)}.",
                "Results go to a file of their own.",
                "Choose another --out.",
            )
    if out.is_dir():
        raise BadInput(f"{clip(str(out), 200)} is a folder.", "Results go to a file.", "Name a file in it.")
