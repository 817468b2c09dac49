"""Below the picture: can this explanation be trusted? Six lights, on request; a red one also stands above the picture."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genoviz.files.tsv import tsv
from genoviz.predict.tables import reading
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape
from genoviz.ui.frame.planned import finished, is_long, note_stopped, planned, release, rounded
from genoviz.ui.frame.shared import shared

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.trust.light import Light
    from genoviz.trust.report import TrustReport

PLACE = "trust"
SO_FAR = "trust_so_far"  # lights of the run that goes on, in the session
DOTS = {"green": ":green[●]", "amber": ":orange[●]", "red": ":red[●]", None: ":gray[○]"}
TITLE = "Can this explanation be trusted?"
_HELP = (
    "Six checks ask the model some hundred times more: do the scores add up, are they taller than chance, do they need the "
    "trained weights, do high scores matter, are both strands explained alike, and does the picture stay when little changes?"
)
_UNCERTAINTY_HELP = (
    "Networks that learned the same from other starts, or without some chromosomes (folds): where they disagree, the data do not settle what a base does. A single "
    "network is asked in other ways that should give the same."
)


def report_of(choice: Choice, result: Attribution | None, other: Sequence | None) -> TrustReport | None:
    """The report of what is shown, if it was asked for and has ended, here or in another session."""
    if result is None:
        return None
    key = _key(choice, result, other)
    report: TrustReport | None = shared().get(key) or finished(key)
    return report


def agreed_of(report: TrustReport | None) -> NDArray[np.float32] | None:
    """`(bases,)`: share of the networks of an ensemble that agree on the sign of each score; None where nobody knows."""
    from genoviz.trust.uncertainty import MemberAgreement

    found = None if report is None else report.uncertainty
    if not isinstance(found, MemberAgreement):
        return None
    return np.asarray(found.agreeing / len(found.scores), dtype=np.float32)


def red_above(report: TrustReport | None) -> None:
    """The red lights, to stand above the picture."""
    if report is not None and report.red:
        names = ", ".join(light.title.lower() for light in report.red)
        advice = " ".join(dict.fromkeys(light.advice for light in report.red if light.advice))
        st.error(
            escape(f"Fails {len(report.red)} of {len(report.lit)} checks: {names}. {advice}"),
            icon=":material/error:",
        )


def trust_panel(choice: Choice, result: Attribution | None, other: Sequence | None) -> None:
    """The lights of the explanation that is shown, or what they cost and a button that checks it."""
    from genoviz.models.size import is_long as reads_long
    from genoviz.trust.report import assess_explanation, work_of

    if result is None or reads_long(choice.card):
        release(PLACE)
        return
    card, key = choice.card, _key(choice, result, other)
    if (known := shared().get(key)) is not None:
        is_long(PLACE, key, 0.0)  # stops the check of what was shown before
        with st.expander(f"{TITLE} {escape(known.sentence)}", expanded=True):
            st.caption(_HELP)
            _report(choice, known)
        return
    rows, mutants = work_of(card, result)
    seconds = rows * estimate.row(card) + mutants * estimate.mutant(card, result.target)
    is_long(PLACE, key, seconds)  # stops the check of what was shown before
    before: TrustReport | None = finished(key)
    with st.expander(TITLE + (f" {escape(before.sentence)}" if before else ""), expanded=before is not None):
        st.caption(_HELP)
        model, explained, share = cache.loaded(card), result, shared()
        so_far: dict[Hashable, list[Light]] = st.session_state.setdefault(SO_FAR, {})
        for old in [k for k in so_far if k != key]:
            del so_far[old]
        lights = so_far.setdefault(key, [])

        def work(progress: Callable[[float], None]) -> TrustReport:
            lights.clear()
            report = assess_explanation(model, explained, progress=progress, on_light=lights.append)
            if report.complete:
                share.put(key, report)
            return report

        report = planned(
            PLACE,
            key,
            seconds,
            work,
            cost=f"The checks take about {rounded(seconds)} on this computer.",
            start="Check",
            doing="Checking",
            stop="Stop",
            shared=True,
            meanwhile=lambda: _show(so_far.get(key, [])),
        )
        if report is None:
            return
        if before is None:
            st.rerun()  # so that a red light comes to stand above the picture
        if not report.complete:
            note_stopped(PLACE, key, report.sentence, "Check again")
        _report(choice, report)


def _key(choice: Choice, result: Attribution, other: Sequence | None) -> Hashable:
    card, options = choice.card, tuple(result.options.items())
    shown = (result.sequence.bases, result.target, result.method, result.baseline, result.references, result.seed)
    return (PLACE, card.name, card.sha256, *shown, options, other)


def _show(lights: list[Light] | tuple[Light, ...]) -> None:
    """The lights, numbered, each with its figure's threshold in the hover text and what to do."""
    for number, light in enumerate(lights, start=1):
        st.markdown(
            f"{DOTS[light.colour]} **{number} {light.title}:** {escape(light.sentence)}",
            help=f"{light.colour or 'no light'}: {light.threshold.words}",
        )
        if light.advice:
            st.caption(escape(light.advice))


def _report(choice: Choice, report: TrustReport) -> None:
    """Lights, where networks disagree, and files."""
    _show(report.lights)
    if report.uncertainty is not None:
        st.markdown(escape(report.uncertainty.sentence), help=_UNCERTAINTY_HELP)
    _files(choice, report)


def _files(choice: Choice, report: TrustReport) -> None:
    from genoviz.trust.tables import trust_provenance, trust_rows, trust_table

    header = trust_provenance(choice.card, report) | reading(choice.fitted)
    stem, mime = f"genoviz_{choice.card.name}_{choice.track}", "text/tab-separated-values"
    with st.container(horizontal=True):
        download("Lights (TSV)", lambda: tsv(trust_table(report), header), f"{stem}_trust.tsv", mime, key="file_trust")
        download(
            "Their figures (TSV)",
            lambda: tsv(trust_rows(report), header),
            f"{stem}_trust_figures.tsv",
            mime,
            key="file_trust_figures",
        )
