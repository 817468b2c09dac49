"""The Ray engine on a local cluster of two nodes: same bytes as the local engine, also when a worker is killed."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from genoviz.effects.batch import Pace, score_file
from genoviz.effects.file_chunks import CHUNK, Job
from genoviz.effects.ray import score_on_ray
from genoviz.effects.scorers import ScoreOptions
from genoviz.errors import BadInput, Cancelled

pytest.importorskip("pysam")
CHUNKS = 7


def synthetic(folder: Path) -> tuple[Path, str]:
    """A VCF of random substitutions, one in a hundred with a wrong reference, and its genome."""
    rng = random.Random(0)
    bases = "".join(rng.choices("ACGT", k=20_000))
    (folder / "genome.fa").write_text(f">chr1\n{bases}\n", encoding="utf-8")
    lines = ["##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"]
    for number in range(CHUNKS * CHUNK - 100):
        pos = 100 + number * 3
        ref = bases[pos - 1] if rng.random() < 0.99 else "N"
        alt = rng.choice([b for b in "ACGT" if b != ref])
        lines.append(f"chr1\t{pos}\t.\t{ref}\t{alt}\t.\t.\t.\n")
    (folder / "in.vcf").write_text("".join(lines), encoding="utf-8")
    return folder / "in.vcf", str(folder / "genome.fa")


def scoring_processes() -> list[int]:
    """Ids of the actors of this test's cluster that hold the model, by the title that Ray gives them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            title = (process / "cmdline").read_bytes()
            mine = f"GENOVIZ_TEST={os.getpid()}".encode() in (process / "environ").read_bytes()
        except OSError:  # it has just ended
            continue
        if mine and title.startswith(b"ray::MapWorker"):
            found.append(int(process.name))
    return found


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Two nodes of one core each; this process is connected to them."""
    with pytest.MonkeyPatch.context() as settings:
        settings.setenv("RAY_USAGE_STATS_ENABLED", "0")
        settings.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        settings.setenv("GENOVIZ_TEST", str(os.getpid()))
        yield from two_nodes()


def two_nodes() -> Iterator[None]:
    ray = pytest.importorskip("ray", reason="needs the extra `ray`")
    if not Path("/proc").is_dir():
        pytest.skip("finds the processes of a cluster in /proc")
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": 80 << 20, "include_dashboard": False}
    made = Cluster(initialize_head=True, head_node_args=node)
    try:
        made.add_node(**node)
        made.wait_for_nodes()
        ray.init(address=made.address, log_to_driver=False)
        yield
    finally:
        ray.shutdown()
        made.shutdown()


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")  # of Ray itself
@pytest.mark.xdist_group("ray")
def test_same_bytes_as_local_with_a_worker_killed(tmp_path: Path, cluster: None) -> None:
    source, genome = synthetic(tmp_path)
    local, out = tmp_path / "local.vcf.gz", tmp_path / "ray.vcf.gz"
    totals = score_file("tfbind.encode10", source, genome, local)
    killed: list[int] = []

    def kill(pace: Pace) -> None:
        if not killed and pace.totals.records >= 2 * CHUNK:
            killed.extend(scoring_processes()[:1])
            for process in killed:
                os.kill(process, signal.SIGKILL)

    said: list[str] = []
    assert score_file("tfbind.encode10", source, genome, out, engine="ray", progress=kill, say=said.append) == totals
    assert killed, "no worker was there to be killed"
    assert out.read_bytes() == local.read_bytes()
    assert said == ["Ray: the cluster of this process, 2 cores."]

    def stop(pace: Pace) -> None:
        if pace.totals.records >= 4 * CHUNK:
            raise Cancelled

    # What one engine began, the other ends.
    mixed = tmp_path / "mixed.vcf.gz"
    with pytest.raises(Cancelled):
        score_file("tfbind.encode10", source, genome, mixed, progress=stop)
    score_file("tfbind.encode10", source, genome, mixed, engine="ray")
    assert mixed.read_bytes() == local.read_bytes()


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
@pytest.mark.xdist_group("ray")
def test_what_fails_on_a_node_is_said(tmp_path: Path, cluster: None) -> None:
    source, genome = synthetic(tmp_path)
    job = Job("toy.sum", source, genome, "", (), ScoreOptions())
    Path(genome).rename(tmp_path / "elsewhere.fa")  # the nodes look for it where this process has it
    with pytest.raises(BadInput, match=r"The run on Ray ended.*same paths"):
        next(score_on_ray(job))


def test_without_ray_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, genome = synthetic(tmp_path)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BadInput, match=r"pip install genoviz\[ray\]"):
        score_file("toy.sum", source, genome, tmp_path / "out.vcf", engine="ray")
