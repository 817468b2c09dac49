"""A reader of pickles in which nothing can run.

A pickle is a small program: it may name any function of any installed package and have it called. Python's own unpickler
carries it out. Here the program's steps are read (by `pickletools`, which only parses) and followed by a machine that knows
containers, letters and numbers. Every other name becomes a `Stub`, which keeps what it was called with and does nothing.
The machine has no step that imports, or that calls something which the file names.

Readers of one format give meaning to a few names: `known` is a table of *our* functions, asked by the text of the name.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any

MOST_STEPS = 20_000_000  # of a pickle; a module of a thousand tensors has about 50,000
MOST_PER_BYTE = 100  # entries that may be copied for a byte of the file, above which it is made to fill the memory


class Made:
    """What a function of ours makes, if the file sets its attributes afterwards."""

    def set_state(self, state: Any) -> None:
        """Called with those attributes, as the file has them."""


class Stub:
    """A name that a pickle asks for, or what it would have made by calling that name: inert.

    Attributes
    ----------
    name
        `module.name` as the file has it.
    given
        What it was called with; empty for a name that was not called.
    state
        What the file would have set as its attributes; None where it sets none.
    items
        What the file would have put into it, where it is a container of a class of its own: `[(key, value), ...]` for
        mappings, the values for lists.
    """

    __slots__ = ("called", "given", "items", "name", "state")

    def __init__(self, name: str, given: tuple[Any, ...] = (), *, called: bool = False) -> None:
        self.name, self.given, self.called = name, given, called
        self.state: Any = None
        self.items: list[Any] = []

    def __repr__(self) -> str:
        return f"<{self.name}, not run>"


Known = Mapping[str, Callable[..., Any]]
_MARK = object()
_PLAIN = {"builtins", "__builtin__"}
_EMPTY: dict[str, Callable[[], Any]] = {"EMPTY_LIST": list, "EMPTY_DICT": dict, "EMPTY_SET": set}
_VALUES = frozenset(
    {"INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"}
    | {"STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"}
    | {"BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"}
)
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


_SIMPLE = (str, bytes, int, float, type(None), Stub)


def _keys(keys: Iterable[Any]) -> list[Any]:
    """Keys of a mapping or members of a set: simple ones, or tuples of these. Those of a deep nest would end Python."""
    found = list(keys)
    for key in found:
        if not all(isinstance(part, _SIMPLE) for part in (key if isinstance(key, tuple) else (key,))):
            raise ValueError(f"the pickle has a {type(key).__name__} as a key, which is not read")
    return found


def _ordered(pairs: Iterable[Any] = ()) -> dict[Any, Any]:
    rows = [tuple(pair) for pair in pairs]
    return dict(zip(_keys(row[0] for row in rows), (row[1] for row in rows), strict=True))


def _set(values: Iterable[Any] = ()) -> set[Any]:
    return set(_keys(values))


# Containers of the language, and the way in which protocol 2 writes bytes: text of one byte a letter.
CONTAINERS: Known = {
    "collections.OrderedDict": _ordered,
    "builtins.set": _set,
    "builtins.frozenset": _set,
    "_codecs.encode": lambda text, kind="latin1": text.encode("latin1"),
}


def read_pickle(
    file: IO[bytes], known: Known | None = None, persistent: Callable[[Any], Any] | None = None
) -> tuple[Any, tuple[str, ...]]:
    """What a pickle describes, and the names in it that were left alone.

    Parameters
    ----------
    file
        Opened for reading bytes; it is read up to the end of one pickle.
    known
        Functions of our own for names of the file, beside those of containers.
    persistent
        Called with what the file writes in place of an object that is stored elsewhere.

    Returns
    -------
    content : object
        Containers, letters and numbers, what `known` made, and a `Stub` in place of everything else.
    stubs : tuple of str
        Names that became stubs, sorted.

    Raises
    ------
    ValueError
        If it is no pickle, is damaged, or is made to fill the memory. Functions of `known` may raise what they like.
    """
    machine = _Machine({**CONTAINERS, **(known or {})}, persistent)
    try:
        for count, (step, value, place) in enumerate(pickletools.genops(file)):
            if count > MOST_STEPS or machine.copied > MOST_PER_BYTE * ((place or 0) + 1000):
                raise ValueError("the pickle is made to fill the memory")
            if step.name == "STOP":
                return machine.stack[-1], tuple(sorted(machine.stubs))
            machine.follow(step.name, value)
    except (IndexError, KeyError, TypeError, AttributeError, RecursionError, UnicodeError) as error:
        raise ValueError(f"the pickle is damaged ({type(error).__name__}: {error})") from error
    raise ValueError("the pickle has no end")


class _Machine:
    """Stack and memory of a pickle; one method per kind of step."""

    def __init__(self, known: Known, persistent: Callable[[Any], Any] | None) -> None:
        self.known, self.persistent = known, persistent
        self.stack: list[Any] = []
        self.memory: dict[int, Any] = {}
        self.stubs: set[str] = set()
        self.copied = 0  # entries of what our functions made

    def follow(self, step: str, value: Any) -> None:
        """Carry out one step."""
        if step in _VALUES:
            self.stack.append(value)
        elif step in _CONSTANTS:
            self.stack.append(_CONSTANTS[step])
        elif step in _EMPTY:
            self.stack.append(_EMPTY[step]())
        elif step in _TUPLES:
            count = _TUPLES[step]
            self.stack[-count:] = [tuple(self.stack[-count:])]
        elif step not in ("PROTO", "FRAME"):
            method = getattr(self, f"_{step.lower()}", None)
            if method is None:
                raise ValueError(f"the pickle has the step {step}, which is not read")
            method(value)

    # ---- the stack and the memory -----------------------------------------------------------------

    def _mark(self, _: Any) -> None:
        self.stack.append(_MARK)

    def _since_mark(self) -> list[Any]:
        place = len(self.stack) - 1
        while self.stack[place] is not _MARK:
            place -= 1
            if place < 0:
                raise ValueError("the pickle is damaged (no mark)")
        found = self.stack[place + 1 :]
        del self.stack[place:]
        return found

    def _pop(self, _: Any) -> None:
        self.stack.pop()

    def _pop_mark(self, _: Any) -> None:
        self._since_mark()

    def _dup(self, _: Any) -> None:
        self.stack.append(self.stack[-1])

    def _put(self, place: int) -> None:
        self.memory[place] = self.stack[-1]

    _binput = _long_binput = _put

    def _memoize(self, _: Any) -> None:
        self.memory[len(self.memory)] = self.stack[-1]

    def _get(self, place: int) -> None:
        self.stack.append(self.memory[place])

    _binget = _long_binget = _get

    # ---- containers -------------------------------------------------------------------------------

    def _tuple(self, _: Any) -> None:
        self.stack.append(tuple(self._since_mark()))

    def _list(self, _: Any) -> None:
        self.stack.append(self._since_mark())

    def _dict(self, _: Any) -> None:
        values = self._since_mark()
        self.stack.append(dict(zip(_keys(values[::2]), values[1::2], strict=True)))

    def _frozenset(self, _: Any) -> None:
        self.stack.append(_set(self._since_mark()))

    def _append(self, _: Any) -> None:
        value = self.stack.pop()
        _items(self.stack[-1]).append(value)

    def _appends(self, _: Any) -> None:
        values = self._since_mark()
        _items(self.stack[-1]).extend(values)

    def _additems(self, _: Any) -> None:
        values, goal = self._since_mark(), self.stack[-1]
        if isinstance(goal, Stub):
            goal.items.extend(values)
        elif isinstance(goal, set):
            goal.update(_keys(values))
        else:
            raise ValueError("the pickle is damaged (members of what is no set)")

    def _setitem(self, _: Any) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._fill([(key, value)])

    def _setitems(self, _: Any) -> None:
        values = self._since_mark()
        self._fill(list(zip(values[::2], values[1::2], strict=True)))

    def _fill(self, pairs: list[tuple[Any, Any]]) -> None:
        goal = self.stack[-1]
        if isinstance(goal, Stub):
            goal.items.extend(pairs)
        elif isinstance(goal, dict):
            goal.update(zip(_keys(key for key, _ in pairs), (value for _, value in pairs), strict=True))
        else:
            raise ValueError("the pickle is damaged (entries of what is no mapping)")

    # ---- names, and what the file would call ------------------------------------------------------

    def _global(self, text: str) -> None:
        module, name = text.split(" ", 1)  # as pickletools joins them
        self.stack.append(Stub(f"builtins.{name}" if module in _PLAIN else f"{module}.{name}"))

    def _stack_global(self, _: Any) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        self._global(f"{module} {name}")

    def _reduce(self, _: Any) -> None:
        given, goal = self.stack.pop(), self.stack.pop()
        self.stack.append(self._made(goal, given))

    def _newobj(self, _: Any) -> None:
        self._reduce(None)

    def _newobj_ex(self, _: Any) -> None:
        self.stack.pop()  # arguments by name: kept by no class that is known here
        self._reduce(None)

    def _obj(self, _: Any) -> None:
        goal, *given = self._since_mark()
        self.stack.append(self._made(goal, tuple(given)))

    def _inst(self, text: str) -> None:
        given = tuple(self._since_mark())
        self._global(text)
        self.stack.append(self._made(self.stack.pop(), given))

    def _made(self, goal: Any, given: Any) -> Any:
        """What stands in place of `goal(*given)`: made by a function of ours, or a stub."""
        if not isinstance(goal, Stub) or not isinstance(given, tuple):
            raise ValueError("the pickle is damaged (a call of what is no name)")
        function = None if goal.called else self.known.get(goal.name)
        if function is not None:
            made = function(*given)
            self.copied += len(made) if isinstance(made, (dict, set, bytes)) else 1
            return made
        self.stubs.add(goal.name)
        return Stub(goal.name, given, called=True)

    def _build(self, _: Any) -> None:
        state, goal = self.stack.pop(), self.stack[-1]
        if isinstance(goal, Stub):
            goal.state = state
        elif isinstance(goal, Made):
            goal.set_state(state)
        elif not isinstance(goal, dict):  # attributes of a container say nothing that is read
            raise ValueError("the pickle is damaged (attributes of what has none)")

    def _binpersid(self, _: Any) -> None:
        self._persid(self.stack.pop())

    def _persid(self, what: Any) -> None:
        if self.persistent is None:
            raise ValueError("the pickle names objects that are stored elsewhere")
        self.stack.append(self.persistent(what))


def _items(goal: Any) -> list[Any]:
    if isinstance(goal, Stub):
        return goal.items
    if isinstance(goal, list):
        return goal
    raise ValueError("the pickle is damaged (entries of what is no list)")
