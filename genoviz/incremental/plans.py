"""Plans: a function and a length, recorded and turned into a program once."""

from __future__ import annotations

import threading
import warnings
from dataclasses import dataclass

import torch
from torch import Tensor

from genoviz.errors import BadInput

from .block import Activations
from .explain import describe
from .graph import Function, NotRecordable, build, matches, record
from .hooks import hooked_module
from .program import Program
from .reference import Reference
from .windows import WorkspacePool

FASTER = 0.9  # share of the plain time that counts as faster, with a margin for noise
LONGEST = 50_000  # bases; beyond, the recording alone could take more memory than there is
PLAIN_BYTES = 8e6  # of the largest activation of a plain batch


class EngineFallback(UserWarning):
    """The incremental result differed from plain computation, or could not be trusted; plain computation is used."""


@dataclass
class _Measured:
    """Seconds per edit."""

    incremental: float | None = None
    plain: float | None = None


class Plan:
    """How to compute mutants of sequences of one length through one function. Made by `plan`; safe to share by threads.

    Attributes
    ----------
    error : float or None
        Largest difference to plain computation in the last self-check, relative to the largest output.
    """

    def __init__(self, function: Function, length: int, memory: int, tolerance: float, seed: int) -> None:
        self.function, self.length, self.memory, self.tolerance, self.seed = function, length, memory, tolerance, seed
        self.error: float | None = None
        self.program: Program | None = None
        self.plain_because: str | None = None
        self.hooked: str | None = None
        self.prefers_plain = False
        self.faster_share = FASTER
        self.reference_limit = memory
        self.measured = _Measured()
        self.pool = WorkspacePool()
        self._lock = threading.RLock()
        self._analysed = False
        self._checks = 0

    def explain(self) -> str:
        """What is done with every operation, and which path was chosen and why.

        Returns
        -------
        str
            One line per operation: name, rule, window, share of the work; or "full computation" and why.
        """
        return describe(self)

    def reference(self, x: Tensor) -> Reference:
        """Compute one sequence once, keeping what its mutants need.

        Parameters
        ----------
        x : Tensor
            (4, length) or (1, 4, length), float32, one-hot; a column of zeros is an N, soft columns are allowed.

        Returns
        -------
        Reference

        Raises
        ------
        BadInput
            `x` has another shape or type, or holds numbers that are not finite.
        """
        x = self._check_input(x)
        if self.meets_hooks():
            with torch.no_grad():
                plain = self._check_output(self.function(x[None].clone()), 1)[0]
            return Reference(self, x, plain.clone(), None)
        if not self._analysed or (self.program is not None and self.program.graph.is_stale()):
            self._analyse(x)
        program = self.program
        activations: Activations | None = None
        value: Tensor | None = None
        if program is not None and self.plain_because is None:
            activations, value = self._capture(program, x)
            if activations is None and self.plain_because is None:  # the function itself has changed since
                self._analyse(x)
                program = self.program
                if program is not None and self.plain_because is None:
                    activations, value = self._capture(program, x)
                if activations is None:
                    self.fall_back("the operations differ from sequence to sequence", loud=False)
        if value is None:
            with torch.no_grad():
                value = self.function(x[None].clone())
            value = self._check_output(value, 1)[0]
        return Reference(self, x, value.clone(), activations)

    @property
    def follows(self) -> bool:
        """Whether mutants are computed from what they change; else plainly, because the engine can't, is slower or met hooks."""
        return self.plain_because is None and not self.prefers_plain and self.hooked is None

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

    def _check_input(self, x: Tensor) -> Tensor:
        accepted = f"A float32 tensor of shape (4, {self.length}) or (1, 4, {self.length}) is accepted."
        if not isinstance(x, Tensor) or x.dtype != torch.float32:
            kind = str(x.dtype) if isinstance(x, Tensor) else type(x).__name__
            raise BadInput(f"A sequence of type {kind}.", accepted, "Convert it with .float().")
        if tuple(x.shape) not in ((4, self.length), (1, 4, self.length)):
            raise BadInput(f"A sequence of shape {tuple(x.shape)}.", accepted, "Make a plan for this length.")
        if not bool(torch.isfinite(x).all()):
            raise BadInput("A sequence with numbers that are not finite.", accepted, "Use zeros for unknown bases.")
        return x.detach().reshape(4, self.length).clone().contiguous()

    def _check_output(self, y: Tensor, rows: int) -> Tensor:
        if not isinstance(y, Tensor) or y.dim() not in (1, 2) or y.shape[0] != rows:
            shape = tuple(y.shape) if isinstance(y, Tensor) else type(y).__name__
            raise BadInput(
                f"A function that turns {rows} sequences into {shape}.",
                "(batch,) or (batch, outputs) is accepted.",
                "Reduce the model's output to a few numbers per sequence inside the function.",
            )
        return y if y.dim() == 2 else y[:, None]

    def _analyse(self, x: Tensor) -> None:
        """Record the function and make the program."""
        with torch.no_grad():
            self._check_output(self.function(x[None].clone()), 1)
        program, reason = None, None
        try:
            program = self._make_program(x)
            if program.reference_bytes() > self.reference_limit:
                reason = "the reference activations would exceed the memory budget"
        except NotRecordable as error:
            reason = str(error)
        except (
            Exception
        ) as error:  # the function works, so whatever failed is ours: it must not become the user's problem
            reason = f"it could not be recorded ({type(error).__name__}: {error})"
        # The function is never called under the lock: it may wait for a lock of its own. Two threads that come here
        # together record twice.
        with self._lock:
            self.program, self.plain_because, self.prefers_plain = program, reason, False
            self.measured, self._checks, self._analysed = _Measured(), 0, True

    def _make_program(self, x: Tensor) -> Program:
        if x.device.type != "cpu":
            raise NotRecordable("the engine is made for CPUs")
        if self.length > LONGEST:
            raise NotRecordable(f"it keeps all inner results, of inputs up to {LONGEST:,} bases")
        generator = torch.Generator().manual_seed(self.seed)
        # Rows that differ, so that a constant computed from the sequences shows itself.
        rows = [x, *(x[:, torch.randperm(self.length, generator=generator)] for _ in range(2))]
        two = record(self.function, torch.stack(rows[:2]))
        three = record(self.function, torch.stack(rows))
        program = Program(build(two, three), self.length)
        for node in program.graph.nodes:
            node.value = None
        return program

    def _capture(self, program: Program, x: Tensor) -> tuple[Activations | None, Tensor | None]:
        """Activations of a new sequence and its prediction."""
        try:
            recording = record(self.function, x[None])
            values = matches(program.graph, recording, 1)
            if values is None:  # e.g. squeeze() also drops a batch axis of one
                recording = record(self.function, x[None].repeat(2, 1, 1))
                values = matches(program.graph, recording, 2)
        except NotRecordable as error:
            self.fall_back(str(error), loud=False)
            return None, None
        if values is None:
            return None, None
        value = values[program.output.index].reshape(-1)
        return Activations(program, x, values), value

    def plain_rows(self) -> int:
        """Sequences per plain forward pass: more no longer fit the cache and cost time."""
        if self.program is None:
            return 16
        largest = self.program.full_bytes()
        return max(1, min(32, max(4, int(PLAIN_BYTES // largest)), self.memory // (8 * largest)))

    def check_seed(self) -> int:
        """For the choice of edits to verify: others every time."""
        return self.seed + self._checks

    def check_count(self, edits: int) -> int:
        """Edits to verify after a map of so many: more at first use, one after a click on a letter."""
        self._checks += 1
        if self._checks == 1:
            return max(4, min(8, edits // 100))
        return 1 if edits < 8 else max(2, min(6, edits // 300))


def plan(
    function: Function, length: int, *, memory: int = 1_000_000_000, tolerance: float = 1e-4, seed: int = 0
) -> Plan:
    """Plan the mutagenesis of sequences of one length through one function.

    Parameters
    ----------
    function : callable
        (batch, 4, length) to (batch,) or (batch, outputs): the target of a model. What the target does not look at is not
        computed. It is recorded at the first `Plan.reference`, and must not change its module while it runs.
    length : int
        Bases per sequence.
    memory : int
        Bytes that one call may use for activations; decides how many edits are computed together.
    tolerance : float
        Largest accepted difference to plain computation in the self-check, relative to the largest output.
    seed : int
        For the choice of edits that are checked.

    Returns
    -------
    Plan
    """
    if length < 1 or memory < 1_000_000 or not tolerance > 0:
        raise BadInput(
            f"A plan with length {length}, memory {memory} and tolerance {tolerance}.",
            "length >= 1, memory >= 1,000,000 bytes and tolerance > 0 are accepted.",
            "Change the value that is too small.",
        )
    return Plan(function, length, memory, tolerance, seed)
