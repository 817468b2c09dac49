"""Splice scores of variants: all at once, one by one, plainly, and by the published program, side by side in one run.

    python benchmarks/splice.py                                  OpenSpliceAI with 400 and 2,000 bases, a minute each
    python benchmarks/splice.py --contexts 10000 --rounds 2      five networks of 10,000 bases
    python benchmarks/splice.py --program /path/to/python        also `openspliceai` (0.0.7), which that Python has

Milliseconds of processor time for a variant on one thread, all networks together, on BRCA1 with its transcript. "ours" is
`splice_effects`, "plain" the same with both alleles' windows through the whole network, the program its `get_delta_scores`, one
record at a time as its command does by default. Cases: a lone variant with nothing known of the place, the next one beside it,
substitutions about 700 bases apart (a genome's density), all substitutions of a stretch, and short insertions and deletions. The
methods take turns; medians of the rounds are printed, with the largest difference of any score to the two others (the program
gives six digits). Checks that the fast computation makes of itself are part of its time.
"""

from __future__ import annotations

import argparse
import gzip
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genoviz.errors import GenovizError
from genoviz.genes.models import open_genes
from genoviz.genomes.genome import Genome
from genoviz.models.base import Model
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.weights import find_weights
from genoviz.predict import values_along as values_module
from genoviz.predict.stretch.kept import references
from genoviz.splicing import effect as effect_module
from genoviz.splicing.effect import SITES, SpliceEffect, splice_effects
from genoviz.variants.variant import Variant

REGION = Path(__file__).resolve().parents[2] / "shared" / "data" / "genome_human_hg38_loci" / "chr17_BRCA1_region"
TRANSCRIPT = "ENST00000357654"
CASES = ("lone", "beside it", "700 apart", "a stretch", "indels")


