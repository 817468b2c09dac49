"""Tools about variants of a genome."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

from pydantic import Field

from genoviz.agents.answers import Effect, JobState, answer
from genoviz.agents.desk import Desk, card_of, model_of, target_of
from genoviz.agents.jobs import Job, Jobs, moved
from genoviz.agents.parameters import GenomeName, Strand, TargetText
from genoviz.errors import BadInput, UnknownName
from genoviz.files.tsv import finite, json_value
from genoviz.genomes.registry import find_genome, open_genome
from genoviz.models.words import held_out_sentence
from genoviz.report.links import links

if TYPE_CHECKING:
    from genoviz.effects.effect import VariantEffect
    from genoviz.effects.file_chunks import Totals
    from genoviz.genomes.genome import Reference
    from genoviz.models.base import Model
    from genoviz.models.card import ModelCard
    from genoviz.models.target import Target
    from genoviz.receipts.receipt import Receipt
    from genoviz.variants.variant import Variant

COMPARED = 10.0  # seconds of random changes above which an effect has no percentile
SHOWN = 50  # rows of a job in an answer; all are in its table
MOST_LINES = 100_000
Model_ = Annotated[str, Field(description="Name of a model, see list_models; best one that is for variants.")]


class Variants:
    """Tools about variants."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._jobs = Jobs()

    def variant(
        self,
        variant: Annotated[
            str, Field(description="In any spelling that needs no look-up: `chr8-140300616-T-G`, `chr1:g.5del`, SPDI.")
        ],
        genome: GenomeName,
        model: Model_,
        target: TargetText = "",
        strand: Strand = "",
    ) -> Effect:
        """What a variant does to a model's output: alternate minus reference allele, in words and numbers, with its
        place among random changes, what known signals it makes or breaks, and what to mind. Splice models are asked on
        each gene at the variant. It describes the model, and is no evidence about a person's health."""
        if strand not in ("", "+", "-"):
            raise UnknownName.among("strand", strand, ("+", "-"))
        card = card_of(model)
        chosen = target_of(target, card)
        check_local(genome)
        from genoviz.effects.scorers import scores_genes
        from genoviz.isoforms.reading import resolver_for
        from genoviz.variants.check import read_variant

        with open_genome(genome) as reference:
            checked = read_variant(variant, reference, resolver=resolver_for(variant, genome))
            usable = checked.usable()
            ask = _on_genes if scores_genes(card) else _on_target
            record, standing, percentile, receipt = ask(card, usable, reference, genome, chosen, strand)
        notices = [*checked.notices, *(one for one in record.pop("notices") if one not in checked.notices)]
        given = {"genome": genome, "variant": str(usable), "strand": strand}
        found = answer(
            card,
            sentence=record.pop("sentence"),
            target=str(chosen.resolved(card)),
            link=self._desk.link(card, chosen, given, page="variants"),
            receipt=self._desk.keep_receipt(receipt) if receipt else "",
            notices=notices,
            variant=str(usable),
            genome=genome,
            assembly=reference.assembly,
            effect={key: value for key, value in record.items() if key not in ("model", "sha256", "version")},
            percentile=finite(percentile),
            standing=standing,
            held_out=held_out_sentence(card, chosen.tracks[0] if chosen.tracks else ""),
            links={one.site: one.url for one in links(usable)},
        )
        return cast(Effect, found)

    def variants_job(
        self,
        genome: GenomeName,
        model: Model_,
        variants: Annotated[
            list[str], Field(description="One variant each, in any spelling; up to 100,000.", max_length=MOST_LINES)
        ] = [],  # noqa: B006 - the schema's default; never changed
        path: Annotated[str, Field(description="A VCF or table on this computer, in place of `variants`.")] = "",
        target: TargetText = "",
        strand: Strand = "",
    ) -> JobState:
        """Score many variants while the talk goes on: ask `job` for the rows. Every variant has a row of the result, in
        the order given; one that can't be scored says why. Nothing is written beside the server's own temporary files."""
        if bool(variants) == bool(path.strip()):
            raise BadInput(
                "Not exactly one of `variants` and `path` was given.", "One of them.", "Give `variants` or `path`."
            )
        card = card_of(model)
        chosen = target_of(target, card) if target.strip() else None
        check_local(genome)
        file = Path(path).expanduser() if path.strip() else None
        if file is not None and not file.is_file():
            raise BadInput(f"There is no file `{path[:200]}`.", "A VCF or table of variants.", "Check the path.")
        from genoviz.effects.batch import score_file

        def run(source: Path, out: Path, job: Job) -> Totals:
            return score_file(
                card.name,
                file or source,
                genome,
                out,
                target=chosen,
                strand=strand,
                progress=moved(job),
                say=job.said.append,
            )

        return self._state(self._jobs.start(_lines(variants), run))

    def job(self, job: Annotated[str, Field(description="The name that variants_job gave.")]) -> JobState:
        """How far a job is, and its rows when it is done: the first 50 here, all in the table."""
        return self._state(self._jobs.get(job))

    def _state(self, job: Job) -> JobState:
        if job.error is not None:
            raise job.error
        state: JobState = {
            "sentence": f"Running, {100 * job.share:.0f} % of the input is read.",
            "job": job.name,
            "state": "running" if job.running else "done",
            "share": job.share,
            "records": 0,
            "scored": 0,
            "skipped": {},
            "rows": [],
            "table": "",
        }
        if job.totals is None:
            return state
        from genoviz.effects.results import read_results

        rows = read_results(job.out).head(SHOWN).to_dict("records")
        return {
            **state,
            "sentence": " ".join([f"{job.totals}.", *job.said]),
            "records": job.totals.records,
            "scored": job.totals.scored,
            "skipped": dict(job.totals.skipped),
            "rows": [{str(key): _cell(value) for key, value in row.items()} for row in rows],
            "table": self._desk.keep_table(job.out),
        }


