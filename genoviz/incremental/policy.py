"""Plain or incremental: the verdict on every function, its reasons, and what it is judged by."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from genoviz.errors import BadInput
from genoviz.incremental.batches import ALL, USUAL, BatchSizes
from genoviz.incremental.hooks import hooked_module
from genoviz.incremental.program import Program
from genoviz.incremental.recording import Function

FASTER = 0.9  # share of the plain time that counts as faster, with a margin for noise
# times faster than the few sequences of a check, and than a small plain batch: a large one can't change the verdict
CERTAINLY_FEW, CERTAINLY = 2.5, 1.5
LONG_MAP = 1000  # edits; in maps from there on the clock is asked on the way
CLEARLY_FEWER = 4.0  # times fewer products: the incremental path needs no comparison before the map
NOTES = 3  # blocks of edits that are timed
FEW = 4  # sequences of a pass that says something of large batches
SMALL_MAP = 0.045  # seconds of a plain map that takes no more time than the recording ...
SMALL_SHARE = 3.0  # ... if its usual batches cost at most so many times what few sequences cost


class EngineFallback(UserWarning):
    """The incremental result differed from plain computation, or could not be trusted; plain computation is used."""


@dataclass
class _Measured:
    """Seconds per edit."""

    incremental: float | None = None
    plain: float | None = None
    rows: int = 0  # of the largest plain batch that was timed
    alone: float = 0.0  # a pass of one sequence


class Policy:
    """How mutants through one function are computed: from what they change, or plainly.

    Plain computation is chosen where the engine cannot follow the function, meets hooks, is not faster, or was wrong.

    Attributes
    ----------
    program : Program or None
        The incremental computation; None before the function was recorded, or if it cannot be.
    error : float or None
        Largest difference to plain computation in the last self-check, relative to the largest output.
    plain_because : str or None
        Why the engine cannot be used.
    hooked : str or None
        The module that carried hooks when last seen.
    prefers_plain : bool
        Whether plain computation was measured to be as fast, or no operation has a rule.
    judged : bool
        Whether it is known which way is faster; kept as long as the program.
    leaves_small_maps : bool
        Whether a network is not even recorded if its whole map takes less time than that; False unless set.
    batch_sizes : BatchSizes
        How many sequences a plain forward pass takes.
    """

    def __init__(self, function: Function, length: int, memory: int, tolerance: float, seed: int) -> None:
        self.function, self.length, self.memory, self.tolerance, self.seed = function, length, memory, tolerance, seed
        self.faster_share = FASTER
        self.leaves_small_maps = False
        self.error: float | None = None
        self.hooked: str | None = None
        self.begin(None, None)

    def begin(self, program: Program | None, plain_because: str | None) -> None:
        """Start anew with another program, of which nothing is measured yet."""
        self.program, self.plain_because = program, plain_because
        # Where no operation has a rule there is nothing to gain, and a clock is not needed.
        self.prefers_plain = program is not None and not program.saves()
        self.measured, self._checks, self._notes, self._doubted = _Measured(), 0, 0, False
        self.judged = program is not None and program.saves_clearly(CLEARLY_FEWER)
        self.batch_sizes = BatchSizes(None if program is None else program.full_bytes(), self.memory)

    # -- the verdict --------------------------------------------------------------------------------------------------

    @property
    def follows(self) -> bool:
        """Whether mutants are computed from what they change; else in full, because the engine can't, is slower, met hooks,
        or has a rule for none of the operations."""
        if self.plain_because is not None or self.prefers_plain or self.hooked is not None:
            return False
        return self.program is None or self.program.saves()

    @property
    def is_small(self) -> bool:
        """Whether a whole map takes less time than recording the network, so that it was not recorded."""
        return self.program is None and self.prefers_plain

    def verdict(self) -> str:
        """The path taken, and why, in words."""
        reason = self.plain_because if self.hooked is None else f"{self.hooked} carries hooks"
        if reason is not None:
            return f"Path: plain (full computation of everything): {reason}."
        if self.is_small:
            return "Path: plain, because a whole map takes less time than recording the network."
        if self.program is None:
            return "Not analysed yet: call reference(x) first."
        if not self.program.saves():
            return "Path: plain, because no operation has a rule here."
        path = "incremental"
        times = self.measured
        if times.incremental is None:
            return f"Path: {path}; not measured yet."
        ratio = f"{1e3 * times.incremental:.3g} ms per edit"
        if times.plain:
            ratio += f" against {1e3 * times.plain:.3g} ms plainly"
        return f"Path: plain, because it is as fast ({ratio})." if self.prefers_plain else f"Path: {path} ({ratio})."

    def meets_hooks(self) -> bool:
        """Whether a module carries hooks at the moment; said loudly, since their effects cannot be followed."""
        found = hooked_module(self.function)
        if found is not None and self.hooked != found:
            message = f"{found} carries hooks, whose effects the engine cannot follow. Plain computation is used."
            warnings.warn(message[0].upper() + message[1:], EngineFallback, stacklevel=4)
        self.hooked = found
        return found is not None

    def fall_back(self, reason: str, *, loud: bool) -> None:
        """Compute plainly from now on."""
        self.plain_because = reason
        if loud:
            message = f"The incremental engine is off for this function: {reason}. Plain computation is used."
            warnings.warn(message, EngineFallback, stacklevel=4)

    # -- self-check ---------------------------------------------------------------------------------------------------

    def choose(self, items: Sequence[int]) -> list[int]:
        """Items to verify after a map: both ends and some in between, others every time."""
        count = self.check_count(len(items))
        if len(items) <= count or count == 0:
            return list(items[:count])
        generator = torch.Generator().manual_seed(self.seed + self._checks)
        chosen = torch.randperm(len(items), generator=generator)[: max(0, count - 2)].tolist()
        return [items[0], items[-1], *(items[i] for i in chosen)]

    def check_count(self, edits: int) -> int:
        """Edits to verify after a map of so many: more at first use, one after a click on a letter."""
        self._checks += 1
        if self._checks == 1:
            return min(edits, 8) if self.is_open else max(4, min(8, edits // 100))
        return 1 if edits < 8 else max(2, min(6, edits // 300))

    def agrees(self, mine: Tensor, plain: Tensor, value: Tensor) -> bool:
        """Self-check, with the reference's prediction `value`; on failure the engine is switched off, loudly.

        A number that is nan or infinite in both is no difference: the function gives that.
        """
        known = torch.isfinite(plain)
        if not torch.equal(known, torch.isfinite(mine)):
            self.error = math.inf
        elif bool(known.any()):
            scale = max(float(plain[known].abs().max()), float(torch.nan_to_num(value).abs().max()), 1e-30)
            self.error = float((mine[known] - plain[known]).abs().max()) / scale
        else:
            return True
        if self.error <= self.tolerance:  # also false for nan
            return True
        reason = f"its results differ from plain computation by {self.error:.1e} of the largest output"
        self.fall_back(reason, loud=True)
        return False

    # -- speed --------------------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether the clock must still decide between the two ways: not where most is saved, and only once."""
        return not self.judged

    @property
    def is_learning(self) -> bool:
        """Whether blocks of edits are still timed. Reading the clock of a thread may take as long as a small network."""
        return not self.judged or self._notes < NOTES

    def note(self, seconds: float) -> None:
        """Learn what an edit took incrementally."""
        known = self.measured.incremental
        self._notes += 1
        self.measured.incremental = seconds if known is None else min(known, seconds)

    def rows_for_clock(self, edits: int) -> int:
        """Edits of a map that plain batches compute, so that the clock can decide: none where the check may show enough."""
        if self.judged or math.isinf(self.faster_share):
            return 0
        if self._doubted:
            return self.batch_sizes.sizes[-1]
        return self.batch_sizes.sizes[0] if edits > LONG_MAP else 0

    def is_faster(self, times: float) -> bool:
        """Whether the incremental path was measured to be so many times faster than plain batches."""
        incremental, plain = self.measured.incremental, self.measured.plain
        return incremental is not None and plain is not None and times * incremental <= plain

    def judge(self, *, lasting: bool) -> None:
        """Decide between the two ways by what edits took.

        `lasting`: whether the incremental path ran long enough to show its lasting speed. If not, and plain batches seem
        faster, the next map is compared as well; also where large plain batches could be faster than the small one was.
        """
        if math.isinf(self.faster_share):
            self.judged = True
        if self.judged or self.measured.incremental is None or self.measured.plain is None:
            return
        few, many, rows = self.batch_sizes.sizes[0], self.batch_sizes.sizes[-1], self.measured.rows
        times = 1 / self.faster_share if self.faster_share else math.inf
        if self.is_faster(times if rows >= many else max(times, CERTAINLY if rows >= few else CERTAINLY_FEW)):
            self.judged = True
        elif rows >= few and not self.is_faster(times) and (lasting or self._doubted):
            self.judged = self.prefers_plain = True
        self._doubted = True

    # -- plain computation --------------------------------------------------------------------------------------------

    def plain_rows(self) -> int:
        """Sequences per plain forward pass: more no longer fit the cache and cost time."""
        return self.batch_sizes.best

    def plainly_timed(self, batch: Tensor) -> Tensor:
        """`plainly`, and learn what it took."""
        rows = len(batch)
        if rows > 1 and not self.batch_sizes.wants(rows) and self.judged:
            return self.plainly(batch)
        # Of this thread: other programs on the computer disturb it less than a clock on the wall.
        began = time.thread_time()
        result = self.plainly(batch)
        seconds = time.thread_time() - began
        if rows == 1:
            self.measured.alone = seconds
        if self.batch_sizes.wants(rows):
            self.batch_sizes.note(rows, seconds)
        if rows >= FEW or self.batch_sizes.sizes[0] < FEW:
            known = self.measured.plain
            self.measured.plain = seconds / rows if known is None else min(known, seconds / rows)
            self.measured.rows = max(self.measured.rows, rows)
        return result

    def is_small_map(self, x: Tensor) -> bool:
        """Whether a whole plain map of `x` takes less time than a recording; from now on maps are computed plainly then."""
        few = self._seconds_of(x, FEW)
        if 3 * self.length / USUAL * SMALL_SHARE * few > SMALL_MAP:
            return False
        usual = self._seconds_of(x, USUAL)
        if 3 * self.length / USUAL * usual > SMALL_MAP or usual > SMALL_SHARE * few:
            return False
        self.prefers_plain = self.judged = True
        self.batch_sizes.settle(ALL)
        return True

    def _seconds_of(self, x: Tensor, rows: int) -> float:
        """Processor time of a plain pass of `rows` times a sequence."""
        batch = x.expand(rows, *x.shape).clone()
        began = time.thread_time()
        self.plainly(batch)
        return time.thread_time() - began

    def plainly(self, batch: Tensor) -> Tensor:
        """(rows, outputs) of a batch from the function itself.

        Raises
        ------
        BadInput
            The function's result has another shape.
        """
        with torch.no_grad():
            y = self.function(batch)
            if isinstance(y, Tensor) and y.dim() in (1, 2) and y.shape[0] == len(batch):
                return y if y.dim() == 2 else y[:, None]
        shape = tuple(y.shape) if isinstance(y, Tensor) else type(y).__name__
        raise BadInput(
            f"A function that turns {len(batch)} sequences into {shape}.",
            "(batch,) or (batch, outputs) is accepted.",
            "Reduce the model's output to a few numbers per sequence inside the function.",
        )
