"""Scoring files of variants: hand-worked effects, interruptions of every kind, flat memory."""

from __future__ import annotations

import gzip
import math
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from genoviz.effects.batch import Pace, score_file
from genoviz.effects.chunk_scorer import ChunkScorer
from genoviz.effects.file_chunks import CHUNK, Chunk, Job, ScoredChunk, Totals
from genoviz.effects.scorers import ScoreOptions
from genoviz.errors import BadInput, Cancelled, UnknownName
from genoviz.models.catalogue import list_models
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.predict.prediction import target_value
from genoviz.sequences.sequence import Sequence

pytest.importorskip("pysam")
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "genome_human_hg19_loci"
SITE = "GATAAG"
HEADER = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def genome_of(folder: Path, bases: str) -> str:
    path = folder / "genome.fa"
    path.write_text(f">chr1\n{bases}\n", encoding="utf-8")
    return str(path)


def random_bases(length: int, seed: int = 0) -> str:
    return "".join(random.Random(seed).choices("ACGT", k=length))


def synthetic(folder: Path, records: int, seed: int = 0) -> tuple[Path, str]:
    """A VCF of substitutions, some with several alternates, one in fifty with a wrong reference; and its genome."""
    bases, rng = random_bases(20_000, seed), random.Random(seed)
    lines = [HEADER]
    for number in range(records):
        pos = 1 + number * 19_000 // records
        ref = bases[pos - 1]
        others = [b for b in "ACGT" if b != ref]
        alts = rng.sample(others, rng.choice((1, 1, 1, 2)))
        if rng.random() < 0.02:
            ref, alts = alts[0], [ref]
        lines.append(f"chr1\t{pos}\tid{number}\t{ref}\t{','.join(alts)}\t.\tPASS\tAC={number}\n")
    path = folder / "in.vcf"
    path.write_text("".join(lines), encoding="utf-8")
    return path, genome_of(folder, bases)


