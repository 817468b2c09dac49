"""Records per second of `genoviz variants` against scoring one variant at a time, with the same weights, in one run.

    python benchmarks/variants.py                     the bundled models below, a few minutes on one core
    python benchmarks/variants.py --models splice.sites --records 2000
    python benchmarks/variants.py --workers 2         also with several processes
    python benchmarks/variants.py --engine            also the mutagenesis engine, per allele

"naive" reads both windows of one variant, predicts each on its own and subtracts, on one thread as ours does. "ours" is
the whole command: reading, checking the reference, both windows, predicting in batches, writing to the disk. Its time
begins when the first chunk is written, which leaves out loading torch and the model, once per process. On one thread the
time is processor time, which other programs disturb least; with several processes it is that of the clock. All work on
the same records, in turns, and the best of the rounds is printed. Records are those of the 1000 Genomes on a megabase of
chromosome 20 where these are at hand, else made up.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import os
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genoviz import incremental
from genoviz.effects.batch import score_file
from genoviz.genomes.genome import Genome
from genoviz.incremental import Edit
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.predict.prediction import evaluate
from genoviz.variants.files import read_variants
from genoviz.variants.variant import Variant
from genoviz.variants.windows import allele_windows

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "genome_human_hg19_loci"
MODELS = ("mlp.ecoli", "enhancer.crx", "tfbind.encode10", "promoter.ecoli", "splice.sites", "bpnet.yeast")


def records(folder: Path, count: int) -> tuple[Path, Path, str]:
    """A VCF with `count` records, its genome, and where they come from."""
    source = folder / "in.vcf"
    if REAL.is_dir():
        with gzip.open(REAL / "chr20_1Mb.1000G.vcf.gz", "rt") as file:
            header = list(itertools.takewhile(lambda line: line.startswith("##"), file))
            rows = list(itertools.islice(file, count))
        names = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        source.write_text("".join([*header, names, *rows]), encoding="utf-8")
        return source, REAL / "chr20_1Mb.fa.gz", f"{len(rows):,} records of 1000 Genomes, chr20"
    rng = random.Random(0)
    bases = "".join(rng.choices("ACGT", k=1_000_000))
    genome = folder / "genome.fa"
    genome.write_text(f">chr20\n{bases}\n", encoding="utf-8")
    lines = ["##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"]
    for pos in sorted(rng.sample(range(2000, 998_000), count)):
        ref = bases[pos - 1]
        alt = rng.choice([b for b in "ACGT" if b != ref])
        lines.append(f"chr20\t{pos}\t.\t{ref}\t{alt}\t.\t.\t.\n")
    source.write_text("".join(lines), encoding="utf-8")
    return source, genome, f"{count:,} synthetic substitutions"


def variants_of(source: Path) -> list[Variant]:
    return [row.variant for row in read_variants(source) if row.variant is not None]


def naive(name: str, variants: list[Variant], genome: Genome) -> Callable[[], float]:
    """Two forward passes of one sequence for each variant; returns records per second."""
    model = load_model(name)
    function = Target.default(model.card).of(model)

    def run() -> float:
        torch.set_num_threads(1)
        began = time.process_time()
        for variant in variants:
            windows = allele_windows(variant, genome, model.card.length)
            ref, alt = (float(evaluate(function, model, encode(s))[0]) for s in (windows.reference, windows.alternate))
            _ = alt - ref
        return len(variants) / (time.process_time() - began)

    return run


def ours(name: str, source: Path, genome: Path, out: Path, workers: int) -> Callable[[], float]:
    """The command; returns records per second after the first chunk."""

    clock = time.process_time if workers == 1 else time.perf_counter

    def run() -> float:
        times: list[tuple[float, int]] = []
        score_file(
            name,
            source,
            str(genome),
            out,
            assembly="hg19",
            scorers=("difference",),
            workers=workers,
            progress=lambda pace: times.append((clock(), pace.totals.records)),
        )
        (began, before), (ended, after) = times[0], times[-1]
        return (after - before) / (ended - began)

    return run


def compare_engine(name: str, count: int = 64) -> str:
    """Milliseconds per allele on one thread: plain batches against the mutagenesis engine, one and three alternates."""
    model = load_model(name)
    function, length = Target.default(model.card).of(model), model.card.length
    rng, middle = random.Random(0), (length - 1) // 2
    texts = ["".join(rng.choices("ACGT", k=length)) for _ in range(count)]
    plan = incremental.plan(function, length)
    torch.set_num_threads(1)
    cells = []
    for alternates in (1, 3):
        alts = [[b for b in "ACGT" if b != text[middle]][:alternates] for text in texts]
        rows = [
            row
            for text, bases in zip(texts, alts, strict=True)
            for row in (text, *(text[:middle] + b + text[middle + 1 :] for b in bases))
        ]

        def plain(rows: list[str] = rows) -> None:
            for first in range(0, len(rows), 64):
                with torch.no_grad():
                    function(encode(rows[first : first + 64]))

        def engine(alts: list[list[str]] = alts) -> None:
            for text, bases in zip(texts, alts, strict=True):
                reference = plan.reference(encode(text)[0])
                reference.edits([(Edit(middle, middle + 1, b),) for b in bases])

        for job in (plain, engine):
            job()
            times = []
            for _ in range(3):
                began = time.process_time()
                job()
                times.append(time.process_time() - began)
            cells.append(1e3 * min(times) / count / alternates)
    return f"{name:<24}" + "".join(f"{cell:>12.2f}" for cell in cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default=",".join(MODELS), help="names, separated by commas")
    parser.add_argument("--records", type=int, default=5000)
    parser.add_argument("--naive", type=int, default=200, help="records for the naive way, which is slow")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--engine", action="store_true")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    names = [name.strip() for name in given.models.split(",")]
    print(f"torch {torch.__version__}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        source, path, title = records(Path(folder), given.records)
        print(f"{title}; records per second (times the naive way)")
        several = given.workers > 1
        print(f"{'model':<22}{'length':>7}{'naive':>10}{'ours':>18}"
              + (f"{f'{given.workers} processes':>18}" if several else "") + f"{'million/hour':>14}")  # fmt: skip
        with Genome(path, "hg19") as genome:
            few = variants_of(source)[: given.naive]
            for name in names:
                out = Path(folder) / "out.vcf"
                jobs = {
                    "naive": naive(name, few, genome),
                    "ours": ours(name, source, path, out, 1),
                } | ({"several": ours(name, source, path, out, given.workers)} if several else {})
                rate = dict.fromkeys(jobs, 0.0)
                for _ in range(given.rounds):
                    for key, job in jobs.items():
                        rate[key] = max(rate[key], job())
                cells = [f"{rate['naive']:,.0f}"]
                cells += [
                    f"{rate[key]:,.0f} ({rate[key] / rate['naive']:.1f}x)" for key in ("ours", "several") if key in rate
                ]
                print(f"{name:<22}{load_model(name).card.length:>7}{cells[0]:>10}"
                      + "".join(f"{cell:>18}" for cell in cells[1:])
                      + f"{3600 * rate.get('several', rate['ours']) / 1e6:>14.1f}", flush=True)  # fmt: skip
    if given.engine:
        print("\nmilliseconds per allele   1: plain      engine    3: plain      engine")
        for name in names:
            print(compare_engine(name), flush=True)


if __name__ == "__main__":
    main()
