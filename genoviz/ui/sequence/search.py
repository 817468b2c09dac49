"""The verdict as work of the page: it begins with the sequence, goes on in a thread, and is done once for the same letters."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import streamlit as st

from genoviz.errors import Cancelled
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.weights import at_hand
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache
from genoviz.ui.frame.jobs import Job
from genoviz.ui.frame.visitor import visitor

if TYPE_CHECKING:
    from genoviz.models.base import Model
    from genoviz.verdict.site import Site
    from genoviz.verdict.standing import Standing
    from genoviz.verdict.verdict import Verdict

log = logging.getLogger("genoviz.ui")

PICTURED = 4  # rows whose strongest block is looked for
KEPT = 64  # finished verdicts of a server
SECONDS = 3.0  # that a verdict usually takes, for its turn in the line
_SEARCHES, _SHARE = "searches", 0.8  # the part of the work that reads, before blocks are looked for


@dataclass(frozen=True)
class Question:
    """What is asked: the letters, whose they are, whether they are RNA, and which models there are."""

    bases: str
    organism: str
    rna: bool
    models: tuple[tuple[str, str], ...]


@dataclass(eq=False)
class Growing:
    """A verdict that is being worked out, for all sessions that ask the same.

    Attributes
    ----------
    verdict
        As far as it is known; None before the first model has answered.
    sites
        Strongest block of the first rows, as they are found.
    """

    question: Question
    first: str
    verdict: Verdict | None = None
    sites: dict[Standing, Site | None] = field(default_factory=dict)

    def work(self, progress: Callable[[float], None]) -> None:
        """Ask the models one after the other."""
        try:
            self._work(progress)
        except Cancelled:
            raise
        except Exception as error:  # the panel says that not all were asked; why is for the log
            # Without the error's words, which may hold the sequence: that is nobody's but the user's.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("The verdict ended early (%s).\n%s", type(error).__name__, where)
            raise

    def _work(self, progress: Callable[[float], None]) -> None:
        from genoviz.verdict.site import strongest_site
        from genoviz.verdict.verdict import growing_verdict

        q = self.question
        for found in growing_verdict(
            Sequence(q.bases),
            [get_card(name) for name, _ in q.models],
            organism=q.organism,
            rna=q.rna,
            first=self.first,
            load=_loaded,
            progress=lambda share: progress(_SHARE * share),
        ):
            self.verdict = found
        shown = self.verdict.shown(PICTURED) if self.verdict is not None else ()
        for i, row in enumerate(shown):
            self.sites[row] = strongest_site(_loaded(row.card), row)
            progress(_SHARE + (1 - _SHARE) * (i + 1) / len(shown))
        if self.verdict is not None:
            _keep(q, self.verdict, self.sites)


class Search:
    """One verdict that grows, as a session sees it.

    Attributes
    ----------
    job
        The work; None where the verdict was there already.
    """

    def __init__(self, question: Question, first: str) -> None:
        self.question = question
        self.job: Job[None] | None = None
        known = _finished().get(question)
        if known is not None:
            self._growing = Growing(question, first, *known)
            return
        with _lock:
            self._growing = _growing.setdefault(question, Growing(question, first))
        self.job = Job(self._growing.work, seconds=SECONDS, session=visitor(), shared=("verdict", question))

    @property
    def verdict(self) -> Verdict | None:
        """As far as it is known; None before the first model has answered."""
        return self._growing.verdict

    @property
    def sites(self) -> dict[Standing, Site | None]:
        """Strongest block of the first rows, as they are found."""
        return self._growing.sites

    @property
    def running(self) -> bool:
        """Whether the work goes on."""
        return self.job is not None and self.job.running

    @property
    def ahead(self) -> int | None:
        """How many pieces of work come first; None once it runs."""
        return None if self.job is None else self.job.ahead

    @property
    def share(self) -> float:
        """How much is done."""
        return 1.0 if self.job is None else self.job.share

    @property
    def stopped(self) -> bool:
        """Whether the work ended before all models were read."""
        return not self.running and (self.verdict is None or not self.verdict.complete)

    def stop(self) -> None:
        """Ask the work to end; what is known stays."""
        if self.job is not None:
            self.job.cancel()


def search(sequence: Sequence, *, organism: str, rna: bool, first: str) -> Search:
    """The verdict on a sequence: begun now, or the one that was begun before. Stops work on other sequences."""
    question = Question(sequence.bases, organism, rna, _models(tuple(at_hand())))
    searches: dict[Question, Search] = st.session_state.setdefault(_SEARCHES, {})
    for asked, other in searches.items():
        if asked != question:
            other.stop()
    if question not in searches:
        searches[question] = Search(question, first)
    while len(searches) > KEPT:
        searches.pop(next(iter(searches)))
    return searches[question]


def again(question: Question) -> None:
    """Forget a verdict that was stopped, so that the next run begins anew."""
    st.session_state.get(_SEARCHES, {}).pop(question, None)


def best_track(card: ModelCard, read: Sequence) -> str | None:
    """The track of a model that stands out most in what it reads; None where its card has nothing to compare with."""
    from genoviz.verdict.standing import outstanding_track

    if len(card.background) < 2:
        return None
    return outstanding_track(cache.readout(card.name, card.sha256, read))


@st.cache_resource(max_entries=32, show_spinner=False)
def small_model(name: str, sha256: str) -> Model:
    """A model for the verdict: in a cache of their own, so that the verdict drops no model that somebody works with."""
    from genoviz.models.load import load_model

    return load_model(name)


def _loaded(card: ModelCard) -> Model:
    return small_model(card.name, card.sha256)


@st.cache_data(max_entries=8, show_spinner=False)
def _models(files: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Name and checksum of the models that are asked, for the weights `files` that are here."""
    from genoviz.verdict.suits import usual_models

    return tuple((card.name, card.sha256) for card in usual_models())


@st.cache_resource(show_spinner=False)
def _finished() -> dict[Hashable, tuple[Verdict, dict[Standing, Site | None]]]:
    return {}


_lock = threading.Lock()
_growing: WeakValueDictionary[Question, Growing] = WeakValueDictionary()


def _keep(question: Question, verdict: Verdict, sites: dict[Standing, Site | None]) -> None:
    """Keep a finished verdict for other sessions of the server."""
    with _lock:
        finished = _finished()
        finished[question] = verdict, sites
        while len(finished) > KEPT:
            finished.pop(next(iter(finished)))