def records_of(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def effects_of(row: list[str]) -> list[float | None]:
    """Effect per alternate allele of a VCF row; None where it was skipped."""
    info = dict(part.partition("=")[::2] for part in row[7].split(";"))
    values = info.get("GENOVIZ_EFFECT", ",".join("." * len(row[4].split(",")))).split(",")
    skipped = info.get("GENOVIZ_SKIPPED", ",".join("." * len(values))).split(",")
    assert [v == "." for v in values] == [s != "." for s in skipped]
    return [None if v == "." else float(v) for v in values]


def test_effects_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    # A window of 6 bases that matches the site in m of them counts max(0, m - 3); runs of C match it nowhere.
    bases = "C" * 100 + SITE + "C" * 100
    genome = genome_of(tmp_path, bases)
    source = tmp_path / "in.vcf"
    rows = [
        ("chr1", 101, "G", "C"),  # 6 -> 5 matches
        ("1", 102, "A", "C,T"),  # two alleles: -1 each
        ("chr1", 50, "C", "A"),  # changes nothing
        ("chr1", 103, "A", "G"),  # wrong reference: the genome has T
        ("chr9", 5, "A", "G"),  # no such chromosome
        ("chr1", 104, "A", "<DEL>"),
        ("chr1", 103, "TAA", "T"),  # GATGCC and its neighbours: 3 matches and fewer
    ]
    source.write_text(HEADER + "".join(f"{c}\t{p}\t.\t{r}\t{a}\t.\t.\t.\n" for c, p, r, a in rows), encoding="utf-8")
    out = tmp_path / "out.vcf"
    totals = score_file("toy.sum", source, genome, out, assembly="toy")
    found = records_of(out)
    assert [tuple(row[:5]) for row in found] == [(c, str(p), ".", r, a) for c, p, r, a in rows]
    assert [effects_of(row) for row in found] == [[-1], [-1, -1], [0], [None], [None], [None], [-3]]
    assert (totals.records, totals.scored, sum(totals.skipped.values())) == (7, 5, 3)
    assert totals.skipped == {
        "no such chromosome in the genome": 1,
        "reference allele differs from the genome": 1,
        "symbolic allele": 1,
    }
    assert "5 alleles scored, 3 skipped" in str(totals)


def test_every_effect_is_that_of_one_variant_scored_alone(tmp_path: Path) -> None:
    """A slow second implementation: two predictions for each allele, windows cut here."""
    source, genome = synthetic(tmp_path, 2 * CHUNK + 10)
    out = tmp_path / "out.vcf.gz"
    shares: list[Pace] = []
    totals = score_file("toy.and", source, genome, out, progress=shares.append)
    bases = "N" * 60 + random_bases(20_000) + "N" * 60
    model = load_model("toy.and")
    target = Target.default(model.card)
    found = records_of(out)
    wrong = 0
    for given, row in zip(records_of(source), found, strict=True):
        assert row[:7] == given[:7]
        assert row[7].startswith(given[7])
        at = int(row[1]) - 1 + 60
        if bases[at] != row[3]:
            assert effects_of(row) == [None] * len(row[4].split(","))
            wrong += len(row[4].split(","))
            continue
        for alt, effect in zip(row[4].split(","), effects_of(row), strict=True):
            ref_window = bases[at - 29 : at + 31]
            alt_window = ref_window[:29] + alt + ref_window[30:]
            expected = [target_value(model, Sequence(window), target) for window in (ref_window, alt_window)]
            assert effect == expected[1] - expected[0]
    assert wrong > 0
    assert totals.skipped == {"reference allele differs from the genome": wrong}
    assert totals.records == len(found)
    assert [pace.totals.records for pace in shares] == [CHUNK, 2 * CHUNK, 2 * CHUNK + 10]
    assert shares[-1].share == 1
    assert all(pace.per_second > 0 for pace in shares)


def test_minus_strand_and_tsv(tmp_path: Path) -> None:
    """The site on the minus strand counts only when the model reads that strand."""
    turned = Sequence(SITE).reverse_complement().bases
    genome = genome_of(tmp_path, "C" * 100 + turned + "C" * 100)
    source = tmp_path / "in.tsv"
    source.write_text("chrom\tpos\tref\talt\tid\nchr1\t102\tT\tC\tfirst\nchr1\tx\tT\tC\tsecond\n", encoding="utf-8")
    results = {}
    for strand in "+-":
        out = tmp_path / f"out{strand}.tsv"
        score_file("toy.sum", source, genome, out, strand=strand, assembly="toy1")
        lines = out.read_text(encoding="utf-8").splitlines()
        assert f"# strand: {strand}" in lines
        assert "# assembly: toy1" in lines
        table = [line.split("\t") for line in lines if not line.startswith("#")]
        results[strand] = [dict(zip(table[0], row, strict=True)) for row in table[1:]]
    assert [float(results[strand][0]["effect"]) for strand in "+-"] == [0, -1]
    assert results["+"][1]["skipped"] == "unreadable position"
    assert results["+"][1]["id"] == "second"


def test_a_cancelled_run_keeps_what_is_done_and_goes_on(tmp_path: Path) -> None:
    source, genome = synthetic(tmp_path, 5 * CHUNK)
    whole, out = tmp_path / "whole.vcf", tmp_path / "out.vcf"
    totals = score_file("toy.sum", source, genome, whole)

    def stop(pace: Pace) -> None:
        if pace.totals.records == 2 * CHUNK:
            raise Cancelled

    with pytest.raises(Cancelled):
        score_file("toy.sum", source, genome, out, progress=stop)
    assert not out.exists()
    part = (tmp_path / "out.vcf.part").read_bytes()
    assert whole.read_bytes().startswith(part)
    assert len(records_of(tmp_path / "out.vcf.part")) == 2 * CHUNK
    said: list[str] = []
    assert score_file("toy.sum", source, genome, out, say=said.append) == totals
    assert said == [f"Going on after the {2 * CHUNK} records of an earlier run."]
    assert out.read_bytes() == whole.read_bytes()


def test_only_the_same_run_goes_on(tmp_path: Path) -> None:
    source, genome = synthetic(tmp_path, 2 * CHUNK)
    out = tmp_path / "out.vcf"

    def stop(pace: Pace) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        score_file("toy.sum", source, genome, out, progress=stop)
    with pytest.raises(BadInput, match=r"another strand \(`\+`\)"):
        score_file("toy.sum", source, genome, out, strand="-")
    with pytest.raises(BadInput, match="another batch"):
        score_file("toy.sum", source, genome, out, batch=7)
    os.utime(source, (1, 1))
    with pytest.raises(BadInput, match="another input modified"):
        score_file("toy.sum", source, genome, out)
    totals = score_file("toy.sum", source, genome, out, restart=True)
    assert totals.records == 2 * CHUNK


@pytest.mark.long
def test_several_processes_write_the_same_bytes(tmp_path: Path) -> None:
    source, genome = synthetic(tmp_path, 5 * CHUNK)
    one, two = tmp_path / "one.vcf.gz", tmp_path / "two.vcf.gz"

    def stop(pace: Pace) -> None:
        if pace.totals.records == 2 * CHUNK:
            raise Cancelled

    totals = score_file("tfbind.encode10", source, genome, one)
    with pytest.raises(Cancelled):
        score_file("tfbind.encode10", source, genome, two, workers=2, progress=stop)
    assert not multiprocessing.active_children()
    assert score_file("tfbind.encode10", source, genome, two, workers=2) == totals
    assert one.read_bytes() == two.read_bytes()


def test_the_number_of_threads_changes_nothing(tmp_path: Path) -> None:
    source, genome = synthetic(tmp_path, CHUNK)
    before, results = torch.get_num_threads(), []
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            out = tmp_path / f"{threads}.tsv"
            score_file("promoter.ecoli", source, genome, out)
            assert torch.get_num_threads() == threads
            results.append(out.read_bytes())
    finally:
        torch.set_num_threads(before)
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize(("activation", "name"), [("exp", "log2(ALT/REF)"), ("sigmoid", "difference in logit")])
def test_effects_go_by_the_formula_of_the_output(tmp_path: Path, activation: str, name: str) -> None:
    card = next(c for c in list_models() if c.bundled and c.outputs[0].activation == activation)
    source, genome = synthetic(tmp_path, 20)
    target = replace(Target.default(card), scale="value")
    out = tmp_path / "out.tsv"
    score_file(card.name, source, genome, out, target=target)
    lines = out.read_text(encoding="utf-8").splitlines()
    assert any(line.startswith(f"# effect: {name}: ") for line in lines)
    table = [line.split("\t") for line in lines if not line.startswith("#")]
    rows = [dict(zip(table[0], row, strict=True)) for row in table[1:]]
    scored = [row for row in rows if not row["skipped"]]
    assert scored
    for row in scored:
        ref, alt = float(row["reference"]), float(row["alternate"])
        if activation == "exp":
            expected = math.log2(alt / ref)
        else:
            expected = math.log(alt / (1 - alt)) - math.log(ref / (1 - ref))
        assert float(row["effect"]) == pytest.approx(expected, rel=1e-3, abs=1e-5)


def test_bad_options_leave_nothing_behind(tmp_path: Path) -> None:
    source, genome = synthetic(tmp_path, 3)
    out = tmp_path / "out.vcf"
    with pytest.raises(UnknownName, match="engine"):
        score_file("toy.sum", source, genome, out, engine="slurm")
    with pytest.raises(UnknownName, match="strand"):
        score_file("toy.sum", source, genome, out, strand="both")
    with pytest.raises(UnknownName, match="genome"):
        score_file("toy.sum", source, "mars", out)
    with pytest.raises(BadInput, match="no file"):
        score_file("toy.sum", tmp_path / "no.vcf", genome, out)
    with pytest.raises(BadInput, match="At least 1"):
        score_file("toy.sum", source, genome, out, batch=0)
    with pytest.raises(BadInput, match="one file"):
        score_file("toy.sum", source, genome, source)
    assert not list(tmp_path.glob("out*"))


def test_totals_add_up() -> None:
    one, two = Totals(2, 1, {"b": 1}), Totals(3, 1, {"a": 2, "b": 1})
    assert one + two == Totals(5, 2, {"a": 2, "b": 2})
    assert str(Totals(4, 2)) == "4 records: 2 alleles scored, 0 skipped"
    assert str(one + two) == "5 records: 2 alleles scored, 4 skipped (2 a; 2 b)"


RUN = """
import sys
from pathlib import Path
from genoviz.effects.batch import score_file
score_file("toy.sum", Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
"""


@pytest.mark.clock
@pytest.mark.parametrize("ending", ["vcf", "vcf.gz"])
def test_killed_at_random_and_started_again(tmp_path: Path, ending: str) -> None:
    """SIGKILL at moments that nothing is prepared for; the bytes are those of a run left in peace."""
    source, genome = synthetic(tmp_path, 40 * CHUNK)
    whole, out = tmp_path / f"whole.{ending}", tmp_path / f"out.{ending}"
    totals = score_file("toy.sum", source, genome, whole)
    journal, rng = tmp_path / f"out.{ending}.part.json", random.Random(ending)
    seen = 0
    for _ in range(3):
        before = journal.stat().st_mtime_ns if journal.exists() else 0
        process = subprocess.Popen([sys.executable, "-c", RUN, str(source), genome, str(out)])
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            if journal.exists() and journal.stat().st_mtime_ns != before:
                time.sleep(rng.uniform(0, 0.15))
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.001)
        assert process.wait(60) in (0, -signal.SIGKILL)
        seen += process.returncode == -signal.SIGKILL
    assert seen == 3, "the runs ended before they were killed"
    assert not out.exists()
    said: list[str] = []
    assert score_file("toy.sum", source, genome, out, say=said.append) == totals
    assert said
    assert said[0].startswith("Going on after the ")
    assert out.read_bytes() == whole.read_bytes()


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for records in (4 * CHUNK, 80 * CHUNK):
        source, genome = synthetic(tmp_path, records)
        job = Job("toy.sum", source, genome, "", (), ScoreOptions())
        count = sum(len({row.number for row in chunk.rows}) for chunk in job.chunks())  # first use imports modules
        assert count == records
        tracemalloc.start()
        for _ in job.chunks():
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


