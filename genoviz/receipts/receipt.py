"""A receipt: what was asked of which model, with what, and the numbers that came out; as JSON with its own checksum.

The checksum tells of a file that was changed by hand or on its way. Who changes numbers and computes a new checksum is
found by `genoviz.receipts.verify`, which computes the numbers again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from genoviz.errors import BadReceipt, GenovizError
from genoviz.files.checksum import json_sha256
from genoviz.question.receipts import RECEIPT_KEY
from genoviz.receipts.numbers import Numbers
from genoviz.sequences.locus import Locus, clip
from genoviz.sequences.sequence import Sequence

FORM = "1"  # of the JSON
KINDS = {
    "prediction": "a prediction",
    "attribution": "an attribution",
    "mutagenesis": "a mutation map",
    "variant": "the effect of a variant",
    "splice": "splice sites that a variant gains and loses",
    "trust": "the checks of an explanation",
    "comparison": "a comparison of explanations",
    "expectation": "the bases that a language model expects",
    "dependency": "a dependency map",
    "infill": "sequences that a model wrote",
    "reconstruction": "sequences through an autoencoder",
    "map": "a map of embedded sequences",
    "probe": "a linear probe on an embedding",
}
MOST_BASES = 100_000  # of all inputs together; longer ones are named by their checksum alone
MOST_BYTES = 64_000_000  # of a file


@dataclass(frozen=True)
class Input:
    """A sequence that was read.

    Attributes
    ----------
    name, length, locus
        Of the sequence; the locus is None where it is not known.
    sha256
        Checksum of its letters.
    bases
        The letters; empty where the receipt leaves them out.
    """

    name: str
    length: int
    sha256: str
    locus: Locus | None = None
    bases: str = ""

    @classmethod
    def of(cls, sequence: Sequence) -> Input:
        """The record of a sequence."""
        return cls(sequence.name, len(sequence), bases_sha256(sequence.bases), sequence.locus, sequence.bases)

    @property
    def record(self) -> dict[str, Any]:
        """As JSON; the place counts from 1 with both ends included."""
        place = {"locus": str(self.locus), "assembly": self.locus.assembly} if self.locus else {}
        letters = {"bases": self.bases} if self.bases else {}
        return {"name": self.name, "length": self.length, "sha256": self.sha256} | place | letters

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Input:
        """From `record`."""
        place = record.get("locus")
        locus = Locus.parse(str(place), assembly=str(record.get("assembly", ""))) if place else None
        bases = str(record.get("bases", ""))
        if bases and bases_sha256(bases) != record["sha256"]:
            raise BadReceipt(
                "The bases in the receipt are not those of its checksum.", "", "Ask for the receipt again."
            )
        return cls(str(record["name"]), int(record["length"]), str(record["sha256"]), locus, bases)

    def sequence(self) -> Sequence | None:
        """The sequence; None where the receipt leaves its letters out."""
        return Sequence(self.bases, self.name, self.locus) if self.bases else None


@dataclass(frozen=True)
class ModelUsed:
    """A model that was asked: name, checksum of its weights (empty for hand-set networks), and which number."""

    name: str
    weights_sha256: str
    target: str = ""


@dataclass(frozen=True)
class Receipt:
    """What a result was made from, and its numbers.

    Attributes
    ----------
    kind
        A key of `KINDS`.
    sentence
        The result in words.
    inputs, models
        What was read, and by what.
    settings
        Method, baseline, seed and what else decides the numbers; texts, numbers, true, false, null, and lists of these.
    numbers
        Arrays of the result by name.
    made_with
        Versions of genoviz, Python, torch and NumPy, threads of torch, and the kind of processor.
    """

    kind: str
    sentence: str
    inputs: tuple[Input, ...]
    models: tuple[ModelUsed, ...]
    settings: Mapping[str, Any]
    numbers: Mapping[str, Numbers]
    made_with: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if sum(len(one.bases) for one in self.inputs) > MOST_BASES:
            object.__setattr__(self, "inputs", tuple(replace(one, bases="") for one in self.inputs))

    def without_bases(self) -> Receipt:
        """The same without the letters of its inputs; who checks it must have them."""
        return replace(self, inputs=tuple(replace(one, bases="") for one in self.inputs))

    @property
    def record(self) -> dict[str, Any]:
        """As JSON, with the checksum of all the rest."""
        said = self._said()
        return said | {"sha256": json_sha256(said)}

    @property
    def sha256(self) -> str:
        """Checksum of the receipt."""
        return json_sha256(self._said())

    def json(self) -> str:
        """The text of a file."""
        return json.dumps(self.record, ensure_ascii=False, allow_nan=False, indent=1) + "\n"

    def _said(self) -> dict[str, Any]:
        return {
            RECEIPT_KEY: FORM,
            "kind": self.kind,
            "sentence": self.sentence,
            "inputs": [one.record for one in self.inputs],
            "models": [
                {"name": one.name, "weights_sha256": one.weights_sha256, "target": one.target} for one in self.models
            ],
            "settings": dict(self.settings),
            "numbers": {name: numbers.record for name, numbers in self.numbers.items()},
            "made_with": dict(self.made_with),
        }

    @classmethod
    def read(cls, content: str | bytes) -> Receipt:
        """A receipt from the text of its file.

        Raises
        ------
        BadReceipt
            If the text is no receipt, was written by a later version, or was changed.
        """
        if len(content) > MOST_BYTES:
            raise _no_receipt(f"The file has {len(content):,} bytes.")
        try:
            record = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise _no_receipt("The file is no JSON.") from error
        if not isinstance(record, dict) or RECEIPT_KEY not in record:
            raise _no_receipt("The file is JSON, but no receipt.")
        if record[RECEIPT_KEY] != FORM:
            raise BadReceipt(
                f"The receipt has the form {clip(str(record[RECEIPT_KEY]), 20)}.",
                f"This version of genoviz reads form {FORM}.",
                "Use the version that it names under `made_with`.",
            )
        said = {key: value for key, value in record.items() if key != "sha256"}
        try:
            known = json_sha256(said)
        except (ValueError, RecursionError) as error:
            raise _no_receipt("The file holds numbers that are none.") from error
        if record.get("sha256") != known:
            raise BadReceipt(
                "The receipt was changed: its checksum is not that of its content.",
                "Only a receipt as genoviz wrote it is checked.",
                "Ask for the file again, or make the result anew.",
            )
        try:
            return _read(said)
        except BadReceipt:
            raise
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, GenovizError) as error:
            raise _no_receipt("A part of the receipt is missing or of another kind.") from error


def bases_sha256(bases: str) -> str:
    """Checksum of the letters of a sequence."""
    return hashlib.sha256(bases.encode()).hexdigest()


def _read(said: Mapping[str, Any]) -> Receipt:
    if said["kind"] not in KINDS:
        raise _no_receipt(f"The receipt is one of {clip(str(said['kind']), 30)}.")
    models = tuple(
        ModelUsed(_shown(m["name"]), _shown(m["weights_sha256"]), _shown(m["target"])) for m in said["models"]
    )
    inputs = tuple(Input.read(one) for one in said["inputs"])
    if not models or not inputs:
        raise _no_receipt("The receipt names no model or no sequence.")
    numbers = {_shown(name): Numbers.read(one) for name, one in said["numbers"].items()}
    made_with = {_shown(name): _shown(version) for name, version in said["made_with"].items()}
    return Receipt(said["kind"], str(said["sentence"]), inputs, models, dict(said["settings"]), numbers, made_with)


def _shown(text: object) -> str:
    """A text that `genoviz verify` prints: without signs that tell a terminal what to do."""
    if not isinstance(text, str) or not text.isprintable():
        raise _no_receipt("A name in the receipt has signs that can't be shown.")
    return text


def _no_receipt(read: str) -> BadReceipt:
    return BadReceipt(
        read,
        "A receipt is a JSON file that genoviz wrote beside a result.",
        "Give such a file, for example of the button Receipt, or of the option --receipt.",
    )
