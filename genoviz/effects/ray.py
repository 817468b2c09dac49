"""Scoring a file of variants on a Ray cluster: `pip install genoviz[ray]`.

One task reads the file, actors that keep the model loaded score its chunks, and the process that started the run writes
them in order. Chunks are the same as on one computer, so the output is the same byte for byte. Ray starts a task or an
actor again when its process or node is lost; what it had not handed over is then computed again.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from genoviz.errors import BadInput
from genoviz.sequences.locus import clip

if TYPE_CHECKING:
    from genoviz.effects.file_chunks import Job, ScoredChunk


class Scorer:
    """An actor: loads model and genome once, then scores whole chunks."""

    def __init__(self, job: Job) -> None:
        from genoviz.effects.chunk_scorer import ChunkScorer

        self._score = ChunkScorer(job)

    def __call__(self, block: Any) -> Any:
        """A table of chunks in, a table of scored chunks out."""
        return _table([self._score(chunk) for chunk in _items(block)])


def score_on_ray(
    job: Job, skip: int = 0, *, say: Callable[[str], None] | None = None
) -> Generator[ScoredChunk, None, None]:
    """Score a file on the Ray cluster at hand, or on one started on this computer.

    Parameters
    ----------
    job
        Its files must be readable under the same paths on all nodes.
    skip
        Chunks already done.
    say
        Told which cluster is used.

    Yields
    ------
    ScoredChunk
        In the order of the file.

    Raises
    ------
    BadInput
        If Ray is not installed, or the run on it failed.
    """
    try:
        import ray  # type: ignore[import-not-found, unused-ignore]
        import ray.data  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        raise BadInput(
            "The engine `ray` was asked for, but Ray is not installed.",
            "It is an extra.",
            "Run `pip install genoviz[ray]`, or use `--engine local`.",
        ) from error
    where = _connect(ray)
    cores = max(1, int(ray.cluster_resources().get("CPU", 1)))
    if say:
        say(f"Ray: {where}, {cores:,} cores.")
    context = ray.data.DataContext.get_current().copy()
    context.execution_options.preserve_order = True
    # A chunk is the unit of work: blocks of one row, or the cluster would wait for a whole block to be read.
    context.target_max_block_size = 1
    context.enable_progress_bars = False
    with ray.data.DataContext.current(context):
        source = ray.data.read_datasource(_source(job, skip), num_cpus=0, override_num_blocks=1)
        scored = source.map_batches(
            Scorer,
            fn_constructor_args=(job,),
            batch_size=1,
            batch_format="pyarrow",
            num_cpus=1,
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=cores),
        )
        try:
            for block in scored.iter_batches(batch_size=1, batch_format="pyarrow"):
                yield from _items(block)
        except ray.exceptions.RayError as error:
            raise BadInput(
                f"The run on Ray ended: {clip(str(error).strip().splitlines()[-1], 200)}.",
                "Every node needs the same genoviz and weights, and the files under the same paths.",
                "What is done is kept; the same call goes on from there.",
            ) from error


def _connect(ray: Any) -> str:
    """Join a cluster, or start one here; what it is, in words."""
    if ray.is_initialized():
        return "the cluster of this process"
    try:
        ray.init(address="auto", log_to_driver=False)
        return "the running cluster"
    except ConnectionError:
        ray.init(log_to_driver=False, include_dashboard=False)
        return "none was running, so one was started on this computer"


def _source(job: Job, skip: int) -> Any:
    """A datasource with one task, which yields a block for each chunk as it is read."""
    from ray.data.block import BlockMetadata  # type: ignore[import-not-found, unused-ignore]
    from ray.data.datasource import Datasource, ReadTask  # type: ignore[import-not-found, unused-ignore]

    class Chunks(Datasource):  # type: ignore[misc]
        def estimate_inmemory_data_size(self) -> int | None:
            return None

        def get_read_tasks(self, parallelism: int, *args: Any, **options: Any) -> list[Any]:
            metadata = BlockMetadata(num_rows=None, size_bytes=None, exec_stats=None)
            return [ReadTask(lambda: (_table([chunk]) for chunk in job.chunks(skip)), metadata)]

    return Chunks()


def _table(items: list[Any]) -> Any:
    """Python objects as a table of one column."""
    import pyarrow  # type: ignore[import-untyped, unused-ignore]

    return pyarrow.table({"item": pyarrow.array([pickle.dumps(item) for item in items], pyarrow.binary())})


def _items(table: Any) -> Iterator[Any]:
    """The objects of such a table."""
    for item in table["item"]:
        yield pickle.loads(item.as_py())
