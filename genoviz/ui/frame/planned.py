"""Work that takes long enough to be asked for: its cost first, then progress with a stop."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import streamlit as st

from genoviz.errors import Cancelled
from genoviz.ui.frame.jobs import Job, Jobs
from genoviz.ui.frame.visitor import visitor

Result = TypeVar("Result")

WAIT_AT_MOST = 3.0  # seconds of work that start without being asked
_WANTED = "wanted_work"  # what each place of the page shows, in the session


def is_long(place: str, key: Hashable, seconds: float) -> bool:
    """Whether this work is to be asked for. Stops what this place of the page worked on before."""
    wanted: dict[str, Hashable] = st.session_state.setdefault(_WANTED, {})
    wanted[place] = key
    _jobs().stop(but=wanted.values())
    return seconds > WAIT_AT_MOST


def release(*places: str) -> None:
    """Say that these places of the page show nothing now; their work stops at the next `is_long`."""
    for place in places:
        st.session_state.get(_WANTED, {}).pop(place, None)


def planned(
    place: str,
    key: Hashable,
    seconds: float,
    work: Callable[[Callable[[float], None]], Result],
    *,
    cost: str,
    start: str,
    doing: str,
    stop: str,
    ask: bool = True,
    shared: bool = False,
    computes: bool = True,
    meanwhile: Callable[[], None] | None = None,
) -> Result | None:
    """The result of this key's work, or None while it was not asked for or still goes on.

    An error of the work is raised once, and the work is offered anew; so is work that was stopped without a result.

    Parameters
    ----------
    place
        Part of the page; each works on one thing at a time.
    key
        What is computed; ended work is found again by it.
    seconds
        How long it is thought to take; once it runs, what is left is told by its pace.
    work
        See `Job`.
    cost, start, doing, stop
        The sentence on its cost, and the words on the button, at the progress bar and on the button that stops.
    ask
        Wait for the button; otherwise the work starts at once.
    shared
        The work depends on its key alone, so that it is done once for all sessions that ask for it at the same time.
    computes
        The work needs the processor, and waits for its turn; a download does not.
    meanwhile
        Shows what is done so far, below the progress bar.
    """
    options = {"seconds": seconds, "session": visitor(), "shared": key if shared else None, "computes": computes}
    job: Job[Result] | None = _jobs().get(key)
    if job is None and not ask:
        job = _jobs().start(key, work, **options)
    if job is None:
        offer = st.empty()
        with offer.container(horizontal=True, vertical_alignment="center"):
            st.info(cost, icon=":material/timer:")
            if not st.button(start, type="primary", key=f"start {place}"):
                return None
        offer.empty()
        job = _jobs().start(key, work, **options)
    if not job.wait(0.5):
        _watch(job, place, seconds, doing, stop, meanwhile)
        return None
    if job.error is not None:
        forget(key)
        if isinstance(job.error, Cancelled):
            st.rerun()
        raise job.error
    return job.result


def finished(key: Hashable) -> Any:
    """The result of this key's work if that has ended well, else None; starts nothing."""
    job = _jobs().get(key)
    return None if job is None or job.running else job.result


def note_stopped(place: str, key: Hashable, words: str, again: str = "Compute it again") -> None:
    """Say that a result is only what was done until it was stopped, with a button that offers the work anew."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(words, icon=":material/front_hand:")
        st.button(again, on_click=forget, args=(key,), key=f"again {place}")


def forget(key: Hashable) -> None:
    """Drop the work of this key, so that it is offered anew."""
    _jobs().forget(key)


def standing(ahead: int | None, share: float, left: float | None) -> str:
    """Where work stands, in words: its place in the line, or how much is done and the seconds that are left."""
    if ahead is not None:
        come = "it is next" if ahead == 0 else "1 other comes first" if ahead == 1 else f"{ahead} others come first"
        return f"waiting for its turn on a busy server; {come}"
    return f"{100 * share:.0f} %, " + ("longer than estimated" if left is None else f"about {rounded(left)} left")


def rounded(seconds: float) -> str:
    """A time in words, for estimates."""
    if seconds >= 90:
        return f"{seconds / 60:.0f} min"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1g} s"


@st.fragment(run_every=0.5)
def _watch(
    job: Job[Result], place: str, seconds: float, doing: str, stop: str, meanwhile: Callable[[], None] | None
) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(1.0, job.share), f"{doing}: {standing(job.ahead, job.share, job.left(seconds))}")
        if st.button(stop, key=f"stop {place}"):
            job.cancel()
    if meanwhile is not None:
        meanwhile()
    if not job.running:
        st.rerun()


def _jobs() -> Jobs:  # type: ignore[type-arg]
    jobs: Jobs = st.session_state.setdefault("jobs", Jobs())  # type: ignore[type-arg]
    return jobs
