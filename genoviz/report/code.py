"""A script that prints the numbers of a view, made from the receipts of its results."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Sequence as Seq

from genoviz.mutagenesis.saturation import parse_window
from genoviz.receipts.receipt import Input, Receipt

_OF_RECORDS = (
    "from genoviz.embedding.records import labelled_fitted",
    "from genoviz.predict.embed import embed",
    "from genoviz.sequences.sequence import read_sequences",
)
_IMPORTS = {
    "prediction": ("from genoviz.predict import predict",),
    "attribution": ("from genoviz.attribute import attribute", "from genoviz.models.target import Target"),
    "mutagenesis": ("from genoviz.models.target import Target", "from genoviz.mutagenesis import saturate"),
    "trust": ("from genoviz.models.target import Target", "from genoviz.trust.report import assess"),
    "comparison": ("from genoviz.compare.comparison import compare", "from genoviz.models.target import Target"),
    "expectation": ("from genoviz.predict.expectation import expect",),
    "dependency": ("from genoviz.dependency import dependency",),
    "infill": ("from genoviz.language import infill",),
    "reconstruction": ("from genoviz.latent.reconstruction import reconstruct",),
    "map": ("from genoviz.embedding.map import embedding_map", *_OF_RECORDS),
    "probe": ("from genoviz.embedding.probe import probe", *_OF_RECORDS),
    "splice": (
        "from genoviz import Variant",
        "from genoviz.genes.registered import open_genes_of",
        "from genoviz.genomes.registry import open_genome",
        "from genoviz.splicing.tables import SpliceOptions, effect_at",
    ),
    "variant": (
        "from genoviz import Locus, Variant",
        "from genoviz.effects.effect import variant_effect",
        "from genoviz.genomes.registry import open_genome",
        "from genoviz.models.target import Target",
    ),
}


def python_code(receipts: Seq[Receipt]) -> str:
    """The script.

    Parameters
    ----------
    receipts
        Of results of one model and one sequence or set of records, or one of a variant, its splice sites, or a comparison.
    """
    first = receipts[0]
    lines = {"from genoviz.models.load import load_model": None}
    if first.kind not in ("variant", "splice", "map", "probe"):
        lines["from genoviz import Sequence"] = None
    for receipt in receipts:
        lines |= dict.fromkeys(_IMPORTS[receipt.kind])
        if receipt.models[0].target:
            lines["from genoviz.models.target import Target"] = None
    head = [*sorted(lines), ""]
    if first.kind == "comparison":
        return "\n".join([*head, *_comparison(first)])
    head.append(f"model = load_model({_quoted(first.models[0].name)})")
    if first.kind in ("variant", "splice"):
        return "\n".join([*head, *(_variant if first.kind == "variant" else _splice)(first)])
    if first.kind in ("map", "probe"):
        return "\n".join([*head, *_records(receipts)])
    head.append(f"sequence = {_sequence(first.inputs[0])}")
    target = next((receipt.models[0].target for receipt in receipts if receipt.models[0].target), "")
    if target:
        head.append(f"target = Target.parse({_quoted(target)}, model.card)")
    return "\n".join([*head, *(line for receipt in receipts for line in _one(receipt))])


def _one(receipt: Receipt) -> list[str]:
    settings = receipt.settings
    if receipt.kind == "prediction":
        scale = "" if settings["scale"] == "value" else f", scale={_quoted(settings['scale'])}"
        return [
            f"print(predict(model, sequence{scale})[0][{_quoted(name)}].to_frame())" for name in settings["outputs"]
        ]
    if receipt.kind == "mutagenesis":
        window = parse_window(settings["window"])
        whole = window == (0, receipt.inputs[0].length)
        options = ("" if whole else f", window={window}") + (", indels=True" if settings["indels"] else "")
        return [f"print(saturate(model, sequence, target{options}).delta)"]
    if receipt.kind in _UNLABELLED:
        return [f"print({_UNLABELLED[receipt.kind](receipt)}.sentence)"]
    if receipt.kind == "expectation":
        return ["print(expect(model, sequence).surprise)"]
    call = f"sequence, target, {_quoted(settings['method'])}{_options(receipt)}"
    if receipt.kind == "trust":
        return [f"print(assess(model, {call}).sentence)"]
    return [f"print(attribute(model, {call}).per_base)"]


def _dependency(receipt: Receipt) -> str:
    target = ", target=target" if receipt.models[0].target else ""
    return f"dependency(model, sequence, window={parse_window(receipt.settings['window'])}{target})"


def _infill(receipt: Receipt) -> str:
    settings = receipt.settings
    options = f"n={settings['count']}, temperature={settings['temperature']}, seed={settings['seed']}"
    return f"infill(model, sequence, {parse_window(settings['window'])}, {options})"


_UNLABELLED: dict[str, Callable[[Receipt], str]] = {
    "dependency": _dependency,
    "infill": _infill,
    "reconstruction": lambda receipt: "reconstruct(model, sequence)[0]",
}


def _records(receipts: Seq[Receipt]) -> list[str]:
    """Of maps and probes: the records are too many to stand in a script."""
    count = len(receipts[0].inputs)
    lines = [
        f'records = read_sequences(open("RECORDS.fa").read(), max_records={count})  # {count:,}, `label=` in their names',
        "data = labelled_fitted(records, model.card.length)",
        "vectors = embed(model, data.sequences)",
    ]
    for receipt in receipts:
        settings = receipt.settings
        if receipt.kind == "map":
            seed = f", seed={settings['seed']}" if settings["method"] == "umap" else ""
            lines.append(
                f"print(embedding_map(model, data, vectors, method={_quoted(settings['method'])}{seed}).sentence)"
            )
        else:
            said = f"positive={_quoted(settings['positive'])}, word={settings['word']}, seed={settings['seed']}"
            lines.append(f"print(probe(model, data, vectors, {said}).sentence)")
    return lines


def _options(receipt: Receipt) -> str:
    """Options of an explanation, but for those that have their usual values."""
    settings, options = receipt.settings, dict(receipt.settings["options"])
    other = options.pop("reference_sequence", "") or options.pop("shuffled_sequence", "")
    said = []
    if settings["baseline"]:
        said.append(f"baseline={_quoted(settings['baseline'])}")
        said += [f"references={settings['references']}"] if settings["references"] > 1 else []
    said += [f"other=Sequence({_quoted(other)})"] if other else []
    said += [f"{name}={value}" for name, value in options.items()]
    said += [f"seed={settings['seed']}"] if settings["seed"] else []
    return "".join(f", {one}" for one in said)


def _comparison(receipt: Receipt) -> list[str]:
    settings = receipt.settings
    names = ", ".join(_quoted(one.name) for one in receipt.models)
    targets = ", ".join(_quoted(one.target) for one in receipt.models)
    centre = "" if settings["centre"] is None else f", centre={settings['centre'] - 1}"
    return [
        f"models = [load_model(name) for name in ({names},)]",
        f"targets = [Target.parse(text, model.card) for text, model in zip(({targets},), models, strict=True)]",
        f"sequence = {_sequence(receipt.inputs[0])}",
        f"found = compare(models, sequence, targets, {settings['methods']}, baseline={_quoted(settings['baseline'])}, "
        f"references={settings['references']}, seed={settings['seed']}{centre})",
        "print(found.sentence)",
        "print(found.values)",
    ]


def _variant(receipt: Receipt) -> list[str]:
    settings = receipt.settings
    assembly = f", {_quoted(settings['assembly'])}" if settings["assembly"] else ""
    place = settings["window"]
    window = (
        f", window=Locus.parse({_quoted(place)})" if not settings["before"] else f", strand={_quoted(_strand(place))}"
    )
    strands = "" if settings["strands"] == "one" else f", strands={_quoted(settings['strands'])}"
    return [
        f"target = Target.parse({_quoted(receipt.models[0].target)}, model.card)",
        f"variant = Variant.parse({_quoted(settings['variant'])}{assembly})",
        f"with open_genome({_quoted(settings['genome'] or 'NAME OF THE GENOME')}) as genome:",
        f"    print(variant_effect(model, variant, genome, target{window}{strands}).sentence)",
    ]


def _splice(receipt: Receipt) -> list[str]:
    settings = receipt.settings
    assembly = f", {_quoted(settings['assembly'])}" if settings["assembly"] else ""
    genome, named = _quoted(settings["genome"] or "NAME OF THE GENOME"), settings["transcript"]
    options = f"SpliceOptions({settings['distance']}, {settings['masked']}, {settings['read_outside']})"
    strand = _quoted(settings["strand"])
    return [
        f"variant = Variant.parse({_quoted(settings['variant'])}{assembly})",
        f"transcript = open_genes_of({genome}).transcript({_quoted(named)})" if named else "transcript = None",
        f"with open_genome({genome}) as genome:",
        f"    print(effect_at(model, variant, genome, {strand}, transcript, {options}).sentence)",
    ]


def _strand(place: str) -> str:
    return "-" if place.endswith("(-)") else "+"


def _sequence(read: Input) -> str:
    if not read.bases:
        return f'Sequence.read(open("SEQUENCE.fa").read())  # {read.length:,} bases, sha256 {read.sha256[:16]}'
    return f"Sequence({_quoted(read.bases)})"


def _quoted(text: str) -> str:
    """A Python text in double quotes, whatever stands in it."""
    return json.dumps(text)