class Case:
    """The variants of BRCA1, and three ways to score them."""

    def __init__(self, context: int, program: str, count: int, folder: Path) -> None:
        self.name = f"splice.openspliceai-mane-{context}nt"
        self.model: Model = load_model(self.name)
        self.genome = Genome(REGION.with_suffix(".fa.gz"), "GRCh38")
        self.genes = open_genes(REGION.with_suffix(".gff3.gz"), assembly="GRCh38", resolve=self.genome.resolve)
        self.transcript = self.genes.transcript(TRANSCRIPT)
        self.count = count
        self.program = Program(self, context, program, folder) if program else None

    def substitution(self, pos: int, turn: int = 1) -> Variant:
        base = self.genome.bases("chr17", pos - 1, pos)
        return Variant("chr17", pos, base, "ACGT"[("ACGT".index(base) + turn) % 4], "GRCh38")

    def variants(self, case: str, turn: int) -> list[Variant]:
        """Those of a case; other ones in each round."""
        start, draw = self.transcript.locus.start, random.Random(turn)
        exons = sorted(exon.start for exon in self.transcript.exons)
        place = exons[(3 + 5 * turn) % (len(exons) - 2)] - 6  # most scores are 0 far away from exons
        if case in ("lone", "beside it"):
            return [self.substitution(place + (12 if case == "beside it" else 0))]
        if case == "700 apart":
            apart = min(700, (len(self.transcript.locus) - 12_000) // self.count)
            return [self.substitution(start + 6_000 + apart * n + draw.randrange(300)) for n in range(self.count)]
        if case == "a stretch":
            return [self.substitution(place + n // 3, n % 3 + 1) for n in range(self.count)]
        found = []
        for n in range(self.count):
            pos = start + 6_000 + 700 * n + draw.randrange(300)
            ref = self.genome.bases("chr17", pos - 1, pos + draw.choice([0, 0, 1, 3, 6]))
            inserted = "".join(draw.choices("ACGT", k=draw.choice([1, 2, 4])))
            found.append(Variant("chr17", pos, ref, ref[0] if len(ref) > 1 else ref + inserted, "GRCh38"))
        return found

    def ours(self, variants: list[Variant]) -> list[SpliceEffect | GenovizError]:
        return splice_effects(self.model, variants, self.genome, self.transcript.strand, transcript=self.transcript)


class Program:
    """The published program in a process of its own."""

    def __init__(self, case: Case, context: int, python: str, folder: Path) -> None:
        with gzip.open(REGION.with_suffix(".fa.gz"), "rt") as file:
            header = next(file)
            bases = "".join(line.strip() for line in file)
        self.before = int(header.split()[1].split(":")[1].split("-")[0]) - 1
        fasta, table, models = folder / "region.fa", folder / "genes.txt", folder / f"models_{context}"
        fasta.write_text(">chr\n" + "\n".join(bases[i : i + 60] for i in range(0, len(bases), 60)) + "\n")
        exons = sorted((exon.start - self.before, exon.end - self.before) for exon in case.transcript.exons)
        starts, ends = (",".join(str(exon[side]) for exon in exons) + "," for side in (0, 1))
        locus = case.transcript.locus
        columns = "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
        row = ("BRCA1", "chr", locus.strand, locus.start - self.before, locus.end - self.before, starts, ends)
        table.write_text(columns + "\t".join(map(str, row)) + "\n")
        models.mkdir()
        for weights, path in find_weights(get_card(case.name)).items():
            (models / weights.name).symlink_to(path.resolve())
        script = Path(__file__).with_name("splice_program.py")
        self.process = subprocess.Popen(
            [python, str(script), str(fasta), str(table), str(models), str(context)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        while (line := self.read()) != "ready\n":
            if not line:
                raise SystemExit(f"{python} has no `openspliceai`, or it failed to start.")

    def read(self) -> str:
        if self.process.stdout is None:
            raise SystemExit("The program gives nothing.")
        return self.process.stdout.readline()

    def score(self, variant: Variant) -> tuple[float, list[float]]:
        """Processor seconds, and the four scores in our order."""
        if self.process.stdin is None:
            raise SystemExit("The program takes nothing.")
        self.process.stdin.write(f"{variant.pos - self.before} {variant.ref} {variant.alt}\n")
        self.process.stdin.flush()
        seconds, _, found = self.read().partition(" ")
        numbers = [float(cell) for cell in found.split("|")[2:6]] if found.strip() else []
        return float(seconds), [max(0.0, number) for number in numbers]


@contextmanager
def plainly() -> Iterator[None]:
    """Both windows of each variant through the whole network."""
    modules: tuple[Any, Any] = effect_module, values_module
    fast = modules[0].values_of_scans, modules[1].whole_logits
    modules[0].values_of_scans = lambda *args, **_: args[4]
    modules[1].whole_logits = lambda *_: None
    try:
        yield
    finally:
        modules[0].values_of_scans, modules[1].whole_logits = fast


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def numbers(effect: SpliceEffect | GenovizError) -> list[float]:
    if isinstance(effect, GenovizError):
        raise SystemExit(str(effect))
    order = [(site, change) for site in SITES for change in ("gain", "loss")]
    found = {(score.site, score.change): score.value for score in effect.raw_scores}
    return [found[key] for key in order]


def measure(case: Case, rounds: int, sample: int) -> None:
    """Print the rows of one context."""
    times: dict[str, dict[str, list[float]]] = {name: {"ours": [], "plain": [], "program": []} for name in CASES}
    errors = {name: {"plain": 0.0, "program": 0.0} for name in CASES}
    case.ours(case.variants("lone", rounds))  # the first of its kind is slower
    for turn in range(rounds):
        references.forget()
        for name in CASES:
            variants = case.variants(name, turn)
            seconds, effects = timed(partial(case.ours, variants))
            times[name]["ours"].append(seconds / len(variants))
            step = max(1, len(variants) // sample)
            for variant, effect in list(zip(variants, effects, strict=True))[::step]:
                with plainly():
                    seconds, (plain,) = timed(partial(case.ours, [variant]))
                times[name]["plain"].append(seconds)
                errors[name]["plain"] = max(errors[name]["plain"], difference(numbers(effect), numbers(plain)))
                if case.program is not None and not isinstance(effect, GenovizError):
                    seconds, theirs = case.program.score(effect.windows.variant)
                    if theirs:
                        times[name]["program"].append(seconds)
                        errors[name]["program"] = max(errors[name]["program"], difference(numbers(effect), theirs))
    for name in CASES:
        print(f"| {case.name.split('-')[-1]} | {name} " + row(times[name], errors[name]), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"({case.name}: {case.count} variants of each kind, {rounds} rounds; largest memory so far {peak:.0f} MB)")


def row(times: dict[str, list[float]], errors: dict[str, float]) -> str:
    ours = statistics.median(times["ours"])
    cells = []
    for name in ("program", "plain"):
        if times[name]:
            other = statistics.median(times[name])
            cells.append(f"| {other * 1e3:.3g} ({other / ours:.1f}x) | {errors[name]:.0e} ")
        else:
            cells.append("| - | - ")
    return "".join(cells) + f"| {ours * 1e3:.3g} |"


def difference(mine: list[float], theirs: list[float]) -> float:
    return max(abs(a - b) for a, b in zip(mine, theirs, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contexts", type=int, nargs="+", default=[400, 2000], choices=[80, 400, 2000, 10000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--variants", type=int, default=60, help="of each case but the lone ones")
    parser.add_argument("--sample", type=int, default=3, help="of them also scored by the slower ways, in each round")
    parser.add_argument("--program", default="", metavar="PYTHON", help="one that has `openspliceai`")
    given = parser.parse_args()
    torch.set_num_threads(1)
    print("| network | case | `openspliceai`, ms | difference | plain, ms | difference | ours, ms |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for context in given.contexts:
            case = Case(context, given.program, given.variants, Path(folder))
            measure(case, given.rounds, given.sample)
            if case.program is not None:
                case.program.process.terminate()


if __name__ == "__main__":
    main()
