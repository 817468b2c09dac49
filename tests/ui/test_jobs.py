"""Long work in a thread: results, errors, cancelling."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from genoviz.errors import Cancelled
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import Mutagenesis, saturate
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame.jobs import Job, Jobs


def test_a_result_and_the_last_share() -> None:
    def work(progress: Callable[[float], None]) -> int:
        progress(0.5)
        progress(1)
        return 7

    job = Job(work)
    assert job.wait(10)
    assert (job.result, job.error, job.share, job.running) == (7, None, 1, False)


def test_an_error_is_kept_for_the_page() -> None:
    def work(progress: Callable[[float], None]) -> int:
        raise ValueError("broken")

    job = Job(work)
    assert job.wait(10)
    assert job.result is None
    assert isinstance(job.error, ValueError)


def test_waiting_has_a_limit_and_cancel_ends_the_work() -> None:
    reached, go_on = threading.Event(), threading.Event()

    def work(progress: Callable[[float], None]) -> int:
        progress(0.25)
        reached.set()
        go_on.wait(10)
        progress(0.5)
        raise AssertionError("the work went on after the cancel")

    job = Job(work)
    assert reached.wait(10)
    assert not job.wait(0.01)
    assert job.running
    assert job.share == 0.25
    job.cancel()
    go_on.set()
    assert job.wait(10)
    assert isinstance(job.error, Cancelled)
    assert job.result is None


@pytest.mark.parametrize("cancel", [False, True])
def test_a_cancelled_mutation_map_keeps_what_is_done(cancel: bool) -> None:
    started, go_on = threading.Event(), threading.Event()

    def work(progress: Callable[[float], None]) -> Mutagenesis:
        def slow(share: float) -> None:
            started.set()
            go_on.wait(10)
            progress(share)

        sequence = Sequence("ACGTTGCAAC" * 6)
        return saturate(load_model("toy.sum"), sequence, Target("activity"), progress=slow)

    job = Job(work)
    assert started.wait(10)
    if cancel:
        job.cancel()
    go_on.set()
    assert job.wait(10)
    assert job.error is None
    assert job.result is not None
    assert job.result.complete is not cancel


def test_ended_work_keeps_its_result_and_work_that_is_not_wanted_stops() -> None:
    reached, go_on = threading.Event(), threading.Event()

    def long(progress: Callable[[float], None]) -> int:
        try:
            reached.set()
            go_on.wait(10)
            progress(0.5)
        except Cancelled:
            return 1  # the part done
        return 2

    jobs: Jobs[int] = Jobs(keep=2)
    assert jobs.get("a") is None
    first = jobs.start("a", long)
    assert reached.wait(10)
    jobs.stop(but=["a"])
    jobs.stop()
    go_on.set()
    assert first.wait(10)
    kept = jobs.get("a")
    assert kept is not None
    assert kept.result == 1
    for key in ("b", "c"):
        job = jobs.start(key, lambda progress: 3)
        assert job.wait(10)
    assert jobs.get("a") is None, "only the last two are kept"
    assert jobs.get("b") is not None
    jobs.forget("b")
    assert jobs.get("b") is None
