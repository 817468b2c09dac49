"""What the tools answer: their output schemas are made from these classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict  # pydantic reads no other on Python 3.11

from genoviz.models.provenance import identity
from genoviz.report.notice import NOTICE

if TYPE_CHECKING:
    from genoviz.models.card import ModelCard

Row = dict[str, Any]


class Refusal(TypedDict):
    """Why a tool has no answer: what was read, what is accepted, and what to do."""

    read: str
    accepted: str
    fix: str


class MadeWith(TypedDict):
    """Model, checksum of its weights (empty for weights set by hand) and version of genoviz."""

    model: str
    sha256: str
    version: str


class Models(TypedDict):
    """Models, one row each; `left_out` of them fit as well but were not listed."""

    sentence: str
    models: list[Row]
    left_out: int


class Card(TypedDict):
    """A model's card: what it is good for and not for, its outputs, its held-out scores, its limits."""

    sentence: str
    card: Row


class OpenAnswer(TypedDict):
    """A sequence that is open: later calls name it by its handle."""

    sentence: str
    handle: str
    name: str
    bases: int
    model: str
    track: str
    notices: list[str]


class Answer(TypedDict):
    """What every answer of a model has."""

    sentence: str
    target: str
    notices: list[str]
    link: str
    receipt: str
    made_with: MadeWith
    limits: str


class Predicted(Answer):
    """A prediction, how it stands among held-out sequences, and how good the model is."""

    value: float | None
    unit: str
    logit: float | None
    logit_unit: str
    percentiles: dict[str, float]
    standing: str
    calibrated: float | None
    held_out: str
    unlike_training: list[str]


class Explained(Answer):
    """Which stretches made the model say it, and whether that can be trusted."""

    method: str
    baseline: str
    value: float | None
    unit: str
    blocks: list[Row]
    completeness: str
    light: str
    trust: str
    checks: list[Row]
    check_seconds: float
    table: str


class MutationMap(Answer):
    """The strongest substitutions, or only what they would cost."""

    computed: bool
    variants: int
    seconds: float
    value: float | None
    unit: str
    window: str
    strongest: list[Row]
    table: str


class Edited(Answer):
    """An edited sequence under a handle of its own, and what the edits changed."""

    handle: str
    edits: list[str]
    before: float | None
    after: float | None
    change: float | None
    unit: str


class Effect(Answer):
    """What a variant does to a model's output, and how that stands among random changes."""

    variant: str
    genome: str
    assembly: str
    effect: Row
    percentile: float | None
    standing: str
    held_out: str
    links: dict[str, str]


class JobState(TypedDict):
    """A run over many variants: rows of the result as soon as it is done, as many as were given."""

    sentence: str
    job: str
    state: str
    share: float
    records: int
    scored: int
    skipped: dict[str, int]
    rows: list[Row]
    table: str


class Compared(TypedDict):
    """How far several explanations of one sequence agree."""

    sentence: str
    notices: list[str]
    rows: list[Row]
    pairs: list[Row]
    contested: list[Row]
    link: str
    receipt: str
    limits: str


class Verified(TypedDict):
    """Whether the result of a receipt came out again; `rows` has each array with its largest difference."""

    sentence: str
    verdict: str
    kind: str
    models: str
    changed: list[str]
    rows: list[Row]


def answer(
    card: ModelCard, *, sentence: str, target: str, link: str, receipt: str, notices: list[str], **rest: object
) -> Mapping[str, Any]:
    """An answer of a model with what every one has."""
    made_with = {key: str(value or "") for key, value in identity(card).items()}
    return {
        "sentence": sentence,
        "target": target,
        "notices": notices,
        "link": link,
        "receipt": receipt,
        "made_with": made_with,
        "limits": NOTICE,
        **rest,
    }
