"""The tasks of lessons: what is shown, how an answer is graded against what is computed, and the way to find one.

A class of an exercise is made for one kind of answer (`PickBase` and the others below). An exercise has no state of its own and
serves all sessions; what is dear is kept by functions of its module.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from genoviz.errors import UnknownName
from genoviz.learn.scene import Scene

if TYPE_CHECKING:
    from genoviz.models.base import Model

A = TypeVar("A")
Watch = Callable[[float, str], None]  # told the share done and a few words
Values = dict[str, float | str | None]
Columns = tuple[tuple[float, float, float, float], ...]  # weights of A, C, G, T at each place of a filter


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and a sentence about this very answer."""

    right: bool
    words: str


class Exercise(ABC, Generic[A]):
    """One task.

    `kind` names how it is answered. An answer is what the class below says; None where nothing was chosen yet.
    """

    kind: ClassVar[str]
    button: ClassVar[str] = "Check"

    @abstractmethod
    def scene(self, answer: A | None = None) -> Scene:
        """What is shown while this is the answer."""

    @abstractmethod
    def grade(self, answer: A, watch: Watch | None = None) -> Verdict:
        """The verdict on an answer, by computed truth."""

    @abstractmethod
    def solution(self) -> A:
        """A right answer, found by computing."""

    @abstractmethod
    def mistake(self) -> A:
        """A wrong answer that a student may well give."""

    def facts(self) -> dict[str, str]:
        """Words, computed, for the names between braces in the step's text."""
        return {}

    def proof(self) -> Scene | None:
        """What is shown beside the explanation once the step is done; None for nothing."""
        return None


class PickBase(Exercise[int]):
    """Answered by a click on a base: its place, from 0."""

    kind = "base"


class PickBases(Exercise[tuple[int, ...]]):
    """Answered by clicks that switch bases on and off: their places, from 0, sorted."""

    kind = "bases"


class PickStretch(Exercise[tuple[int, int]]):
    """Answered by a selection: its start and end (0-based, half-open)."""

    kind = "stretch"


class EditSequence(Exercise[str]):
    """Answered by editing: the edited letters. The picture of `scene()` has the sequence to begin with."""

    kind = "edit"


class SetValues(Exercise[Values]):
    """Answered with the controls of the scene: their values by name."""

    kind = "values"


class Train(Exercise[Values]):
    """Answered with the controls of the scene and a training: their values by name. `grade` trains."""

    kind = "train"
    button = "Train"


class BuildFilter(Exercise[Columns]):
    """Answered with a table: one column of weights (A, C, G, T) for each of its `width` places."""

    kind = "filter"
    width: ClassVar[int] = 6


@lru_cache(maxsize=256)
def get_exercise(name: str) -> Exercise[Any]:
    """An exercise by the name that a lesson's text has: `module.name`.

    Raises
    ------
    UnknownName
        If there is none.
    """
    module, _, short = name.partition(".")
    path = f"genoviz.learn.exercises.{module}"
    table: dict[str, type[Exercise[Any]]] = import_module(path).EXERCISES if find_spec(path) else {}
    if short not in table:
        raise UnknownName.among("exercise", name, [f"{module}.{one}" for one in table])
    return table[short]()


@lru_cache(maxsize=6)
def model(name: str) -> Model:
    """A loaded model; lessons share those that they use."""
    from genoviz.models.load import load_model

    return load_model(name)
