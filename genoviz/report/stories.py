"""Stories of a view, a variant and a comparison: what of a result goes into the file."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Seq
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from genoviz.models.card import ModelCard
from genoviz.models.words import held_out_sentence, per_base
from genoviz.predict.tables import prediction_table, reading
from genoviz.receipts import made as receipts_of
from genoviz.receipts.receipt import Receipt
from genoviz.report.html import Section
from genoviz.report.story import Figure, story
from genoviz.report.variant_report import effect_sections, splice_sections
from genoviz.sequences.sequence import Fitted, Sequence
from genoviz.sequences.tracks import Tracks
from genoviz.viewer.tracks import Track, heat, line, logo, spans

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.compare.comparison import Comparison
    from genoviz.compare.contested import ContestedBase
    from genoviz.effects.effect import VariantEffect
    from genoviz.effects.motif_changes import MotifChange
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.splicing.effect import SpliceEffect
    from genoviz.splicing.usage import SpliceUsageEffect
    from genoviz.trust.report import TrustReport

MOST_ROWS = 40  # of a table in the file; whole tables are files of the page


def view_story(
    card: ModelCard,
    read: Sequence,
    prediction: Mapping[str, Tracks],
    result: Attribution | None = None,
    mutations: Mutagenesis | None = None,
    trusted: TrustReport | None = None,
    *,
    figure: Figure | None = None,
    fitted: Fitted | None = None,
    title: str = "",
    palette: str = "classic",
    made: date | None = None,
) -> str:
    """The story of one sequence: what a model says, which bases made it say so, and what changes when they do.

    Parameters
    ----------
    card, read, prediction
        The model, the bases that it read, and what it said.
    result, mutations, trusted
        Its explanation, mutation map and checks, where there are any. Those that were stopped are told, without receipt.
    figure
        What the viewer draws; made from the results if None.
    fitted
        Which bases of the given sequence were read.
    title, palette, made
        Heading, colours of the letters, and the day that stands in the file.
    """
    receipts = view_receipts(card, read, prediction, result, mutations, trusted)
    sentences = [receipts[0].sentence]
    for found in (result, mutations, trusted):
        if found is not None:
            sentences.append(found.sentence)
    if result is not None and result.completeness_sentence:
        sentences.append(result.completeness_sentence)
    minds = [*(result.notices if result else ()), *(mutations.notices if mutations else ())]
    minds += [str(words) for words in reading(fitted).values()]
    rows = prediction_table([read], [prediction], card)
    sections = [
        Section(
            "Prediction",
            (held_out_sentence(card, next(iter(prediction.values())).names[0]), _cut(len(rows))),
            tuple({k: v for k, v in row.items() if k != "name"} for row in rows[:MOST_ROWS]),
        )
    ]
    if mutations is not None:
        top = tuple({"change": name, f"effect ({mutations.unit})": effect} for name, effect in mutations.strongest(10))
        sections.append(Section("The strongest substitutions", (), top))
    if trusted is not None:
        from genoviz.trust.tables import trust_table

        columns = ("title", "light", "figure", "found", "advice")
        lights = tuple({k: row[k] for k in columns} for row in trust_table(trusted))
        sections.append(Section("Can the explanation be trusted?", (trusted.sentence,), lights))
    sections.append(Section("To mind", tuple(minds)))
    name = title or read.name or "A sequence"
    if figure is None:
        drawn = tuple(view_tracks(prediction, result, mutations))
        figure = Figure(read, drawn, name, sentences[0], palette=palette)
    figures = [figure] if figure.tracks else []
    return story(f"{name} · {card.title}", sentences, figures, sections, [card], receipts, fitted=fitted, made=made)


def view_receipts(
    card: ModelCard,
    read: Sequence,
    prediction: Mapping[str, Tracks],
    result: Attribution | None = None,
    mutations: Mutagenesis | None = None,
    trusted: TrustReport | None = None,
) -> list[Receipt]:
    """Receipts of all that is shown of a sequence; what was stopped has none."""
    found = [receipts_of.prediction_receipt(card, [read], [prediction])]
    if result is not None:
        found.append(receipts_of.attribution_receipt(card, result))
    if trusted is not None and trusted.complete:
        found.append(receipts_of.trust_receipt(card, trusted))
    if mutations is not None and mutations.complete:
        found.append(receipts_of.mutagenesis_receipt(card, mutations))
    return found


def view_tracks(
    prediction: Mapping[str, Tracks],
    result: Attribution | None = None,
    mutations: Mutagenesis | None = None,
) -> list[Track]:
    """What the viewer draws of a sequence: profiles, letters, and the mutation map."""
    from genoviz.attribute.methods import METHODS

    drawn = [
        line(one.values[i], f"{name} {track}", one.unit, start=one.start, step=one.resolution)
        for name, one in prediction.items()
        if len(one) > 1
        for i, track in list(enumerate(one.names))[:4]
    ]
    if result is not None:
        drawn.append(logo(result.per_base, METHODS[result.method].title, per_base(result.unit)))
    if mutations is not None:
        drawn.append(heat(mutations.delta, "Mutation map: mutated minus shown", mutations.unit))
    return drawn


def variant_story(
    card: ModelCard,
    effect: VariantEffect,
    *,
    genome: str = "",
    explained: tuple[Attribution, Attribution] | None = None,
    motifs: Seq[MotifChange] = (),
    compared: str = "",
    place: Seq[str] = (),
    tracks: Seq[Track] | None = None,
    made: date | None = None,
) -> str:
    """The story of a variant: what a model says of both alleles, where, and what to mind.

    Parameters
    ----------
    card, effect
        The model and its answer.
    genome
        Name of the genome, for the receipt.
    explained
        Attributions of the reference and of the alternate window.
    motifs, compared
        As in `genoviz.report.variant_report.effect_sections`.
    place
        Sentences on where the variant lies.
    tracks
        What the viewer draws on the reference window; made from the results if None.
    made
        The day that stands on it.
    """
    drawn = variant_tracks(effect, explained) if tracks is None else tracks
    windows = effect.windows
    title = f"{windows.variant} ({windows.locus})"
    window = _around(windows.reference_span, len(windows.reference))
    figure = Figure(windows.reference, tuple(drawn), title, effect.sentence, window)
    receipt = receipts_of.variant_receipt(card, effect, genome=genome)
    return story(
        f"{windows.variant} · {card.title}",
        (effect.sentence, *place),
        [figure],
        effect_sections(card, effect, motifs, compared),
        [card],
        [receipt],
        made=made,
    )


def variant_tracks(effect: VariantEffect, explained: tuple[Attribution, Attribution] | None = None) -> list[Track]:
    """What the viewer draws of a variant on the bases of the reference window: where it is, profiles, letters."""
    windows = effect.windows
    start, end = windows.reference_span
    drawn = [spans([{"start": start, "end": end, "label": str(windows.variant)[:40]}], "Variant")]
    name = effect.target.output
    one = effect.reference[name]
    if len(one) > 1:
        change = effect.difference(name).astype(np.float32)
        for i in [one.names.index(track) for track in effect.target.tracks] or [0]:
            drawn.append(line(change[i], f"{one.names[i]}: alternate minus reference", one.unit))
    if explained is not None:
        before = explained[0].per_base
        after = windows.onto_reference(explained[1].per_base).astype(np.float32)
        unit = per_base(explained[0].unit)
        drawn += [
            logo(before, "Reference", unit),
            logo(after, "Alternate", unit),
            logo(after - before, "Alternate minus reference", unit),
        ]
    return drawn


def splice_story(
    card: ModelCard,
    effect: SpliceEffect | SpliceUsageEffect,
    *,
    distance: int,
    genome: str = "",
    place: Seq[str] = (),
    made: date | None = None,
) -> str:
    """The story of the splice sites that a variant gains and loses.

    Parameters
    ----------
    card, effect, distance, genome
        As in `genoviz.receipts.made.splice_receipt`.
    place
        Sentences on where the variant lies.
    made
        The day that stands on it.
    """
    windows = effect.windows
    start, end = windows.reference_span
    drawn = [
        spans([{"start": start, "end": end, "label": str(windows.variant)[:40]}], "Variant"),
        *splice_tracks(effect),
    ]
    window = _around(windows.reference_span, len(windows.reference), distance)
    title = f"{windows.variant} ({windows.locus})"
    return story(
        f"{windows.variant} · {card.title}",
        (effect.sentence, *place),
        [Figure(windows.reference, tuple(drawn), title, effect.sentence, window)],
        splice_sections(card, effect),
        [card],
        [receipts_of.splice_receipt(card, effect, distance=distance, genome=genome)],
        made=made,
    )


def splice_tracks(effect: SpliceEffect | SpliceUsageEffect) -> list[Track]:
    """Probabilities of both alleles at the scanned bases, a row for each kind of site or tissue; nan elsewhere."""
    from genoviz.splicing.effect import SITES
    from genoviz.splicing.usage import SpliceUsageEffect

    windows = effect.windows
    names = effect.tissues if isinstance(effect, SpliceUsageEffect) else tuple(f"Splice {site}" for site in SITES)
    at = np.array([windows.index(windows.variant.pos + int(distance)) for distance in effect.distances])
    inside = (at >= 0) & (at < len(windows.reference))
    drawn = []
    for column, name in enumerate(names):
        rows = np.full((2, len(windows.reference)), np.nan, dtype=np.float32)
        rows[:, at[inside]] = effect.reference[inside, column], effect.alternate[inside, column]
        legend = ("reference", "alternate")
        drawn.append(line(rows[0], f"{name}: both alleles", "probability", measured=rows[1], legend=legend, height=80))
    return drawn


def comparison_story(found: Comparison, bases: Seq[ContestedBase] = (), *, made: date | None = None) -> str:
    """The story of several explanations of one sequence: each on one axis, what they agree on, and what is contested.

    Parameters
    ----------
    found
        The comparison, computed to its end.
    bases
        Its contested bases, of `genoviz.compare.contested.contested`.
    made
        The day that stands on it.
    """
    from genoviz.compare.tables import contested_table, pair_table

    drawn = [
        logo(found.consensus(), f"Consensus of at least {found.most} of {len(found.rows)}", "share of the largest")
    ]
    if bases:
        places = [{"start": one.position, "end": one.position + 1, "note": one.reason} for one in bases]
        drawn.append(spans(places, "Contested bases"))
    drawn += [
        logo(row.values, f"{number}. {row.label}", per_base(row.unit), height=95)
        for number, row in enumerate(found.rows, start=1)
    ]
    contested = contested_table(found, bases)
    columns = ("position", "base", "strong_in", "against", "likely_because")
    sections = (
        Section("How alike", (), tuple(pair_table(found))),
        Section(
            "Contested bases",
            (_cut(len(contested)),),
            tuple({k: row[k] for k in columns} for row in contested[:MOST_ROWS]),
        ),
        Section("To mind", found.notices),
    )
    cards = list({row.card.name: row.card for row in found.rows}.values())
    name = found.sequence.name or "A sequence"
    figure = Figure(found.sequence, tuple(drawn), name, found.sentence)
    receipts = [receipts_of.comparison_receipt(found)]
    return story(
        f"{name}: {len(found.rows)} explanations", (found.sentence,), [figure], sections, cards, receipts, made=made
    )


def _around(span: tuple[int, int], length: int, reach: int = 60) -> tuple[int, int] | None:
    """The part of a long window to look at first."""
    return None if length <= 3 * reach else (max(0, span[0] - reach), min(length, span[1] + reach))


def _cut(rows: int) -> str:
    """What is said above a table that does not fit; empty for one that does."""
    return f"The first {MOST_ROWS} of {rows:,} rows." if rows > MOST_ROWS else ""
