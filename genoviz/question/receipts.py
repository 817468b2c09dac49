"""Receipts dropped into the box: the parameters of the view that shows their result, as docs/links.md names them.

Nothing is computed and no model is asked here; `genoviz verify` says whether the numbers of a receipt come out again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from genoviz.errors import BadReceipt
from genoviz.files.checksum import json_sha256
from genoviz.question.reading import Reading, refused
from genoviz.sequences.bases import base_count

RECEIPT_KEY = "genoviz_receipt"
_KINDS = {
    "prediction": "a prediction",
    "attribution": "an explanation",
    "mutagenesis": "a mutation map",
    "trust": "a checked explanation",
    "variant": "the effect of a variant",
    "splice": "splice sites gained and lost",
    "comparison": "a comparison",
    "expectation": "expected bases",
    "dependency": "a dependency map",
    "infill": "written sequences",
    "reconstruction": "a reconstruction",
    "map": "an embedding map",
    "probe": "a linear probe",
}
_PAGES = {
    "variant": "variants",
    "splice": "variants",
    "comparison": "compare",
    "expectation": "language",
    "dependency": "language",
    "infill": "language",
    "reconstruction": "autoencoder",
}  # of the other kinds: `sequence`
_LOOKS = {
    "expectation": {"language": "expected"},
    "dependency": {"language": "dependency", "depends": "window"},
    "infill": {
        "language": "written",
        "written": "window",
        "drawn": "count",
        "temperature": "temperature",
        "draw": "seed",
    },
    "reconstruction": {"look": "encode"},
}  # parameter of a page: its value, or the setting that holds it
_OF_ONE = ("sequence", "autoencoder")  # pages that open one sequence of several
_CHANGED = BadReceipt(
    "The receipt was changed: its checksum is not that of its content.",
    "A view is opened of a receipt as genoviz wrote it.",
    "Ask for the file again.",
)
_BROKEN = BadReceipt(
    "A part of the receipt is missing or of another kind.",
    "A receipt is a JSON file that genoviz wrote beside a result.",
    "Ask for the file again.",
)
_RECORDS = BadReceipt(
    "The receipt is about many records with their labels.",
    "A view is opened of a sequence or a place.",
    "Give the file of the records on the page Embedding map, or check the receipt with `genoviz verify`.",
)
_NO_BASES = BadReceipt(
    "The receipt leaves the bases of its sequence out, and names no place in a genome.",
    "A view is opened of a sequence or a place.",
    "Give the sequence here, or check the receipt with `genoviz verify --fasta FILE`.",
)


def receipt(content: str) -> Reading | None:
    """The reading of a receipt; None for other text. One that was changed is refused."""
    if RECEIPT_KEY not in content:
        return None
    try:
        record = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or RECEIPT_KEY not in record:
        return None
    try:
        if record.get("sha256") != json_sha256({key: value for key, value in record.items() if key != "sha256"}):
            return refused(_CHANGED, "receipt")
        if record["kind"] in ("map", "probe"):
            return refused(_RECORDS, "receipt")
        parameters = receipt_parameters(record)
        sentence = f"a receipt of {_KINDS[record['kind']]}: {_what(record, parameters)}; {_models(record)}"
        read = len(record["inputs"])
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError):
        return refused(_BROKEN, "receipt")
    if not parameters.keys() & {"seq", "place", "variant"}:
        return refused(_NO_BASES, "receipt")
    page = receipt_page(record["kind"])
    several = (f"Of its {read:,} sequences the first is opened.",) if read > 1 and page in _OF_ONE else ()
    notices = (
        *several,
        "The view computes its numbers anew; `genoviz verify` holds them against those of the receipt.",
    )
    return Reading("receipt", sentence, page, content, notices=notices, parameters=tuple(parameters.items()))


def receipt_page(kind: str) -> str:
    """The page that shows results of a kind: `sequence`, `variants`, ..."""
    return _PAGES.get(kind, "sequence")


def receipt_parameters(record: Mapping[str, Any]) -> dict[str, str]:
    """What opens the result of a receipt in the app.

    Parameters
    ----------
    record
        The receipt as JSON has it.

    Returns
    -------
    dict of str to str
        Parameters of docs/links.md with values of any length. Settings that the pages don't offer are left out.
    """
    found = {"v": "1", "model": str(record["models"][0]["name"]), **_target(str(record["models"][0]["target"]))}
    kind, settings = record["kind"], record["settings"]
    if kind in ("variant", "splice"):
        minus = settings["strand"] == "-" if kind == "splice" else str(settings["window"]).endswith("(-)")
        strand = {"strand": "-"} if minus else {}
        return found | {"genome": str(settings["genome"]), "variant": str(settings["variant"])} | strand
    found |= _read(record["inputs"][0])
    if kind == "comparison":
        others = [str(one["name"]) for one in record["models"] if one["name"] != found["model"]]
        found |= {"compare": "maps", "methods": ",".join(settings["methods"])}
        return found | ({"models": ",".join(others)} if others else {})
    return found | _settings(kind, settings, record["inputs"][0]["length"])


def _target(text: str) -> dict[str, str]:
    """`binding:GABPA@value`, as `genoviz.models.target.Target` writes it; a link holds one whole track and its scale."""
    match = re.fullmatch(r"[^:]+?(?::(?P<tracks>.+?))?(?P<bins>\[[0-9-]+\])?(?:/\w+)?@(?P<scale>\w+)", text)
    if match is None:
        return {}
    track = match["tracks"] if match["tracks"] and "," not in match["tracks"] else ""
    return ({"track": track} if track else {}) | ({"scale": match["scale"]} if match["scale"] != "logit" else {})


def _read(given: Mapping[str, Any]) -> dict[str, str]:
    """The sequence, or its place where the letters are left out."""
    if given.get("bases"):
        return {"seq": str(given["bases"])} | ({"name": str(given["name"])} if given["name"] else {})
    if given.get("locus") and given.get("assembly"):
        place = str(given["locus"])
        strand = {"strand": "-"} if place.endswith("(-)") else {}
        return {"place": place.removesuffix("(-)").removesuffix("(+)"), "genome": str(given["assembly"])} | strand
    return {}


def _settings(kind: str, settings: Mapping[str, Any], length: int) -> dict[str, str]:
    """What a result of a sequence adds."""
    if kind == "mutagenesis":
        whole = settings["window"] == f"1-{length}"
        mutate = {} if whole else {"mutate": str(settings["window"])}
        return mutate | ({"indels": "1"} if settings["indels"] else {})
    if kind in _LOOKS:
        return {name: str(settings.get(value, value)) for name, value in _LOOKS[kind].items()}
    if kind not in ("attribution", "trust"):
        return {}
    said = {"method": settings["method"], "baseline": settings["baseline"]}
    said["reference"] = settings["options"].get("reference_sequence", "")
    return {name: str(value) for name, value in said.items() if value}


def _what(record: Mapping[str, Any], parameters: Mapping[str, str]) -> str:
    if "variant" in parameters:
        return f"{parameters['variant'][:40]} of {parameters['genome'][:30] or 'a genome'}"
    first = record["inputs"][0]
    return f"{str(first['name'])[:60] or 'a sequence'}, {base_count(int(first['length']))}"


def _models(record: Mapping[str, Any]) -> str:
    names = list(dict.fromkeys(str(one["name"])[:60] for one in record["models"]))
    return f"the model{'' if len(names) == 1 else 's'} {', '.join(names[:4])}"
