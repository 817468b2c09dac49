"""The sections of the page that explains one sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from genoviz import __version__, export, summary
from genoviz.errors import GenovizError
from genoviz.sequence import Sequence
from genoviz.ui import cache
from genoviz.ui.inputs import Choice
from genoviz.ui.jobs import Job
from genoviz.ui.outputs import escape, is_dark, show_error
from genoviz.ui.state import one_of

if TYPE_CHECKING:
    from genoviz.attribute import Attribution
    from genoviz.mutagenesis import Mutagenesis
    from genoviz.target import Target

WAIT_AT_MOST = 3.0  # seconds of mutation work that start without being asked
LIGHTS = {"green": ":green[●]", "amber": ":orange[●]", "red": ":red[●]"}


def welcome(choice: Choice) -> None:
    """What to do when there is no sequence yet."""
    st.markdown(
        f"Paste a DNA sequence into the box on the left and see what **{choice.card.title}** predicts, which bases "
        "made it predict that, and what happens when any of them is mutated. Or start from an example:"
    )


def prediction(choice: Choice) -> None:
    """The prediction in words, its standing among held-out sequences, and all tracks as bars."""
    from genoviz.plots.bars import track_bars
    from genoviz.plots.palette import colours

    card = choice.card
    if choice.sequence is None:
        return
    output = card.output(choice.output)
    tracks = cache.prediction(card.name, card.sha256, choice.sequence)[choice.output]
    values = [float(row.mean()) for row in tracks.values]
    value = values[output.index(choice.track)]
    logit = cache.target_value(card.name, card.sha256, choice.sequence, make_target(choice, scale="logit"))
    name = choice.example.title if choice.example else choice.sequence.name or "Your sequence"
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(f"##### {escape(name)}")
        for notice in choice.notices:
            st.info(escape(notice), icon=":material/content_cut:")
        st.markdown(f"### {choice.track}: {escape(summary.prediction_sentence(output, choice.track, value))}")
        if output.activation != "identity":
            st.caption(f"{output.logit_unit} {logit:.3g}")
        background = summary.background_sentence(card, choice.track, logit)
        if background:
            st.markdown(
                escape(background),
                help="Frozen comparison set: sequences of this output's test file, never used in training.",
            )
        st.markdown(escape(summary.held_out_sentence(card, choice.track)), help=_AUROC_HELP)
        if choice.example:
            st.caption(escape(choice.example.note))
    with right:
        if len(values) > 1:
            look = colours("classic", is_dark())
            accent = "#6ea8e6" if is_dark() else "#2563a8"
            figure = track_bars(
                output.tracks,
                values,
                [summary.rounded(v, output.unit) for v in values],
                unit=output.unit,
                chosen=(choice.track,),
                look=look,
                accent=accent,
            )
            st.plotly_chart(figure, width="stretch", config={"displayModeBar": False}, key="tracks")


def attribution_and_mutations(choice: Choice) -> None:
    """Method choices, then logo and mutation map on one axis, what they say in words, and the files."""
    from genoviz.plots.palette import PALETTES

    if choice.sequence is None:
        return
    st.subheader("Which bases matter", anchor=False)
    method, baseline, other = _method_choice(choice.sequence)
    window, indels, palette = _map_choice(choice.sequence, list(PALETTES), PALETTES)
    target = make_target(choice)
    result = _attribution(choice, target, method, baseline, other)
    mutations = _mutations(choice, target, window, indels)
    if result is None and mutations is None:
        return
    _picture(choice, result, mutations, palette)
    if result is not None:
        _verdict(result)
    if mutations is not None:
        _strongest(mutations)
    _downloads(choice, result, mutations, palette)


def details(choice: Choice) -> None:
    """Record table for many sequences, and the model's card in short."""
    if len(choice.records) > 1:
        _all_records(choice)
    with st.expander(f"About the model `{choice.card.name}`"):
        model_card(choice.card)


def model_card(card: Any) -> None:
    """What the card says, limits first."""
    st.markdown(escape(card.summary))
    st.markdown("**Known limits**\n" + "\n".join(f"- {escape(limit)}" for limit in card.limits))
    if card.held_out:
        st.markdown("**Held-out scores** (95 % bootstrap intervals)", help=_AUROC_HELP)
        st.dataframe(held_out_frame(card), hide_index=True, width="stretch")
    rows = {
        "Reads": f"{card.length:,} bases"
        + (", both strands give the same output" if card.strand_symmetric else ", the strand as given"),
        "N": card.n_rule,
        "Data": card.data,
        "Split": card.split,
        "Licence": card.licence,
        "Citation": card.citation,
        "Retrain": card.retrain or "-",
        "Weights sha256": card.sha256 or "set by hand",
    }
    st.table(pd.DataFrame({"": [escape(text) for text in rows.values()]}, index=list(rows)))


