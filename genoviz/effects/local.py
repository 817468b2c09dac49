"""Scoring a file of variants on this computer, in this process or in several."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

from genoviz.effects.chunk_scorer import ChunkScorer
from genoviz.effects.file_chunks import Chunk, Job, ScoredChunk
from genoviz.errors import BadInput

_AHEAD = 3  # chunks under way for each worker: enough that none waits, few enough that memory stays flat
_scorer: ChunkScorer | None = None  # of a worker process


def score_here(job: Job, skip: int = 0, *, workers: int = 1) -> Generator[ScoredChunk, None, None]:
    """Score a file; yields its chunks from number `skip` on, in the order of the file.

    Parameters
    ----------
    job
        What to score.
    skip
        Chunks already done.
    workers
        Processes; with 1 all is done in this one.

    Raises
    ------
    BadInput
        If a worker process ends, for instance because the system took its memory.
    """
    if workers == 1:
        yield from map(ChunkScorer(job), job.chunks(skip))
        return
    waiting: deque[Future[ScoredChunk]] = deque()
    spawn = multiprocessing.get_context("spawn")  # threads of torch do not survive a fork
    pool = ProcessPoolExecutor(workers, spawn, initializer=_start, initargs=(job,))
    try:
        for chunk in job.chunks(skip):
            waiting.append(pool.submit(_score, chunk))
            if len(waiting) >= _AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise BadInput(
            "A worker process ended before its work was done: it was killed, or the memory was used up.",
            "What was done until then is kept.",
            "Give the same command again, with fewer --workers: it goes on from there.",
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _start(job: Job) -> None:
    global _scorer
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _scorer = ChunkScorer(job)


def _score(chunk: Chunk) -> ScoredChunk:
    if _scorer is None:
        raise RuntimeError("a worker was used before it was started")
    return _scorer(chunk)


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
