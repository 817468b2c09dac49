"""The line for the processor: who comes first, what is shared, and what ends when nobody waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from genoviz.errors import BadInput, Cancelled
from genoviz.ui.frame import jobs
from genoviz.ui.frame.jobs import Job, Jobs
from genoviz.ui.frame.planned import standing
from genoviz.ui.frame.turns import MOST_WAITING, Line, Turn

Progress = Callable[[float], None]


class Began(list):
    """What has begun, in its order."""

    def ask(self, line: Line, session: str, seconds: float) -> Turn:
        turn = line.turn(session, seconds, lambda: self.append((session, seconds)))
        line.ask(turn)
        return turn


def test_short_work_comes_first_but_long_work_is_not_overtaken_for_ever() -> None:
    now, began = [0.0], Began()
    line = Line(2, clock=lambda: now[0])
    first = [began.ask(line, "a", 5), began.ask(line, "b", 5)]
    waiting = began.ask(line, "c", 9)
    short = began.ask(line, "d", 1)
    now[0] = 8.5
    late = began.ask(line, "e", 1)  # would have ended at 9.5, after the one of 9 s asked for at 0
    assert [line.ahead(turn) for turn in (*first, short, waiting, late)] == [None, None, 0, 1, 2]
    for turn in (*first, short):
        line.leave(turn)
    assert began[2:] == [("d", 1), ("c", 9), ("e", 1)]


def test_long_work_leaves_a_place_free() -> None:
    began = Began()
    line = Line(2)
    long = [began.ask(line, session, 100) for session in "ab"]
    assert began == [("a", 100)]
    began.ask(line, "c", 2)
    assert began == [("a", 100), ("c", 2)]
    line.leave(long[0])
    assert began[-1] == ("b", 100)


def test_a_session_with_much_running_comes_after_others() -> None:
    began = Began()
    line = Line(2)
    running = [began.ask(line, "greedy", 2), began.ask(line, "greedy", 2)]
    began.ask(line, "greedy", 1)
    began.ask(line, "other", 5)
    line.leave(running[0])
    assert began[-1] == ("other", 5)


def test_a_session_can_not_fill_the_line() -> None:
    line, go_on = Line(1), threading.Event()
    held = [Job(lambda progress: go_on.wait(10), session="a", line=line) for _ in range(1 + MOST_WAITING)]
    with pytest.raises(BadInput, match="wait for their turn"):
        Job(lambda progress: 1, session="a", line=line)
    assert Job(lambda progress: 1, session="a", line=line, computes=False).wait(10), "a download waits for nobody"
    for job in held[1:]:
        job.cancel()
    assert held[1].wait(0)
    assert isinstance(held[1].error, Cancelled)
    go_on.set()
    assert held[0].wait(10)
    assert held[0].result is True


def test_equal_work_of_two_sessions_is_done_once() -> None:
    line, go_on, runs = Line(2), threading.Event(), []

    def work(progress: Progress) -> int:
        runs.append(1)
        go_on.wait(10)
        progress(0.5)
        return 7

    options: dict[str, Any] = {"shared": "the same", "line": line}
    one, two, three = (Jobs[int]().start("key", work, session=session, **options) for session in "abc")
    two.cancel()  # the others go on
    assert isinstance(two.error, Cancelled)
    assert not two.running
    go_on.set()
    assert one.wait(10)
    assert three.wait(10)
    assert (one.result, two.result, three.result, len(runs)) == (7, None, 7, 1)
    assert Job(work, session="d", **options).result == 7, "as long as somebody keeps the result"
    del one, two, three


@pytest.mark.parametrize("come_back", [False, True])
def test_work_ends_when_the_pages_of_all_who_want_it_are_closed(
    come_back: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AWAY", 0.05)
    monkeypatch.setattr(jobs, "_LOOK", 0.0)
    open_pages, step = {"a", "b"}, threading.Event()
    tick = threading.Semaphore(0)

    def work(progress: Progress) -> str:
        for _ in range(200):
            tick.release()
            try:
                progress(0.1)
            except Cancelled:
                return "stopped"
            if step.wait(0.002):
                break
        return "done"

    line = Line(2)
    options: dict[str, Any] = {
        "shared": ("gone", come_back),
        "line": line,
        "here": lambda session: session in open_pages,
    }
    jobs_of_both = [Job(work, session=session, **options) for session in "ab"]
    open_pages.clear() if not come_back else open_pages.remove("a")
    assert tick.acquire(timeout=10)
    assert jobs_of_both[0].wait(10)
    assert jobs_of_both[1].result == ("done" if come_back else "stopped")


def test_the_place_in_the_line_is_said() -> None:
    assert standing(0, 0.0, 9.0) == "waiting for its turn on a busy server; it is next"
    assert "3 others come first" in standing(3, 0.0, 9.0)
    assert standing(None, 0.25, 9.0) == "25 %, about 9 s left"