def held_out_frame(card: Any) -> pd.DataFrame:
    """Held-out table for reading: rounded, intervals as text."""
    rows = []
    for row in card.held_out:
        shown = {"Track": row["track"], "Test sequences": row["n"]}
        for metric, title in (("auroc", "AUROC"), ("auprc", "AUPRC")):
            if metric in row:
                low, high = row[f"{metric}_95"]
                shown[title] = f"{row[metric]:.3f} ({low:.3f}-{high:.3f})"
        if "published_auroc" in row:
            shown["Published AUROC, same test"] = f"{row['published_auroc']:.3f} ({row['published']})"
        rows.append(shown)
    return pd.DataFrame(rows)


_AUROC_HELP = (
    "AUROC: the chance that a true peak scores above a shuffled sequence (0.5 is guessing, 1 is perfect). "
    "AUPRC: average precision, here with half of the test sequences being peaks."
)


def make_target(choice: Choice, scale: str | None = None) -> Target:
    """The target of the sidebar's choices."""
    from genoviz.target import Target

    return Target(choice.output, (choice.track,), scale=scale or choice.scale)


def _method_choice(sequence: Sequence) -> tuple[str, str | None, Sequence | None]:
    from genoviz.attribution_methods import METHODS
    from genoviz.baselines import BASELINES

    notices: list[str] = []
    st.session_state["method"] = one_of("method", st.session_state.get("method", ""), METHODS, "deepliftshap", notices)
    left, right = st.columns(2)
    method = left.selectbox(
        "Method",
        list(METHODS),
        key="method",
        format_func=lambda n: METHODS[n].title + (" (teaching only)" if METHODS[n].teaching_only else ""),
        help="How the prediction is divided among the bases. DeepLIFT / SHAP is the field's usual choice.",
    )
    row = METHODS[method]
    left.caption(row.note)
    if row.baseline is None:
        for notice in notices:
            st.warning(notice, icon=":material/link:")
        return method, None, None
    known = ["", *BASELINES]
    st.session_state["baseline"] = one_of("baseline", st.session_state.get("baseline", ""), known, "", notices)
    for notice in notices:
        st.warning(notice, icon=":material/link:")
    baseline = right.selectbox(
        "Compared with",
        known,
        key="baseline",
        format_func=lambda n: BASELINES[n].title if n else f"Usual: {BASELINES[row.baseline or ''].title}",
        help="The reference input that stands for 'nothing there'. Another one asks another question.",
    )
    right.caption(BASELINES[baseline or row.baseline].note)
    other = None
    if baseline == "sequence":
        text = right.text_input(f"Reference sequence, {len(sequence)} bases", key="reference_text")
        if not text.strip():
            right.info("Paste the reference sequence.")
            return method, row.baseline, None
        try:
            other = Sequence.read(text)
        except GenovizError as error:
            show_error(error)
            return method, row.baseline, None
    return method, baseline or None, other


def _map_choice(
    sequence: Sequence, palettes: list[str], titles: dict[str, str]
) -> tuple[tuple[int, int] | None, bool, str]:
    from genoviz.mutagenesis import parse_window

    with st.expander("Mutation map and colours"):
        a, b, c = st.columns(3)
        text = a.text_input(
            "Only mutate positions", key="window", placeholder=f"1-{len(sequence)}", help="START-END, counted from 1."
        )
        indels = b.checkbox("Also 1-bp deletions and insertions", key="indels", help=_INDEL_HELP)
        palette = c.selectbox("Base colours", palettes, key="palette", format_func=titles.__getitem__)
    try:
        return parse_window(text), indels, palette
    except GenovizError as error:
        show_error(error)
        return None, indels, palette


_INDEL_HELP = (
    "The window keeps its length: after a deletion the bases to the right move left and N enters at the right end; "
    "after an insertion they move right and the last base drops out."
)


def _attribution(
    choice: Choice, target: Target, method: str, baseline: str | None, other: Sequence | None
) -> Attribution | None:
    card = choice.card
    if choice.sequence is None:
        return None
    try:
        return cache.attribution(card.name, card.sha256, choice.sequence, target, method, baseline, 20, other, 0)
    except GenovizError as error:
        show_error(error)
        return None


