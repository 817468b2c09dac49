"""Short ways to ask a bundled model, shared by the exercises."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from functools import lru_cache
from typing import TYPE_CHECKING

from genoviz.errors import BadInput
from genoviz.learn.exercise import model
from genoviz.lessons.example import Example
from genoviz.lessons.examples import get_example
from genoviz.sequences.sequence import Sequence

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.models.target import Target
    from genoviz.mutagenesis.saturation import Mutagenesis


def example(key: str) -> Example:
    """A bundled example that must be there."""
    found = get_example(key)
    if found is None:
        raise BadInput(f"The example `{key}` is missing.", "Lessons use bundled examples.", "Correct the exercise.")
    return found


def target(name: str, track: str, scale: str = "logit") -> Target:
    """The target of a track."""
    from genoviz.models.target import Target

    return Target.parse(f"{track}@{scale}", model(name).card)


@lru_cache(maxsize=512)
def _value(name: str, track: str, letters: str, scale: str) -> float:
    from genoviz.models.onehot import encode
    from genoviz.predict.prediction import evaluate

    net = model(name)
    return float(evaluate(target(name, track, scale).of(net), net, encode(letters))[0])


def value(name: str, track: str, letters: str, scale: str = "logit") -> float | None:
    """What a model says of letters; None where they are not as many as it reads."""
    if len(letters) != model(name).card.length:
        return None
    return _value(name, track, letters, scale)


@lru_cache(maxsize=32)
def mutations(name: str, track: str, letters: str, scale: str = "logit") -> Mutagenesis:
    """The mutation map."""
    from genoviz.mutagenesis.saturation import saturate

    return saturate(model(name), Sequence(letters), target(name, track, scale))


@lru_cache(maxsize=32)
def contributions(name: str, track: str, letters: str) -> Attribution:
    """The usual explanation: DeepLIFT against shuffled references."""
    from genoviz.attribute.attribution import attribute

    return attribute(model(name), Sequence(letters), target(name, track))


def changed(before: str, after: str) -> tuple[int, ...] | None:
    """Places (from 0) at which letters of equal length differ; None where lengths differ."""
    if len(before) != len(after):
        return None
    return tuple(i for i, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1])


def with_base(letters: str, place: int, base: str) -> str:
    """The letters with another base at a place (from 0)."""
    return letters[:place] + base + letters[place + 1 :]


def listed(words: Seq[str]) -> str:
    """`a, b and c`."""
    return " and ".join([*([", ".join(words[:-1])] if len(words) > 1 else []), *words[-1:]])
