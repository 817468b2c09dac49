"""Tools that ask a model about an open sequence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, cast

from pydantic import Field

from genoviz.agents.answers import Compared, Edited, Explained, MutationMap, Predicted, Verified, answer
from genoviz.agents.desk import RECEIPTS, Desk, bytes_of, card_of, model_of, target_of
from genoviz.agents.opened import Opened, Read, edited, read_by
from genoviz.agents.parameters import Handle, ModelName, TargetText
from genoviz.files.tsv import finite, plain_record, tsv
from genoviz.models.calibration import calibration
from genoviz.models.words import background_sentence, held_out_sentence, percentiles, prediction_sentence
from genoviz.report.notice import NOTICE

if TYPE_CHECKING:
    from genoviz.models.card import ModelCard
    from genoviz.models.target import Target
    from genoviz.mutagenesis.saturation import Mutagenesis

Method = Annotated[str, Field(description="Attribution method; an unknown one lists all. Empty: the usual one.")]
Seconds = Annotated[float, Field(description="Compute only what is estimated to take no longer.", ge=0, le=3600)]
MOST_STRONGEST = 200


class Asking:
    """Tools about one sequence."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def predict(self, handle: Handle, model: ModelName = "", target: TargetText = "") -> Predicted:
        """What a model says of an open sequence: value and unit, how it stands among held-out sequences, how good the
        model is on these, and whether the sequence is unlike those of its training. The first call of a model loads it,
        which can take seconds."""
        opened, card, chosen, read = self._asked(handle, model, target)
        from genoviz.predict.prediction import predict, target_value
        from genoviz.receipts.made import prediction_receipt
        from genoviz.trust.out_of_distribution import unusual

        loaded = model_of(card.name)
        output = card.output(chosen.output)
        logit = target_value(loaded, read.sequence, replace(chosen, scale="logit"))
        one = len(chosen.tracks) == 1 and chosen.bins is None and not chosen.reduction
        predicted = predict(loaded, read.sequence, outputs=[output.name])
        if one:
            tracks = predicted[0][output.name]
            value = float(output.overall(tracks.values)[output.index(chosen.tracks[0])])
            said = f"{chosen.tracks[0]}: {prediction_sentence(output, chosen.tracks[0], value)}."
        else:
            value = target_value(loaded, read.sequence, replace(chosen, scale="value"))
            said = f"{chosen}: {value:.3g} {output.unit}."
        track = chosen.tracks[0] if one else ""
        known = calibration(card, track) if one and output == card.outputs[0] else None
        found = answer(
            card,
            sentence=said,
            target=str(chosen.resolved(card)),
            link=self._link(opened, card, chosen),
            receipt=self._desk.keep_receipt(prediction_receipt(card, [read.sequence], predicted)),
            notices=list(read.notices),
            value=finite(value),
            unit=output.unit,
            logit=finite(logit),
            logit_unit=output.logit_unit or output.unit,
            percentiles=percentiles(card, track, logit) if one else {},
            standing=background_sentence(card, track, logit) if one else "",
            calibrated=known.probability(logit) if known else None,
            held_out=held_out_sentence(card, track),
            unlike_training=unusual(card.inputs, read.sequence),
        )
        return cast(Predicted, found)

    def explain(
        self,
        handle: Handle,
        model: ModelName = "",
        target: TargetText = "",
        method: Method = "",
        check: Annotated[
            bool, Field(description="Also check in six ways whether the explanation can be trusted; see check_seconds.")
        ] = False,
    ) -> Explained:
        """Which bases made a model say it: stretches that stand out, with the family of factors whose motif each looks
        like (a family, for its members share motifs), whether the scores add up, and on request six checks. The scores
        of all bases are a resource. An explanation describes the model, not the cell."""
        opened, card, chosen, read = self._asked(handle, model, target)
        from genoviz.attribute.attribution import attribute
        from genoviz.attribute.methods import default_method
        from genoviz.attribute.named_blocks import named_blocks
        from genoviz.attribute.tables import attribution_provenance, attribution_table
        from genoviz.models.size import is_long
        from genoviz.motifs.tables import block_table
        from genoviz.predict.cost import cost_of
        from genoviz.receipts.made import attribution_receipt, trust_receipt
        from genoviz.trust.report import assess_explanation, check_short, work_of
        from genoviz.trust.tables import checks_record, trust_header

        if check:
            check_short(card)
        loaded = model_of(card.name)
        result = attribute(loaded, read.sequence, chosen, method or default_method(card))
        report = assess_explanation(loaded, result) if check else None
        seconds = 0.0
        if report is None and not is_long(card):
            cost, (predictions, mutants) = cost_of(loaded), work_of(card, result)
            seconds = predictions * cost.prediction + cost.saturation(mutants)
        rows = block_table(named_blocks(card, result), read.sequence)
        checks = checks_record(report)
        table = tsv(attribution_table(result), attribution_provenance(card, result) | trust_header(report))
        found = answer(
            card,
            sentence=result.sentence,
            target=str(chosen.resolved(card)),
            link=self._link(opened, card, chosen, method=result.method, baseline=result.baseline or ""),
            receipt=self._desk.keep_receipt(
                trust_receipt(card, report) if report else attribution_receipt(card, result)
            ),
            notices=[*read.notices, *result.notices],
            method=result.method,
            baseline=result.baseline or "",
            value=finite(result.value),
            unit=result.unit,
            blocks=plain_record({}, rows)["rows"],
            completeness=result.completeness_sentence,
            light=result.light or "",
            trust=checks["trust"],
            checks=checks.get("checks", []),
            check_seconds=round(seconds, 1),
            table=self._desk.keep_table(table),
        )
        return cast(Explained, found)

    def mutation_map(
        self,
        handle: Handle,
        model: ModelName = "",
        target: TargetText = "",
        window: Annotated[str, Field(description="Only these bases of what the model reads, `40-60`.")] = "",
        top: Annotated[int, Field(description="How many substitutions to list.", ge=1, le=MOST_STRONGEST)] = 10,
        max_seconds: Seconds = 20.0,
    ) -> MutationMap:
        """Every single-base substitution in a window: the strongest ones, as alternate minus reference. The estimated
        cost comes first: where it is above max_seconds nothing is computed, and the answer says what it would cost."""
        opened, card, chosen, read = self._asked(handle, model, target)
        from genoviz.mutagenesis.saturation import count_variants, parse_window, saturate
        from genoviz.mutagenesis.tables import mutagenesis_provenance, mutagenesis_table
        from genoviz.predict.cost import cost_of
        from genoviz.receipts.made import mutagenesis_receipt

        bounds = parse_window(window)
        variants = count_variants(read.sequence, window=bounds)
        loaded = model_of(card.name)
        seconds = cost_of(loaded).saturation(variants)
        result: Mutagenesis | None = None
        if seconds <= max_seconds:
            result = saturate(loaded, read.sequence, chosen, window=bounds)
            said, table = result.sentence, tsv(mutagenesis_table(result), mutagenesis_provenance(card, result))
        else:
            about = f"{seconds:,.0f}" if seconds >= 10 else f"{seconds:.2g}"
            said = (
                f"Not computed: {variants:,} substitutions take up to about {about} s, and {max_seconds:g} s were "
                "allowed. Give a smaller window, or more seconds."
            )
        found = answer(
            card,
            sentence=said,
            target=str(chosen.resolved(card)),
            link=self._link(opened, card, chosen, mutate=window.strip()),
            receipt=self._desk.keep_receipt(mutagenesis_receipt(card, result)) if result else "",
            notices=[*read.notices, *(result.notices if result else ())],
            computed=result is not None,
            variants=variants,
            seconds=round(seconds, 2),
            value=finite(result.value) if result else None,
            unit=chosen.unit(card),
            window=window.strip() or f"1-{card.length}",
            strongest=[{"substitution": name, "delta": delta} for name, delta in result.strongest(top)]
            if result
            else [],
            table=self._desk.keep_table(table) if result else "",
        )
        return cast(MutationMap, found)

    def edit(
        self,
        handle: Handle,
        edits: Annotated[
            list[str],
            Field(description="`A57G`, `del 60-62`, `ins 61 ACG`, `sub 60-62 ACG`; one after the other.", min_length=1),
        ],
        model: ModelName = "",
        target: TargetText = "",
    ) -> Edited:
        """Edit an open sequence, in the bases that the model reads (from 1), and say what that changes. The edited
        sequence has a handle of its own; the first stays as it is."""
        opened, card, chosen, before = self._asked(handle, model, target)
        from genoviz.predict.prediction import predict, target_value
        from genoviz.receipts.made import prediction_receipt

        changed = edited(opened, card, edits)
        after = read_by(changed, card)
        loaded = model_of(card.name)
        one, two = (target_value(loaded, read.sequence, chosen) for read in (before, after))
        both, unit = [before.sequence, after.sequence], chosen.unit(card)
        predicted = predict(loaded, both, scale=chosen.scale, outputs=[chosen.output])
        labels = [done.label for done in after.history.done]
        found = answer(
            card,
            sentence=f"{', '.join(labels) or 'No edit'}: {two - one:+.3g} {unit} (from {one:.3g} to {two:.3g}).",
            target=str(chosen.resolved(card)),
            link=self._link(changed, card, chosen),
            receipt=self._desk.keep_receipt(prediction_receipt(card, both, predicted, scale=chosen.scale)),
            notices=list(after.notices),
            handle=self._desk.keep(changed),
            edits=labels,
            before=finite(one),
            after=finite(two),
            change=finite(two - one),
            unit=unit,
        )
        return cast(Edited, found)

    def compare(
        self,
        handle: Handle,
        models: Annotated[list[str], Field(description="Names of one or several models.", min_length=1, max_length=8)],
        methods: Annotated[
            list[str], Field(description="Attribution methods; empty: three usual ones, of different kinds.")
        ] = [],  # noqa: B006 - the schema's default; never changed
    ) -> Compared:
        """Explain one sequence by several methods on several models, and say how far they agree: correlation of each
        pair, and bases that some hold to be strong and others not, with the likely reason."""
        opened = self._desk.opened(handle)
        cards = [card_of(name) for name in models]
        from genoviz.compare.comparison import compare
        from genoviz.compare.contested import contested
        from genoviz.compare.tables import comparison_record
        from genoviz.receipts.made import comparison_receipt

        wanted = [target_of("", card, opened) for card in cards]
        axis = opened.given
        notices: tuple[str, ...] = ()
        if axis is None or opened.edits:  # bases that depend on the model: those of the one that reads most
            read = read_by(opened, max(cards, key=lambda card: card.length))
            axis, notices = read.sequence, read.notices
        result = compare([model_of(card.name) for card in cards], axis, wanted, methods or None)
        record = comparison_record(result, contested(result))
        given = {"compare": "maps", "methods": ",".join(methods), "models": ",".join(models[1:])}
        return {
            "sentence": result.sentence,
            "notices": [*notices, *result.notices],
            "rows": record["rows"],
            "pairs": record["pairs"],
            "contested": record["contested"],
            "link": self._desk.link_of(opened, cards[0], wanted[0], given, page="compare"),
            "receipt": self._desk.keep_receipt(comparison_receipt(result)),
            "limits": NOTICE,
        }

    def verify(
        self,
        receipt: Annotated[
            str, Field(description="The address of a receipt of an answer, or a file on this computer that has one.")
        ],
        handle: Annotated[
            str, Field(description="The open sequence that was read, where the receipt leaves its letters out.")
        ] = "",
    ) -> Verified:
        """Compute the result of a receipt again, which takes as long as it took, and say whether the same numbers come
        out: equal, close (last digits, as between processors), or different. A receipt that was changed is refused."""
        from genoviz.receipts.receipt import Receipt
        from genoviz.receipts.tables import verification_record
        from genoviz.receipts.verify import verify

        if receipt.startswith(RECEIPTS):
            read = self._desk.receipt(receipt.removeprefix(RECEIPTS))
        else:
            read = Receipt.read(bytes_of(receipt))
        given = []
        if handle.strip():
            given = [read_by(self._desk.opened(handle), card_of(read.models[0].name)).sequence]
        record = verification_record(verify(read, given))
        return cast(Verified, {key: record[key] for key in Verified.__annotations__})

    def _asked(self, handle: str, model: str, target: str) -> tuple[Opened, ModelCard, Target, Read]:
        """What a call is about."""
        opened = self._desk.opened(handle)
        card = card_of(model, opened)
        chosen = target_of(target, card, opened)
        return opened, card, chosen, read_by(opened, card)

    def _link(self, opened: Opened, card: ModelCard, target: Target, **given: Any) -> str:
        return self._desk.link_of(opened, card, target, given)