def _mutations(choice: Choice, target: Target, window: tuple[int, int] | None, indels: bool) -> Mutagenesis | None:
    """The mutation map: at once when short, else on request with progress and cancel."""
    from genoviz.mutagenesis import count_variants, saturate

    card, sequence = choice.card, choice.sequence
    if sequence is None:
        return None
    try:
        n = count_variants(sequence, window=window, indels=indels)
        seconds = n * cache.seconds_per_variant(card.name, card.sha256, card.length)
        if seconds <= WAIT_AT_MOST:
            return cache.mutation_map(card.name, card.sha256, sequence, target, window, indels)
    except GenovizError as error:
        show_error(error)
        return None
    key = (card.name, card.sha256, sequence, target, window, indels)
    jobs: dict[Any, Job[Mutagenesis]] = st.session_state.setdefault("jobs", {})
    job = jobs.get(key)
    if job is None:
        st.info(
            f"The mutation map takes {n:,} predictions, about {seconds:.0f} s on this computer.",
            icon=":material/timer:",
        )
        if not st.button("Compute the mutation map", type="primary"):
            return None
        model = cache.loaded(card)

        def work(progress: Callable[[float], None]) -> Mutagenesis:
            return saturate(model, sequence, target, window=window, indels=indels, progress=progress)

        jobs.clear()
        job = jobs[key] = Job(work)
    if not job.wait(0.5):
        _watch(job)
        return None
    if isinstance(job.error, GenovizError):
        show_error(job.error)
    elif job.error is not None:
        raise job.error
    if job.result is not None and not job.result.complete:
        st.warning("Stopped on request: the map shows what was done until then.", icon=":material/front_hand:")
    return job.result


@st.fragment(run_every=0.5)
def _watch(job: Job[Mutagenesis]) -> None:
    st.progress(job.share, f"Mutating every base: {100 * job.share:.0f} %")
    if st.button("Stop and keep what is done"):
        job.cancel()
    if not job.running:
        st.rerun()


def _labels(result: Attribution | None, mutations: Mutagenesis | None) -> tuple[str, str]:
    from genoviz.attribution_methods import METHODS

    score = f"{METHODS[result.method].title}\n({result.unit} per base)" if result else ""
    delta = f"mutated - original\n({mutations.unit})" if mutations else ""
    return score, delta


def _figure(choice: Choice, result: Attribution | None, mutations: Mutagenesis | None, palette: str, dark: bool) -> Any:
    from genoviz.plots.report import explanation_figure

    sequence = result.sequence if result else mutations.sequence if mutations else Sequence("N")
    score_label, delta_label = _labels(result, mutations)
    name = choice.example.title if choice.example else sequence.name or "pasted sequence"
    return explanation_figure(
        sequence.bases,
        result.per_base if result else None,
        mutations.delta if mutations else None,
        title=f"{name} · {choice.card.title} · {choice.track} ({choice.scale})",
        score_label=score_label,
        delta_label=delta_label,
        palette=palette,
        dark=dark,
    )


def _picture(choice: Choice, result: Attribution | None, mutations: Mutagenesis | None, palette: str) -> None:
    from genoviz.plots.report import figure_bytes

    figure = _figure(choice, result, mutations, palette, is_dark())
    words = [summary.attribution_sentence(result)] if result else []
    words += [summary.mutation_sentence(mutations)] if mutations else []
    st.image(figure_bytes(figure, "png"), width="stretch")
    st.markdown(escape(" ".join(words)))


def _verdict(result: Attribution) -> None:
    text = summary.completeness_sentence(result)
    if text:
        st.markdown(f"{LIGHTS[result.light or 'red']} {escape(text)}", help=_COMPLETENESS_HELP)
    if result.steps:
        st.caption(f"Integration steps: {result.steps}.")
    for notice in result.notices:
        st.warning(escape(notice), icon=":material/warning:")


_COMPLETENESS_HELP = (
    "The scores should add up to the difference between the prediction for this sequence and for its reference. "
    "The gap is what is missing or too much, in the output's unit and as a share of that difference."
)


def _strongest(mutations: Mutagenesis) -> None:
    with st.expander("Strongest mutations, as a table"):
        top = summary.strongest_mutations(mutations, 20)
        unit = mutations.unit
        frame = pd.DataFrame(
            {
                "Mutation": [name for name, _ in top],
                f"Effect ({unit}, mutated - original)": [round(effect, 3) for _, effect in top],
                f"Prediction after ({unit})": [round(mutations.value + effect, 3) for _, effect in top],
            }
        )
        st.dataframe(frame, hide_index=True, width="stretch")


