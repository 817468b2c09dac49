"""Plans: a function and a length, recorded and turned into a program once."""

from __future__ import annotations

import threading

import torch
from torch import Tensor

from genoviz.errors import BadInput
from genoviz.incremental.activations import Activations
from genoviz.incremental.explain import describe
from genoviz.incremental.graph import build, matches
from genoviz.incremental.policy import Policy
from genoviz.incremental.program import Program
from genoviz.incremental.recording import Function, NotRecordable, record
from genoviz.incremental.reference import Reference
from genoviz.incremental.windows import WorkspacePool

LONGEST = 50_000  # bases; beyond, the recording alone could take more memory than there is


class Plan(Policy):
    """How to compute mutants of sequences of one length through one function. Made by `plan`; safe to share by threads."""

    def __init__(self, function: Function, length: int, memory: int, tolerance: float, seed: int) -> None:
        super().__init__(function, length, memory, tolerance, seed)
        self.reference_limit = memory
        self.pool = WorkspacePool()
        self._lock = threading.RLock()
        self._analysed = False

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
        found: Reference | None = None
        if not self.meets_hooks():
            if not self._analysed or (self.program is not None and self.program.graph.is_stale()):
                self._analyse(x)
            found = self._trace(x)
            # else the function itself has changed since
            if found is None and self.plain_because is None and not self.prefers_plain:
                self._analyse(x)
                found = self._trace(x)
                if found is None and not self.prefers_plain:
                    self.fall_back("the operations differ from sequence to sequence", loud=False)
        return found or Reference(self, self.pool, x, self.plainly_timed(x[None].clone())[0].clone())

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

    def _analyse(self, x: Tensor) -> None:
        """Record the function and make the program."""
        if self.leaves_small_maps and not self._analysed:
            if self.is_small_map(x):
                self._analysed = True
                return
        else:
            self.plainly(x[None].clone())
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
            self.begin(program, reason)
            self._analysed = True

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

    def _trace(self, x: Tensor) -> Reference | None:
        """A reference with what its mutants need, if the program does what the function does for this sequence."""
        program = self.program
        if program is None or self.plain_because is not None or self.prefers_plain:
            return None
        try:
            recording = record(self.function, x[None])
            values = matches(program.graph, recording, 1)
            if values is None:  # e.g. squeeze() also drops a batch axis of one
                recording = record(self.function, x[None].repeat(2, 1, 1))
                values = matches(program.graph, recording, 2)
        except NotRecordable as error:
            self.fall_back(str(error), loud=False)
            return None
        if values is None:
            return None
        activations = Activations(x, {index: values[index] for index in program.kept if index in values})
        value = values[program.output.index].reshape(-1).clone()
        return Reference(self, self.pool, x, value, (program, activations))


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
