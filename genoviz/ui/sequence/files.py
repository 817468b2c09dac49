"""Files of one explained sequence: tables, session, receipts, methods text, references and code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.attribute.tables import attribution_provenance, attribution_table
from genoviz.files.tsv import tsv
from genoviz.models.provenance import provenance
from genoviz.mutagenesis.tables import mutagenesis_provenance, mutagenesis_table
from genoviz.predict.tables import prediction_table, reading
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.receipts import STORY_HELP, receipt_panel
from genoviz.ui.frame.state import View, write_session

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.consequences.judged import Consequences
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.report.browser_tracks import BrowserTrack
    from genoviz.report.story import Figure
    from genoviz.sequences.edits import EditHistory
    from genoviz.trust.report import TrustReport

_TSV = "text/tab-separated-values"
File = tuple[str, str, str, Callable[[], str | bytes]]  # words of the button, name, type, what makes it


def downloads(
    choice: Choice,
    read: Sequence,
    history: EditHistory,
    view: View,
    result: Attribution | None,
    mutations: Mutagenesis | None,
    found: Consequences | None = None,
    trusted: TrustReport | None = None,
    figure: Figure | None = None,
) -> None:
    """Buttons that make their file when they are clicked."""
    from genoviz.report.stories import view_receipts, view_story
    from genoviz.trust.tables import NOT_CHECKED, trust_header

    card = choice.card
    predicted = cache.prediction(card.name, card.sha256, read)
    place = reading(choice.fitted)
    stem = f"genoviz_{card.name}_{choice.track}"

    checks = trust_header(trusted)
    files: list[File] = [
        (
            "Prediction (TSV)",
            f"{stem}_prediction.tsv",
            _TSV,
            lambda: tsv(prediction_table([read], [predicted], card), provenance(card) | place),
        )
    ]
    if result is not None:
        about_checks = checks or {"trust": NOT_CHECKED}
        rows, header = attribution_table(result), attribution_provenance(card, result) | place | about_checks
        name = f"{stem}_{result.method}.tsv"
        files.append(("Attribution (TSV)", name, _TSV, lambda: tsv(rows, header)))
    if mutations is not None:
        effects, about = mutagenesis_table(mutations, found), mutagenesis_provenance(card, mutations) | place
        files.append(("Mutations (TSV)", f"{stem}_mutations.tsv", _TSV, lambda: tsv(effects, about)))
    files += _browser_files(choice, read, stem, result, mutations)
    files += [
        ("Sequence (FASTA)", f"{stem}.fasta", "text/plain", history.fasta),
        ("Session (JSON)", f"{stem}_session.json", "application/json", lambda: write_session(view, checks)),
    ]

    def told() -> str:
        return view_story(
            card,
            read,
            predicted,
            result,
            mutations,
            trusted,
            figure=figure,
            fitted=choice.fitted,
            title=view.name or read.name,
            palette=view.palette,
            made=datetime.now().date(),
        )

    st.markdown(
        "**Files**",
        help="Tables have full precision and begin with model, weights, target, method and seed. A session file holds "
        "all choices and edits; drop it into the box of the start page. bedGraph and bigWig are tracks for genome "
        "browsers, of sequences that have a place in a genome. Figures are saved by the button Save above the picture.",
    )
    with st.container(horizontal=True):
        for label, name, mime, make in files:
            download(label, make, name, mime, key=f"file_{label}")
        download("Story (HTML)", told, f"{stem}_story.html", "text/html", key="file_story", help=STORY_HELP)
    receipts = view_receipts(card, read, predicted, result, mutations, trusted)
    receipt_panel([card], receipts, stem, choice.fitted)


def _browser_files(
    choice: Choice, read: Sequence, stem: str, result: Attribution | None, mutations: Mutagenesis | None
) -> list[File]:
    """Tracks for genome browsers, where the sequence has a place in a genome; bigWig where its writer is installed."""
    from genoviz.report.browser_tracks import attribution_track, mutation_track

    if read.locus is None:
        return []
    tracks: list[tuple[str, str, Callable[[], BrowserTrack]]] = []
    if result is not None:
        tracks.append(("Attribution", result.method, partial(attribution_track, choice.card, result)))
    if mutations is not None:
        tracks.append(("Mutations", "mutations", partial(mutation_track, choice.card, mutations)))
    endings = [("bedGraph", ".bedGraph", "text/plain")]
    if find_spec("pyBigWig"):
        endings.append(("bigWig", ".bw", "application/octet-stream"))
    return [
        (f"{what} ({form})", f"{stem}_{name}{ending}", mime, partial(_track_file, make, ending))
        for what, name, make in tracks
        for form, ending, mime in endings
    ]


def _track_file(make: Callable[[], BrowserTrack], ending: str) -> bytes:
    return make().written_as(ending)