def _downloads(choice: Choice, result: Attribution | None, mutations: Mutagenesis | None, palette: str) -> None:
    from genoviz.plots.report import figure_bytes

    card, sequence = choice.card, choice.sequence
    if sequence is None:
        return
    prediction_result = cache.prediction(card.name, card.sha256, sequence)
    stem = f"genoviz_{card.name}_{choice.track}"
    files: list[tuple[str, str, str, Callable[[], str | bytes]]] = [
        (
            "Prediction (TSV)",
            f"{stem}_prediction.tsv",
            "text/tab-separated-values",
            lambda: export.tsv(export.prediction_table([sequence], [prediction_result]), export.provenance(card)),
        )
    ]
    if result is not None:
        files.append(
            (
                "Attribution (TSV)",
                f"{stem}_{result.method}.tsv",
                "text/tab-separated-values",
                lambda: export.tsv(export.attribution_table(result), export.attribution_provenance(card, result)),
            )
        )
    if mutations is not None:
        files.append(
            (
                "Mutations (TSV)",
                f"{stem}_mutations.tsv",
                "text/tab-separated-values",
                lambda: export.tsv(export.mutagenesis_table(mutations), export.mutagenesis_provenance(card, mutations)),
            )
        )
    files += [
        ("Sequence (FASTA)", f"{stem}.fasta", "text/plain", lambda: export.fasta([sequence])),
        (
            "Figure (SVG)",
            f"{stem}.svg",
            "image/svg+xml",
            lambda: figure_bytes(_figure(choice, result, mutations, palette, False), "svg"),
        ),
        (
            "Figure (PNG)",
            f"{stem}.png",
            "image/png",
            lambda: figure_bytes(_figure(choice, result, mutations, palette, False), "png"),
        ),
    ]
    st.markdown("**Files**", help="Full precision; each begins with model, weights, target, method and seed.")
    with st.container(horizontal=True):
        for label, name, mime, make in files:
            st.download_button(label, make, name, mime, on_click="ignore", key=f"file_{label}")
    with st.expander("Methods text and code"):
        st.code(summary.methods_paragraph(card, result, mutations, __version__), language=None, wrap_lines=True)
        st.code(_python_code(choice, result), language="python")


def _python_code(choice: Choice, result: Attribution | None) -> str:
    lines = [
        "from genoviz import Sequence",
        "from genoviz.attribute import attribute",
        "from genoviz.models.load import load_model",
        "from genoviz.mutagenesis import saturate",
        "from genoviz.predict import predict",
        "from genoviz.target import Target",
        "",
        f'model = load_model("{choice.card.name}")',
        f'sequence = Sequence("{choice.sequence}")',
        f'target = Target("{choice.output}", ("{choice.track}",), scale="{choice.scale}")',
        f'print(predict(model, sequence)[0]["{choice.output}"].to_frame())',
    ]
    if result is not None:
        baseline = f', baseline="{result.baseline}"' if result.baseline and result.baseline != "sequence" else ""
        lines.append(f'print(attribute(model, sequence, target, "{result.method}"{baseline}).per_base)')
    lines.append("print(saturate(model, sequence, target).delta)")
    return "\n".join(lines)


def _all_records(choice: Choice) -> None:
    """One row per record: its prediction, or the reason why there is none."""
    card = choice.card
    with st.expander(f"All {len(choice.records)} records"):
        rows, sequences, predictions = [], [], []
        for i, record in enumerate(choice.records, start=1):
            row: dict[str, Any] = {"#": i, "Name": record.name or "unnamed"}
            if record.sequence is None:
                row["Note"] = str(record.error)
            else:
                fitted = record.sequence.fit(card.length)
                values = cache.prediction(card.name, card.sha256, fitted.sequence)
                tracks = values[choice.output]
                row[choice.track] = float(np.mean(tracks.values[tracks.names.index(choice.track)]))
                row["Note"] = "" if len(record.sequence) == card.length else fitted.sentence
                sequences.append(fitted.sequence)
                predictions.append(values)
            rows.append(row)
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
        st.download_button(
            "All predictions (TSV)",
            lambda: export.tsv(export.prediction_table(sequences, predictions), export.provenance(card)),
            f"genoviz_{card.name}_records.tsv",
            "text/tab-separated-values",
            on_click="ignore",
        )
