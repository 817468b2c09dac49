"""Measured and predicted effects of single changes: maps on one axis, scatter, what the model misses, regions, ceiling."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from genoviz.measured.options import MUTATIONS
from genoviz.measured.public import CITATION
from genoviz.ui import viewer as canvas
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice, make_target
from genoviz.ui.frame.outputs import digest, escape, is_dark, palette
from genoviz.ui.frame.planned import release
from genoviz.ui.measured import experiment as chosen_experiment
from genoviz.ui.measured import source, standings, work

if TYPE_CHECKING:
    from genoviz.measured.against import Against
    from genoviz.measured.experiment import Experiment

KEYS = ("measured_method", "measured_region", *source.KEYS, *chosen_experiment.KEYS, *standings.KEYS)
FIRST: dict[str, object] = (
    {"measured_method": MUTATIONS, "measured_region": 50} | source.FIRST | chosen_experiment.FIRST | standings.FIRST
)
ACCEPTED = (
    "A row per change: position, reference base, new base, and the measured effect (log2 or any other number). Replicates, "
    "barcodes and p-values are used where there are columns of them, and an element column where the table holds several."
)
_ROWS = (*canvas.HEAT_ROWS, "del")


def show(choice: Choice) -> None:
    """The panel below the choice of what was measured."""
    opened = source.choose("changes", ACCEPTED)
    if opened is None:
        release("measured changes", "measured standings")
        return
    experiment = chosen_experiment.choose(opened)
    method = _method(choice)
    found = _found(choice, experiment, method, opened)
    if found is None:
        return
    if opened.kind == "example":
        st.info(
            "These measurements are invented. They show what the page does, and say nothing about any model. ETS sites were "
            "planted: under *Explain*, a track of an ETS factor such as GABPA sees them."
        )
    work.say(found.sentence, (*experiment.notices, *found.notices))
    _missed(found)
    _viewer(found)
    left, right = st.columns(2, gap="large")
    with left:
        _scatter(found)
    with right:
        _regions(found)
        _ceiling(found, opened)
    _training(choice)
    _files(found, opened)
    standings.show(choice, experiment, opened, ceiling=found.ceiling)


def _method(choice: Choice) -> str:
    from genoviz.measured.predicted import methods_of, title_of

    offered = methods_of(choice.card)
    if st.session_state.get("measured_method") not in offered:
        st.session_state["measured_method"] = MUTATIONS
    return str(
        st.selectbox(
            "Predicted by",
            offered,
            key="measured_method",
            format_func=title_of,
            help="Mutations: each changed sequence is predicted. An attribution method instead guesses all changes from one "
            "explanation: the score of the new base minus that of the old one. It says nothing of deletions.",
        )
    )


def _key(opened: source.Opened, experiment: Experiment) -> tuple[object, ...]:
    """What tells one experiment, as filtered and turned, from another."""
    said = f"{[c.name for c in experiment.changes]} {experiment.effects.tobytes().hex()}"
    return opened.name, experiment.name, digest(f"{experiment.sequence.bases} {said}")


def _found(choice: Choice, experiment: Experiment, method: str, opened: source.Opened) -> Against | None:
    from genoviz.measured.against import against
    from genoviz.measured.predicted import cost
    from genoviz.models.size import is_long

    target, card = make_target(choice), choice.card
    count = cost(experiment, card, method)
    each = 0.0 if is_long(card) else estimate.mutant(card, target) if method == MUTATIONS else estimate.row(card)
    model = cache.loaded(card)
    return work.run(
        "changes",
        (*work.identity(card), target, method, *_key(opened, experiment)),
        count,
        count * each,
        lambda progress: against(model, experiment, target, method, progress=progress),
    )


def _missed(found: Against) -> None:
    if found.missed_sentence:
        (st.warning if found.missed else st.success)(
            escape(found.missed_sentence), icon=":material/search_off:" if found.missed else ":material/check:"
        )
    if found.unseen_sentence:
        st.info(escape(found.unseen_sentence), icon=":material/visibility:")


def _viewer(found: Against) -> None:
    """Measured and predicted maps over one axis, and what is left between them."""
    exp = found.experiment
    measured, fitted = exp.map_of(exp.effects), exp.map_of(found.fitted)
    rows = _ROWS if np.isfinite(measured[4]).any() else canvas.HEAT_ROWS
    reach = float(np.nanquantile(np.abs(measured), 0.99)) or 1.0
    # A falling line says that nothing is predicted: then the raw numbers are drawn, on a scale of their own.
    raw = not found.overall.slope > 0
    predicted, unit = (exp.map_of(found.predicted.effects), found.predicted.unit) if raw else (fitted, exp.unit)
    scale = (float(np.nanquantile(np.abs(predicted), 0.99)) if np.isfinite(predicted).any() else 0) or 1.0
    tracks = [
        canvas.heat(measured[: len(rows)], "Measured", exp.unit, rows=rows, limit=reach),
        canvas.heat(
            predicted[: len(rows)],
            f"Predicted, {found.label}" + ("" if raw else ", on the measured scale"),
            unit,
            rows=rows,
            limit=scale if raw else reach,
        ),
        canvas.logo(-exp.along(exp.effects), "Measured importance: minus the mean effect", f"{exp.unit} per base"),
        canvas.logo(-exp.along(found.predicted.effects), "Predicted importance", f"{found.predicted.unit} per base"),
        canvas.line(exp.along(found.residuals), "Residual: measured minus predicted", exp.unit),
    ]
    if found.missed:
        marks = [
            {
                "start": m.start,
                "end": m.end,
                "color": "#c77700",
                "note": f"measured {m.measured:+.2f}, predicted {m.predicted:+.2f}",
                "label": "missed",
            }
            for m in found.missed
        ]
        tracks.insert(2, canvas.spans(marks, "Sites that the model misses"))
    canvas.viewer(
        "measured maps",
        sequence=exp.sequence,
        tracks=tracks,
        view_id=digest(f"measured {exp.sequence.bases}"),
        revision=digest(f"{found.label} {measured.tobytes().hex()} {predicted.tobytes().hex()}"),
        palette=palette(),
        summary=found.sentence,
        title=exp.name,
        editable=False,
    )
    st.caption(
        "Blue lowers, red raises; hatched: not measured. Both maps have the sign new minus old. The picture is saved (PNG, SVG, "
        "PDF) by the button Save above it."
    )


def _scatter(found: Against) -> None:
    from genoviz.plots.measured import scatter_figure
    from genoviz.plots.palette import colours

    overall, exp = found.overall, found.experiment
    st.header("Each change", anchor=False, help="A point per change, with the line of least squares.")
    low, high = overall.spearman_95
    with st.container(horizontal=True):
        st.metric("Pearson r", _said(overall.pearson), help=f"95 % interval {_span(overall.pearson_95)}. {_INTERVAL}")
        st.metric("Spearman", _said(overall.spearman), help=f"95 % interval {_span((low, high))}. {_INTERVAL}")
        st.metric("Changes", f"{overall.changes:,}", help=f"In {overall.blocks:,} stretches of 10 bases.")
    st.plotly_chart(
        scatter_figure(
            found.predicted.effects,
            exp.effects,
            [change.name for change in exp.changes],
            overall,
            colours("colour-safe", is_dark()),
            x_title=f"predicted, new minus old ({found.predicted.unit})",
            y_title=f"measured ({exp.unit})",
        ),
        width="stretch",
        key="measured scatter",
        config={"displayModeBar": False},
    )


_INTERVAL = "Bootstrap over stretches of 10 neighbouring bases: changes in one site are related."


def _said(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "none"


def _span(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.2f} to {interval[1]:.2f}" if np.isfinite(interval[0]) else "not known"


def _regions(found: Against) -> None:
    from genoviz.plots.measured import region_figure
    from genoviz.plots.palette import colours

    st.header("By region", anchor=False, help="Correlation in stretches of the element.")
    width = int(st.slider("Bases of a region", 10, 200, key="measured_region", step=10))
    regions = found.regions(width)
    st.plotly_chart(
        region_figure(regions, colours("colour-safe", is_dark())),
        width="stretch",
        key="measured regions",
        config={"displayModeBar": False},
    )
    st.caption(
        "Where little was measured to have an effect, there is little to agree on: a low bar there says nothing."
    )


def _ceiling(found: Against, opened: source.Opened) -> None:
    st.header(
        "Replicate ceiling",
        anchor=False,
        help="How far the replicates agree limits any prediction: a perfect one correlates with their mean by about the "
        "square root of its reliability.",
    )
    repeats = chosen_experiment.repeats(opened, found.experiment)
    if found.ceiling is not None:
        st.markdown(escape(found.ceiling.sentence))
    elif repeats:
        st.markdown("\n".join(f"- {escape(one.sentence)}" for one in repeats))
    elif len(found.experiment.replicates):
        st.caption("The replicates don't correlate: nothing can be predicted of them.")
    else:
        st.caption("The table has no columns of single replicates (such as `effect_rep1`, `effect_rep2`).")


def _training(choice: Choice) -> None:
    """What the model was trained on: a measurement that was in it proves little."""
    card = choice.card
    said = f"**What the model was trained on.** {escape(card.data or 'The card does not say.')}"
    st.caption(
        f"{said} {escape(card.split)} If this element, or the region around it, was among it, a high correlation proves little."
    )


def _files(found: Against, opened: source.Opened) -> None:
    from genoviz.measured import tables
    from genoviz.plots.measured import scatter_picture
    from genoviz.plots.palette import colours
    from genoviz.plots.words import figure_bytes

    def header() -> dict[str, object]:
        cited = {"citation": CITATION} if opened.kind == "public" else {}
        invented = {"measurements": "invented"} if opened.kind == "example" else {"table": opened.name}
        return tables.against_provenance(found) | cited | invented

    def picture(kind: str) -> bytes:
        return figure_bytes(
            scatter_picture(
                found.predicted.effects,
                found.experiment.effects,
                colours("colour-safe"),
                title=f"{found.experiment.name}: {found.label}",
                x_title=f"predicted ({found.predicted.unit})",
                y_title=f"measured ({found.experiment.unit})",
            ),
            kind,
        )

    width = int(st.session_state.get("measured_region", 50))
    with st.container(horizontal=True):
        work.file("Changes (TSV)", "measured changes", lambda: tables.change_table(found), header)
        work.file("Regions (TSV)", "measured regions", lambda: tables.region_table(found, width), header)
        work.file("Missed sites (TSV)", "missed sites", lambda: tables.missed_table(found), header)
        for kind, mime in (("svg", "image/svg+xml"), ("png", "image/png")):
            name = f"genoviz_measured_scatter.{kind}"
            download(f"Scatter ({kind.upper()})", partial(picture, kind), name, mime, key=f"file scatter {kind}")
    with st.expander("Code for this view"):
        st.code(_command(found, opened), language="sh")
        st.code(_python(found, opened), language="python")


def _command(found: Against, opened: source.Opened) -> str:
    """The command that prints the numbers of the page."""
    name = "public" if opened.kind == "public" else opened.name
    words = ["genoviz measured changes", found.card.name, f'"{name}"', f'-e "{found.experiment.name}"']
    words += [f'-t "{found.target}"', f"-m {found.method}"]
    chosen = chosen_experiment.filters(found.experiment)
    words += [f"--barcodes {chosen.least_barcodes}"] if chosen.least_barcodes else []
    words += [f"--p-value {chosen.largest_p}"] if chosen.largest_p != "1" else []
    words += [] if chosen.deletions else ["--no-deletions"]
    return " ".join(words + (["--reverse"] if chosen.reverse else []))


def _python(found: Against, opened: source.Opened) -> str:
    """A script that prints the numbers of the page."""
    chosen = chosen_experiment.filters(found.experiment)
    table = "table_path().read_bytes()" if opened.kind == "public" else f'open("{opened.name}", "rb").read()'
    lines = [
        "from genoviz.measured import against",
        *(["from genoviz.measured.public import table_path"] if opened.kind == "public" else []),
        "from genoviz.measured.reading import experiment_of, look_into",
        "from genoviz.models.load import load_model",
        "from genoviz.models.target import Target",
        "",
        f'model = load_model("{found.card.name}")',
        f"table = look_into({table})",
        f'experiment = experiment_of(table, "{found.experiment.name}")',
        f"experiment = experiment.kept(least_barcodes={chosen.least_barcodes}, largest_p={chosen.largest_p}, "
        f"deletions={chosen.deletions})",
        *(["experiment = experiment.turned()"] if chosen.reverse else []),
        f'target = Target.parse("{found.target}", model.card)',
        f'print(against(model, experiment, target, "{found.method}").sentence)',
    ]
    return "\n".join(lines)