@pytest.mark.data
@pytest.mark.skipif(not REAL.is_dir(), reason="needs the public data sets")
def test_real_variants_go_through_and_bcftools_tools_read_the_result(tmp_path: Path) -> None:
    import pysam

    source, out = REAL / "chr20_1Mb.1000G.vcf.gz", tmp_path / "out.vcf.gz"
    totals = score_file("toy.sum", source, str(REAL / "chr20_1Mb.fa.gz"), out, assembly="GRCh37", batch=256)
    assert totals.records == 28_998
    assert totals.scored + sum(totals.skipped.values()) == 29_144
    assert totals.skipped["symbolic allele"] == 24
    assert set(totals.skipped) == {"symbolic allele", "allele does not fit into the window"}
    with pysam.VariantFile(str(out)) as scored, pysam.VariantFile(str(source)) as given:
        for ours, theirs in zip(scored, given, strict=True):
            assert (ours.pos, ours.alleles, ours.info["AC"]) == (theirs.pos, theirs.alleles, theirs.info["AC"])
            if "GENOVIZ_EFFECT" in ours.info:
                assert len(ours.info["GENOVIZ_EFFECT"]) == len(ours.alts or ())


def test_a_run_never_writes_over_its_input_or_into_a_folder(tmp_path: Path) -> None:
    source, genome = synthetic(tmp_path, 3)
    part = source.rename(tmp_path / "out.vcf.part")
    before = part.read_bytes()
    with pytest.raises(BadInput, match="one file"):
        score_file("toy.sum", part, genome, tmp_path / "out.vcf")
    assert part.read_bytes() == before
    (tmp_path / "folder.vcf").mkdir()
    with pytest.raises(BadInput, match="is a folder"):
        score_file("toy.sum", part, genome, tmp_path / "folder.vcf")


