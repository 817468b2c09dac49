"""The page that explains one sequence: what it predicts, and the records beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from genoviz.files.tsv import tsv
from genoviz.models.calibration import calibration
from genoviz.models.provenance import provenance
from genoviz.models.words import background_sentence, held_out_sentence, prediction_sentence, rounded
from genoviz.predict.tables import prediction_table
from genoviz.sequences.sequence import Sequence
from genoviz.trust.out_of_distribution import unusual
from genoviz.ui.frame import cache, model_choice
from genoviz.ui.frame.cards import metrics_help, model_card
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.glossary import linked
from genoviz.ui.frame.inputs import Choice, make_target
from genoviz.ui.frame.outputs import escape
from genoviz.ui.frame.rows import Row, rows
from genoviz.ui.sequence.long_panel import reads_long

BEFORE_ACTIVATION = {
    "sigmoid": "Log odds, ln(p / (1 - p)): 0 is a probability of one half.",
    "softplus": "The network's number before softplus, which makes it positive.",
    "exp": "Natural logarithm: 0.69 more is twice as much.",
}
MEMBERS = {
    "networks": "The model is several networks, trained alike from different starts; the number is their mean.",
    "folds": "The model is several networks, each trained without some chromosomes (a fold); the number is their mean.",
}
MUCH_UNKNOWN = 0.25  # share of ambiguous letters above which the page warns


def welcome() -> None:
    """What to do when there is no sequence yet."""
    st.markdown(
        "Every model that suits a sequence is asked what stands out in it. See which bases made it predict that, and what "
        "happens when any of them is mutated. Or start from an example:"
    )


def prediction(choice: Choice, original: Sequence, read: Sequence, words: str = "") -> None:
    """The prediction in words, and its standing among held-out sequences; short, because the picture comes next.

    `read` is what the model reads now, `original` what it read before any edit, `words` what the edits do.
    """
    card = choice.card
    output = card.output(choice.output)
    tracks = cache.prediction(card.name, card.sha256, read)[choice.output]
    value = float(output.overall(tracks.values)[output.index(choice.track)])
    logit = cache.target_value(card.name, card.sha256, read, make_target(choice, scale="logit"))
    before = cache.target_value(card.name, card.sha256, original, make_target(choice, scale="logit"))
    unit = output.logit_unit or output.unit
    if read == original:
        warn(choice, read)
    with st.container(gap="xsmall"):
        for notice in choice.notices:
            st.caption(f":material/content_cut: {escape(notice)}")
        st.markdown(f"## {choice.track}: {escape(prediction_sentence(output, choice.track, value))}")
        facts, notes = [], []
        if read != original:
            difference = escape(f"{logit - before:+.3g}")
            said = f"{escape(words)}: " if words else ""
            facts.append(f"{said}**{difference} {unit}** against the original ({before:.3g} to {logit:.3g}).")
        elif output.activation != "identity":
            facts.append(f"{unit} {logit:.3g}.")
            notes.append(BEFORE_ACTIVATION.get(output.activation, "The network's number before its last function."))
        if read == original and card.members > 1:
            spread = cache.member_sentence(card.name, card.sha256, read, make_target(choice, scale="logit"))
            # Folds saw other data, so their range is a result; networks of other starts seldom differ, and a phone has few lines.
            (facts if card.members_word == "folds" else notes).append(escape(spread))
            notes.append(MEMBERS[card.members_word])
        calibrated = calibration(card, choice.track) if output == card.outputs[0] else None
        if calibrated is not None and read == original and (said := calibrated.sentence(logit)):
            facts.append(escape(said))
            notes.append(
                "How often the model was right on its test, by a logistic curve; the card shows the whole curve."
            )
        background = background_sentence(card, choice.track, logit)
        if background:
            facts.append(escape(background))
            notes.append("Frozen comparison set: sequences of this output's test file, never used in training.")
        if facts:
            st.markdown(" ".join(facts), help=" ".join(notes) or None)
        st.markdown(linked(held_out_sentence(card, choice.track)), help=metrics_help(card))


def edited_prediction(choice: Choice, original: Sequence, read: Sequence) -> None:
    """How far the prediction for an edited sequence can be trusted. Under the picture, so that no edit moves it."""
    card = choice.card
    agreed = cache.agreement(card.name, card.sha256, original, read, make_target(choice, scale="logit"))
    if agreed:
        st.caption(escape(agreed), help=MEMBERS[card.members_word])
    warn(choice, read)


def warn(choice: Choice, read: Sequence) -> None:
    """Say when the sequence is not of the kind that the model learned from."""
    unknown = len(read.ambiguous) / len(read)
    if unknown > MUCH_UNKNOWN:
        st.warning(
            f"{100 * unknown:.0f} % of the {len(read)} bases that the model reads are N or other ambiguous letters, far "
            "more than it saw in training: the prediction means little.",
            icon=":material/warning:",
        )
    elif strange := unusual(choice.card.inputs, read):
        st.warning(
            escape(f"Unlike the sequences that the model learned from: {'; '.join(strange)}. Trust the numbers less."),
            icon=":material/troubleshoot:",
        )


def all_tracks(choice: Choice, read: Sequence) -> None:
    """All tracks of the chosen output as bars, for outputs that have several; a click explains another one."""
    from genoviz.plots.bars import track_bars

    output = choice.card.output(choice.output)
    tracks = cache.prediction(choice.card.name, choice.card.sha256, read)[choice.output]
    values = [float(value) for value in output.overall(tracks.values)]
    bars = track_bars(output.tracks, values, [rounded(v, output.unit) for v in values], unit=output.unit)
    shown = [
        Row(
            bar.name,
            bar.start,
            bar.width,
            bar.label,
            chosen=bar.name == choice.track,
            title=f"{bar.name}: {bar.value:.6g} {output.unit}. Click to explain it.",
        )
        for bar in bars
    ]
    picked = rows(
        "all_outputs",
        shown,
        label=f"All outputs, {output.unit}",
        unit=output.unit,
        on_pick=lambda number: model_choice.use_track(bars[number].name),
    )
    if picked:
        st.rerun()


def details(choice: Choice) -> None:
    """Record table for many sequences, and the model's card."""
    if len(choice.records) > 1 and not reads_long(choice.card):  # they would all be predicted
        _all_records(choice)
    with st.expander(f"About the model `{choice.card.name}`"):
        model_card(choice.card)


def _all_records(choice: Choice) -> None:
    """One row per record: its prediction, or the reason why there is none."""
    import pandas as pd

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
                row[f"{choice.track} ({tracks.unit})"] = float(np.mean(tracks.values[tracks.names.index(choice.track)]))
                row["Note"] = "" if len(record.sequence) == card.length else fitted.sentence
                sequences.append(fitted.sequence)
                predictions.append(values)
            rows.append(row)
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
        download(
            "All predictions (TSV)",
            lambda: tsv(prediction_table(sequences, predictions, card), provenance(card)),
            f"genoviz_{card.name}_records.tsv",
            "text/tab-separated-values",
        )
