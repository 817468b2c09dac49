"""The result of a receipt computed once more, from what the receipt says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING, Any

from genoviz.errors import BadGenome, BadSequence
from genoviz.models.base import Model
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.receipts import embedding, language, latent
from genoviz.receipts.made import (
    attribution_receipt,
    comparison_receipt,
    mutagenesis_receipt,
    prediction_receipt,
    splice_receipt,
    trust_receipt,
    variant_receipt,
)
from genoviz.receipts.receipt import Receipt, bases_sha256
from genoviz.receipts.settings import asked, missing, text, texts, whole
from genoviz.sequences.locus import Locus, clip
from genoviz.sequences.sequence import Sequence
from genoviz.variants.variant import Variant
from genoviz.variants.windows import AlleleWindows, allele_windows

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

Progress = Callable[[float], None] | None


def computed_again(
    receipt: Receipt, sequences: Seq[Sequence] = (), *, genome: str = "", progress: Progress = None
) -> Receipt:
    """Ask the same models the same question again.

    Parameters
    ----------
    receipt
        What was asked.
    sequences
        What was read, where the receipt leaves the letters out.
    genome
        Name of a genome, or a FASTA file: for variants whose windows the receipt leaves out. The one that it names if empty.
    progress
        Called with the share done.

    Returns
    -------
    Receipt
        Of the new result.

    Raises
    ------
    BadSequence
        If the sequences are needed and not given, or are others.
    BadReceipt
        If a setting is missing or of another kind.
    GenovizError
        If a model, its weights or the genome are not here, or refuse what is asked.
    """
    if receipt.kind == "variant":
        return _variant(receipt, genome)
    if receipt.kind == "splice":
        return _splice(receipt, genome)
    read = _letters(receipt, sequences)
    return _AGAIN[receipt.kind](receipt, read, progress)


def _letters(receipt: Receipt, given: Seq[Sequence]) -> list[Sequence]:
    """The sequences of a receipt, its own or the given ones."""
    own = [one.sequence() for one in receipt.inputs]
    found = [one for one in own if one is not None]
    if given:
        found = list(given)
    if len(found) != len(own):
        many = f"{len(own):,} sequences" if len(own) > 1 else "one sequence"
        raise BadSequence(
            f"The receipt is about {many} and has not the letters; {len(given):,} came with it.",
            "A receipt without letters is checked with what was read.",
            "Give it with --fasta FILE (in Python: `sequences`).",
        )
    for sequence, one in zip(found, receipt.inputs, strict=True):
        if bases_sha256(sequence.bases) != one.sha256:
            raise BadSequence(
                f"The sequence of {len(sequence):,} bases is not the one of the receipt, which has {one.length:,}.",
                "Its letters must have the checksum that the receipt names.",
                "Give exactly the bases that the model read.",
            )
    return found


def _prediction(receipt: Receipt, read: list[Sequence], progress: Progress) -> Receipt:
    from genoviz.predict.prediction import predict

    model, scale = load_model(receipt.models[0].name), text(receipt.settings, "scale")
    outputs = texts(receipt.settings, "outputs")
    for name in outputs:
        model.card.output(name)
    found = predict(model, read, scale=scale, outputs=outputs, progress=progress)
    return prediction_receipt(model.card, read, found, scale=scale)


def _attribution(receipt: Receipt, read: list[Sequence], progress: Progress) -> Receipt:
    from genoviz.attribute.attribution import attribute

    model, target = asked(receipt)
    found = attribute(model, read[0], target, **_method(receipt.settings), progress=progress)
    return attribution_receipt(model.card, found)


def _mutagenesis(receipt: Receipt, read: list[Sequence], progress: Progress) -> Receipt:
    from genoviz.mutagenesis.saturation import parse_window, saturate

    model, target = asked(receipt)
    window = parse_window(text(receipt.settings, "window"))
    indels = receipt.settings.get("indels") is True
    return mutagenesis_receipt(
        model.card, saturate(model, read[0], target, window=window, indels=indels, progress=progress)
    )


def _trust(receipt: Receipt, read: list[Sequence], progress: Progress) -> Receipt:
    from genoviz.attribute.attribution import attribute
    from genoviz.trust.report import assess_explanation, check_short

    model, target = asked(receipt)
    check_short(model.card)
    found = attribute(model, read[0], target, **_method(receipt.settings))
    return trust_receipt(model.card, assess_explanation(model, found, progress=progress))


def _comparison(receipt: Receipt, read: list[Sequence], progress: Progress) -> Receipt:
    from genoviz.compare.comparison import compare

    settings = receipt.settings
    models = [load_model(one.name) for one in receipt.models]
    centre = settings.get("centre")
    found = compare(
        models,
        read[0],
        [Target.parse(one.target, model.card) for one, model in zip(receipt.models, models, strict=True)],
        texts(settings, "methods"),
        baseline=text(settings, "baseline"),
        references=whole(settings, "references"),
        seed=whole(settings, "seed"),
        centre=None if centre is None else whole(settings, "centre") - 1,
        progress=progress,
    )
    return comparison_receipt(found)


def _variant(receipt: Receipt, genome: str) -> Receipt:
    from genoviz.effects.effect import effect_of_windows

    model, target = asked(receipt)
    windows = _windows(receipt, model, genome)
    strands = text(receipt.settings, "strands")
    effect = effect_of_windows(model, windows, target, strands=strands)
    return variant_receipt(model.card, effect, genome=text(receipt.settings, "genome"))


def _splice(receipt: Receipt, genome: str) -> Receipt:
    from genoviz.genes.registered import open_genes_of
    from genoviz.splicing.tables import SpliceOptions, effect_at

    settings, model = receipt.settings, load_model(receipt.models[0].name)
    variant = Variant.parse(text(settings, "variant"), text(settings, "assembly"))
    outside = settings.get("read_outside") is True
    options = SpliceOptions(whole(settings, "distance"), settings.get("masked") is True, outside)
    named = text(settings, "transcript")
    with _opened(genome, text(settings, "genome")) as reference:
        genes = open_genes_of(genome or text(settings, "genome")) if named else None
        if named and genes is None:
            raise BadGenome(
                f"The receipt names the transcript {clip(named)}, and the genome has no gene models.",
                "The sites of a transcript are scored with its exons.",
                "Register gene models with the genome: `genoviz genome add FILE --genes FILE`.",
            )
        transcript = genes.transcript(named) if genes is not None else None
        found = effect_at(model, variant, reference, text(settings, "strand"), transcript, options)
        _check_windows(receipt, (found.windows.reference, found.windows.alternate), reference.title)
    return splice_receipt(
        model.card, found, distance=options.distance, genome=text(settings, "genome"), read_outside=outside
    )


def _windows(receipt: Receipt, model: Model, genome: str) -> AlleleWindows:
    """Both windows: those of the receipt, or read from the genome where it leaves them out or one is named."""
    settings, assembly = receipt.settings, text(receipt.settings, "assembly")
    variant = Variant.parse(text(settings, "variant"), assembly)
    place = Locus.parse(text(settings, "window"), assembly=assembly)
    own = [one.sequence() for one in receipt.inputs]
    if len(own) != 2:
        raise missing("windows of both alleles")
    if own[0] is not None and own[1] is not None and not genome:
        return AlleleWindows(variant, own[0], own[1], place, whole(settings, "before"))
    with _opened(genome, text(settings, "genome")) as reference:
        window = None if whole(settings, "before") else place
        found = allele_windows(variant, reference, model.card.length, strand=place.strand, window=window)
    _check_windows(receipt, (found.reference, found.alternate), reference.title)
    return found


def _check_windows(receipt: Receipt, windows: tuple[Sequence, Sequence], genome: str) -> None:
    """Raise `BadSequence` where a genome has not the bases that were read."""
    known = [one.sha256 for one in receipt.inputs]
    if [bases_sha256(one.bases) for one in windows] != known:
        raise BadSequence(
            f"{genome} has other bases around {clip(text(receipt.settings, 'variant'))} than those of the receipt.",
            "The genome must be the one that was read.",
            "Name another with --genome.",
        )


def _opened(chosen: str, named: str) -> Reference:
    """The genome that was chosen, else the one of this name. A file can't have others opened, nor ask a service."""
    from genoviz.genomes.registry import list_genomes, open_entry, open_genome

    if chosen:
        return open_genome(chosen)
    entry = next((one for one in list_genomes() if one.name == named and not one.remote), None)
    if entry is None:
        raise BadGenome(
            f"The receipt leaves the bases out, and names the genome {clip(named)}.",
            "A genome of this name on this computer is read; files and services only when they are chosen.",
            "Choose it with --genome NAME (in Python: `genome`).",
        )
    return open_entry(entry)


def _method(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What `attribute` is given."""
    options = settings.get("options")
    if not isinstance(options, dict):
        raise missing("options")
    given: dict[str, Any] = {"method": text(settings, "method"), "seed": whole(settings, "seed")}
    if settings.get("baseline") is not None:
        given |= {"baseline": text(settings, "baseline"), "references": whole(settings, "references")}
    for name in ("samples", "window"):
        if name in options:
            given[name] = whole(options, name)
    if "noise" in options:
        noise = options["noise"]
        if not isinstance(noise, (int, float)) or isinstance(noise, bool):
            raise missing("noise")
        given["noise"] = float(noise)
    for name in ("reference_sequence", "shuffled_sequence"):
        if name in options:
            given["other"] = Sequence(text(options, name))
    return given


_AGAIN: dict[str, Callable[[Receipt, list[Sequence], Progress], Receipt]] = {
    "prediction": _prediction,
    "attribution": _attribution,
    "mutagenesis": _mutagenesis,
    "trust": _trust,
    "comparison": _comparison,
    "expectation": language.expectation_again,
    "dependency": language.dependency_again,
    "infill": language.infill_again,
    "reconstruction": latent.reconstruction_again,
    "map": embedding.map_again,
    "probe": embedding.probe_again,
}