def check_local(genome: str) -> None:
    """Refuse a genome that is asked over the network: these tools work offline."""
    if find_genome(genome).remote:
        raise BadInput(
            f"`{genome[:60]}` answers over the network.",
            "These tools work offline, with a genome on this computer.",
            "Choose `teaching`, or one that was added by `genoviz genome add`.",
        )


def _lines(variants: list[str]) -> str:
    """A line for each variant; one that a file would take for no variant is refused, so that rows in are rows out."""
    from genoviz.variants.table import Table

    lines = [" ".join(one.split()) for one in variants]
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#") or (number == 1 and Table.recognises(line)):
            raise BadInput(
                f"Number {number} of the variants is {f'`{line[:40]}`' if line else 'empty'}.",
                "Each is one variant, without a heading.",
                "Leave it out.",
            )
    return "".join(f"{line}\n" for line in lines)


# The record, the place among random changes in words and in percent, and the receipt.
Asked = tuple[dict[str, Any], str, float | None, "Receipt | None"]


def _on_target(
    card: ModelCard, variant: Variant, reference: Reference, genome: str, target: Target, strand: str
) -> Asked:
    """Both alleles compared on a number of the model, as `genoviz variants --variant`."""
    from genoviz.effects.effect import variant_effect
    from genoviz.effects.tables import effect_record
    from genoviz.receipts.made import variant_receipt

    loaded = model_of(card.name)
    effect = variant_effect(loaded, variant, reference, target, strand=strand or "+")
    record = effect_record(card, effect, genome=reference.title)
    return record, *_among_random(loaded, effect, reference), variant_receipt(card, effect, genome=genome)


def _among_random(model: Model, effect: VariantEffect, reference: Reference) -> tuple[str, float | None]:
    """The effect's place among random substitutions in the genome; nothing where these take long."""
    from genoviz.effects.background import RANDOM_CHANGES, effect_background
    from genoviz.predict.cost import cost_of

    if 2 * RANDOM_CHANGES * cost_of(model).prediction > COMPARED:
        return "Not compared with random changes, which would take long.", None
    position = effect.windows.reference_span[0]
    compared = effect_background(model, effect.target, genome=reference, position=position)
    return compared.sentence(effect.delta), compared.percentile(effect.delta)


def _on_genes(
    card: ModelCard, variant: Variant, reference: Reference, genome: str, target: Target, strand: str
) -> Asked:
    """Splice sites gained and lost on each gene at the variant, as `genoviz splice --variant`."""
    from genoviz.genes.registered import genes_for
    from genoviz.receipts.made import splice_receipt
    from genoviz.splicing.many import score_variants
    from genoviz.splicing.tables import SpliceOptions, on_transcript, splice_header, splice_record
    from genoviz.variants.files import read_variants

    options = SpliceOptions(strand=strand)
    rows = list(read_variants(str(variant), assembly=reference.assembly, reference=reference))
    genes = genes_for(genome, reference)
    (found,) = score_variants(model_of(card.name), rows, reference, genes, options)
    scored = [on_transcript(one, reference) for one in found]
    header = splice_header(card, reference.title, reference.assembly, options)
    record = splice_record(card, header, reference.assembly, scored)
    said = [one.effect.sentence if one.effect else one.detail or one.skipped for one in scored]
    notices = [*record["notices"], *(notice for one in scored for notice in one.own_notices)]
    first = next((one.effect for one in scored if one.effect is not None), None)
    receipt = splice_receipt(card, first, distance=options.distance, genome=genome) if first is not None else None
    more = [one.outcome.sentence for one in scored if one.outcome is not None]
    return json_value(record) | {"sentence": " ".join([*said, *more]), "notices": notices}, "", None, receipt


def _cell(value: Any) -> Any:
    """A cell of a data frame as JSON; what is missing becomes null."""
    import pandas as pd

    plain = value.item() if hasattr(value, "item") else value
    return None if pd.isna(plain) else json_value(plain)