def test_a_run_does_not_go_on_with_a_genome_that_was_changed(tmp_path: Path) -> None:
    source, genome = synthetic(tmp_path, 3 * CHUNK)
    out = tmp_path / "out.tsv"

    def stop(pace: Pace) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        score_file("toy.sum", source, genome, out, progress=stop)
    Path(genome + ".fai").unlink()
    genome_of(tmp_path, random_bases(20_000, seed=5))
    with pytest.raises(BadInput, match="genome files"):
        score_file("toy.sum", source, genome, out)


def test_a_file_that_is_refused_leaves_nothing_to_go_on_from(tmp_path: Path) -> None:
    """The corrected call with the same output needs no --restart."""
    source, genome = synthetic(tmp_path, 5)
    good = source.read_text()
    source.write_text(good.replace("##fileformat=VCFv4.2\n", "##fileformat=VCFv4.2\n##reference=GRCh37\n"))
    out = tmp_path / "out.vcf"
    with pytest.raises(BadInput, match="GRCh37"):
        score_file("toy.sum", source, genome, out, assembly="GRCh38")
    source.write_text(good)
    assert score_file("toy.sum", source, genome, out).records == 5


def test_a_worker_that_dies_is_a_message_and_what_is_done_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the system takes its memory: of three chunks the second finds no worker."""
    source, genome = synthetic(tmp_path, 3 * CHUNK)
    out = tmp_path / "out.vcf"

    class Pool:
        def __init__(self, *_: object, initializer: Callable[[Job], None], initargs: tuple[Job]) -> None:
            self._scorer, self._asked = ChunkScorer(*initargs), 0

        def submit(self, _: object, chunk: Chunk) -> Future[ScoredChunk]:
            future: Future[ScoredChunk] = Future()
            self._asked += 1
            if self._asked == 2:
                future.set_exception(BrokenProcessPool("gone"))
            else:
                future.set_result(self._scorer(chunk))
            return future

        def shutdown(self, cancel_futures: bool) -> None: ...

    monkeypatch.setattr("genoviz.effects.local.ProcessPoolExecutor", Pool)
    with pytest.raises(BadInput, match="A worker process ended"):
        score_file("toy.sum", source, genome, out, workers=2)
    monkeypatch.undo()
    said: list[str] = []
    score_file("toy.sum", source, genome, out, say=said.append)
    assert said[-1] == f"Going on after the {CHUNK:,} records of an earlier run."
