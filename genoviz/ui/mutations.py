"""The mutation map on the page: at once when short, else on request, with its cost, progress and a stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.sequence import Sequence
from genoviz.ui import cache
from genoviz.ui.inputs import Choice
from genoviz.ui.jobs import Job
from genoviz.ui.outputs import messages

if TYPE_CHECKING:
    from genoviz.mutagenesis import Mutagenesis
    from genoviz.target import Target

WAIT_AT_MOST = 3.0  # seconds of mutation work that start without being asked


def mutation_map(
    choice: Choice, read: Sequence, target: Target, window: tuple[int, int] | None, indels: bool, *, state: str
) -> Mutagenesis | None:
    """The map of `read`; None while there is none. `state` names what is mapped (`current`, `pinned`), one job each."""
    from genoviz.mutagenesis import count_variants, saturate

    card = choice.card
    with messages():
        n = count_variants(read, window=window, indels=indels)
        seconds = n * cache.seconds_per_variant(card.name, card.sha256, card.length, target)
        st.caption(f"Mutation map: {n:,} variants, about {seconds:.2g} s on this computer when not yet computed.")
        if seconds <= WAIT_AT_MOST:
            return cache.mutation_map(card.name, card.sha256, read, target, window, indels)
        key = (card.name, card.sha256, read, target, window, indels)
        jobs: dict[str, tuple[object, Job[Mutagenesis]]] = st.session_state.setdefault("jobs", {})
        before, job = jobs.get(state, (None, None))
        if before != key or job is None:
            st.info(
                f"The mutation map takes {n:,} predictions, about {seconds:.0f} s on this computer.",
                icon=":material/timer:",
            )
            if not st.button("Compute the mutation map", type="primary", key=f"compute_{state}"):
                return None
            model = cache.loaded(card)

            def work(progress: Callable[[float], None]) -> Mutagenesis:
                return saturate(model, read, target, window=window, indels=indels, progress=progress)

            if job is not None:
                job.cancel()
            job = Job(work)
            jobs[state] = (key, job)
        if not job.wait(0.5):
            _watch(job, state)
            return None
        if job.error is not None:
            raise job.error
        if job.result is not None and not job.result.complete:
            st.warning("Stopped on request: the map shows what was done until then.", icon=":material/front_hand:")
        return job.result
    return None


@st.fragment(run_every=0.5)
def _watch(job: Job[Mutagenesis], state: str) -> None:
    st.progress(job.share, f"Mutating every base: {100 * job.share:.0f} %")
    if st.button("Stop and keep what is done", key=f"stop_{state}"):
        job.cancel()
    if not job.running:
        st.rerun()
