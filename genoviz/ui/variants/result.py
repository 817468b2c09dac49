"""One variant: what it does to the prediction, in words, numbers and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genoviz.effects.motif_changes import MotifChange, motif_changes
from genoviz.effects.promoter_boxes import LEAST, box_changes
from genoviz.effects.relevance import Relevance, organism_of_build
from genoviz.files.tsv import tsv
from genoviz.models.card import ModelCard
from genoviz.models.factors import BACTERIUM, factors_of, motifs_at, taxa_at
from genoviz.models.provenance import provenance
from genoviz.models.uses import unfit
from genoviz.models.words import held_out_sentence, rounded
from genoviz.motifs.scan import THRESHOLD
from genoviz.ui import viewer as canvas
from genoviz.ui.frame import estimate
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice, make_target
from genoviz.ui.frame.outputs import digest, escape, messages, palette, show_motif_problems, use_palette
from genoviz.ui.frame.receipts import receipt_panel
from genoviz.ui.variants import cache as variant_cache
from genoviz.ui.variants import consequences, report, side_by_side, splice_more, splice_panel, transcript_line
from genoviz.ui.variants.input import Asked, place_line
from genoviz.ui.variants.pictures import variant_tracks

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.effects.background import EffectBackground
    from genoviz.effects.effect import VariantEffect
    from genoviz.splicing.effect import SpliceEffect

METHOD = "deepliftshap"


def one_variant(choice: Choice, asked: Asked, relevance: Relevance) -> None:
    """All that the chosen model says about a variant, then what the other models say."""
    card = choice.card
    if splice_panel.reads_bases(card):
        splice_more.show(card, asked, relevance)
        with messages():
            side_by_side.show(asked, relevance)
        return
    target = make_target(choice)
    place_line(asked)
    transcript_line.show(asked)
    strands = "one"
    if not card.strand_symmetric and card.tss is None:
        both = st.toggle(
            "Average both strands",
            key="variant_both",
            help="Reads the reverse complement, too, and averages the numbers. The gap between the strands is said.",
        )
        strands = "both" if both else "one"
    effect = variant_cache.effect(
        card, asked.entry, asked.variant, target, strand=asked.strand, window=asked.window, strands=strands
    )
    size, position = _words(choice, effect), effect.windows.reference_span[0]
    splice = _splice(choice, asked)
    explained = _explained(card, effect)
    before, after = (one.per_base for one in explained) if explained else (None, None)
    motifs = motif_changes(
        effect.windows,
        motifs_at(card, organism_of_build(asked.entry.assembly)),
        about=factors_of(target),
        reference_attribution=before,
        alternate_attribution=after,
    )
    sites = splice[1] if splice else None
    drawn = _picture(choice, asked, effect, explained, motifs, sites)
    with messages():
        if splice is not None:
            chosen, found = splice
            st.subheader("Splice sites", anchor=False)
            splice_panel.result(card, asked, chosen, found)
            splice_more.further(card, asked, chosen)
        _parts(effect)
        _inserted(effect, choice.track)
        _motifs(card, asked, effect, motifs)
    compared: EffectBackground | None = None
    among = ""
    with size, messages():  # late: it takes many predictions, and the picture does not need it
        compared = variant_cache.background(card, asked.entry, target, effect.windows.reference, position)
        among = compared.sentence(effect.delta)
        st.markdown(
            escape(among),
            help="Not a threshold: it says how often a change by chance moves this output as far.",
        )
    with messages():
        side_by_side.show(asked, relevance)
    with st.container(horizontal=True):
        _downloads(choice, asked, effect, explained, sites, motifs, compared)
        report.effect_button(card, asked, relevance, effect, motifs, explained, among, drawn)
    _receipt(card, asked, effect)


def _words(choice: Choice, effect: VariantEffect) -> DeltaGenerator:
    """The effect as a sentence and in numbers, how far the networks agree, and what to mind.

    Returns the place for its size among random changes.
    """
    st.markdown(f"## {escape(effect.sentence)}")
    consequences.show(effect)
    reason = unfit(choice.card, "variants")
    if reason:
        st.warning(escape(reason), icon=":material/block:")
    with st.container(horizontal=True, gap="large"):
        for label, number in (("Reference", effect.reference_value), ("Alternate", effect.alternate_value)):
            st.metric(f"{label} ({effect.unit})", rounded(number, effect.unit), width="content")
        for value in effect.scores:
            st.metric(
                value.name[:1].upper() + value.name[1:],
                f"{value.value:+.3g}",
                help=f"{value.formula}.",
                width="content",
            )
    size = st.container()
    if effect.agreement.sentence:
        st.caption(escape(effect.agreement.sentence))
    if effect.strand_gap is not None and effect.strand_deltas is not None:
        own, other = effect.strand_deltas
        st.caption(
            escape(
                f"Mean of both strands. This strand {own:+.3g}, the other {other:+.3g} {effect.unit}: "
                f"a gap of {effect.strand_gap:.3g}."
            )
        )
    st.caption(escape(held_out_sentence(choice.card, choice.track)))
    for notice in effect.notices:
        if notice != reason:
            st.caption(f":material/info: {escape(notice)}")
    return size


def _explained(card: ModelCard, effect: VariantEffect) -> tuple[Attribution, Attribution] | None:
    """Both attributions against shared references; asked for first where they are dear."""
    from genoviz.attribute.methods import METHODS, REFERENCES

    cost = 2 * METHODS[METHOD].predictions(card.length) * estimate.prediction(card)
    if cost > 20 and not st.session_state.get(f"explain {card.name}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(f"Explaining both alleles takes some {cost:.0f} s on this computer.", icon=":material/timer:")
            st.button("Explain both", key=f"explain {card.name} now", on_click=_want, args=(card.name,))
        return None
    with messages():
        return variant_cache.explained(card, effect, METHOD, REFERENCES)
    return None


def _want(name: str) -> None:
    st.session_state[f"explain {name}"] = True


def _picture(
    choice: Choice,
    asked: Asked,
    effect: VariantEffect,
    explained: tuple[Attribution, Attribution] | None,
    motifs: tuple[MotifChange, ...],
    splice: SpliceEffect | None,
) -> list[canvas.Track]:
    """The viewer; returns what it draws."""
    windows = effect.windows
    tracks = variant_tracks(asked.entry, effect, choice.track, explained, motifs, splice)
    name = f"{choice.card.name} {choice.track} {choice.scale} {asked.variant} {windows.locus}"
    title = f"{asked.variant} · {choice.track} {effect.delta:+.3g} {effect.unit}"
    shown = (explained is not None, splice is not None, len(motifs))
    canvas.viewer(
        "variant",
        sequence=windows.reference,
        tracks=tracks,
        view_id=digest(name),
        revision=digest(f"{name} {effect.delta} {shown}"),
        palette=palette(),
        title=title,
        summary=effect.sentence,
        window=_around(windows.reference_span, len(windows.reference)),
        tss=choice.card.tss,
        editable=False,
        report=("display",),
        on_event=_on_event,
    )
    if explained is not None:
        from genoviz.attribute.methods import METHODS, REFERENCES

        st.caption(
            f"{METHODS[METHOD].title}, both alleles against the same {REFERENCES} shuffles of the reference window, on one "
            "scale. Deleted bases are hatched in the alternate."
        )
    return tracks


def _around(span: tuple[int, int], length: int, reach: int = 60) -> tuple[int, int] | None:
    """The part of a long window to look at first."""
    if length <= 3 * reach:
        return None
    return max(0, span[0] - reach), min(length, span[1] + reach)


def _on_event(event: canvas.Event) -> None:
    if event["kind"] == "display":
        use_palette(event["palette"])


def _splice(choice: Choice, asked: Asked) -> tuple[splice_panel.SpliceChoice, SpliceEffect] | None:
    """Sites gained and lost by a model with one number per sequence; None where it knows no splice sites."""
    from genoviz.splicing.effect import SpliceEffect, site_outputs

    if site_outputs(choice.card) is None:
        return None
    chosen = splice_panel.choose(asked)
    found = variant_cache.splice(
        choice.card, asked.entry, asked.written, asked.strand, chosen.transcript, chosen.distance
    )
    return (chosen, found) if isinstance(found, SpliceEffect) else None


def _parts(effect: VariantEffect) -> None:
    """Each single change alone, beside their joint effect."""
    if not effect.parts or effect.sum_of_parts is None:
        return
    st.subheader("Together and one by one", anchor=False)
    rows = [{"Change": str(part.variant), f"Effect ({effect.unit})": part.delta} for part in effect.parts]
    rows += [
        {"Change": "sum of these", f"Effect ({effect.unit})": effect.sum_of_parts},
        {"Change": "all together", f"Effect ({effect.unit})": effect.delta},
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def _inserted(effect: VariantEffect, track: str) -> None:
    """What a profile predicts at the bases that the reference does not have."""
    name = effect.target.output
    start, end = effect.windows.inserted
    if len(effect.reference[name]) == 1 or start == end:
        return
    values = effect.inserted(name)[effect.reference[name].names.index(track)]
    letters = effect.windows.alternate.bases[start:end]
    st.subheader("Inserted bases", anchor=False)
    rows = [{"Base": base, f"{track} ({effect.unit})": float(v)} for base, v in zip(letters, values, strict=True)]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def _motifs(card: ModelCard, asked: Asked, effect: VariantEffect, motifs: tuple[MotifChange, ...]) -> None:
    from genoviz.effects.tables import change_table

    organism = organism_of_build(asked.entry.assembly)
    if organism == BACTERIUM:
        _boxes(effect)
        return
    st.subheader(
        "Motifs gained and lost",
        anchor=False,
        help=f"Matches of JASPAR's motifs over the variant that pass a p-value of {THRESHOLD:g} with one allele at least, one "
        "for each place and family of factors, because relatives read the same letters: `factors` says how many do. A match "
        "is one of letters; whether anything binds there is another question.",
    )
    show_motif_problems()
    if not motifs:
        taxa = ", ".join(taxa_at(card, organism))
        whose = organism or card.organism
        st.caption(f"No motif of {taxa} changes here." if taxa else f"JASPAR has no motifs of {escape(whose)}.")
        return
    rows = pd.DataFrame(change_table(motifs))
    columns: dict[str, Any] = {}
    for name in map(str, rows.select_dtypes("number")):
        signed = name in ("change (bits)", "attribution")
        columns[name] = st.column_config.NumberColumn(format="%+.3g" if signed else "%.3g")
    st.dataframe(rows, hide_index=True, width="stretch", column_config=columns)


def _boxes(effect: VariantEffect) -> None:
    """Boxes of bacterial promoters: no factor of animals is named there."""
    changes = box_changes(effect.windows)
    st.subheader(
        "Boxes of promoters",
        anchor=False,
        help="Pairs of a -35 box (TTGACA) and a -10 box (TATAAT) over the variant, on either strand, with 15 to 19 bases between "
        f"them and at least {LEAST:g} letters that agree, less half a letter for each base that the spacer is off 17 (Hawley and "
        "McClure 1983). Letters alone: whether transcription starts there is another question.",
    )
    for change in changes:
        st.markdown(escape(change.sentence))
    if not changes:
        st.caption(
            "No pair of sigma-70 boxes changes here. Motifs of animals and plants are not looked for in bacteria."
        )


def _downloads(
    choice: Choice,
    asked: Asked,
    effect: VariantEffect,
    explained: tuple[Attribution, Attribution] | None,
    splice: SpliceEffect | None,
    motifs: tuple[MotifChange, ...],
    compared: EffectBackground | None,
) -> None:
    from genoviz.effects.tables import per_base_table
    from genoviz.report.variant_tables import variant_table

    card, windows = choice.card, effect.windows
    stem = _stem(card, asked)
    header = provenance(
        card,
        variant=windows.variant,
        target=effect.target.resolved(card),
        unit=effect.unit,
        percentile=f"{compared.percentile(effect.delta):.4g} of {compared.name}" if compared else None,
        assembly=asked.entry.assembly,
        genome=asked.entry.title,
        window=windows.locus,
        effect="alternate minus reference",
    )
    download(
        "Effect (TSV)",
        lambda: tsv(variant_table(card, effect, splice), header),
        f"{stem}.tsv",
        "text/tab-separated-values",
    )
    if explained is not None:
        download(
            "Scores per base (TSV)",
            lambda: tsv(per_base_table(windows, *explained), header),
            f"{stem}_per_base.tsv",
            "text/tab-separated-values",
        )
    download(
        "Both windows (FASTA)",
        lambda: windows.reference.fasta(asked.entry.assembly) + windows.alternate.fasta(asked.entry.assembly),
        f"{stem}.fa",
        "text/plain",
    )


def _receipt(card: ModelCard, asked: Asked, effect: VariantEffect) -> None:
    from genoviz.receipts.made import variant_receipt

    receipt_panel([card], [variant_receipt(card, effect, genome=asked.entry.name)], _stem(card, asked))


def _stem(card: ModelCard, asked: Asked) -> str:
    """Begin of the names of files."""
    return f"genoviz_{card.name}_{asked.variant}_{asked.entry.assembly}".replace("/", "_")[:120]
