"""References: one sequence, and the maps of its mutants."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from genoviz.errors import BadInput
from genoviz.incremental.activations import Activations
from genoviz.incremental.batches import NOTHING, mutants
from genoviz.incremental.block import Block, RunBlock, SetBlock, run_tail
from genoviz.incremental.edits import Edit, apply_edits, letters_of
from genoviz.incremental.policy import Policy
from genoviz.incremental.program import LARGEST_RUN, TAIL_ROWS, Program
from genoviz.incremental.windows import WorkspacePool

Progress = Callable[[float], None]
Traced = tuple[Program, Activations]  # of one sequence
Rows = Callable[[Tensor], Tensor]  # edited sequences (rows, 4, length) by the edits' numbers


class Reference:
    """One sequence, computed once; gives the predictions of its mutants. Made by `Plan.reference`.

    Attributes
    ----------
    value : Tensor
        (outputs,) prediction for the sequence itself.
    """

    def __init__(
        self, policy: Policy, pool: WorkspacePool, sequence: Tensor, value: Tensor, traced: Traced | None = None
    ) -> None:
        self._policy, self._pool, self._sequence, self.value, self._traced = policy, pool, sequence, value, traced

    @property
    def follows(self) -> bool:
        """See `Policy.follows`."""
        return self._policy.follows

    # -- maps ---------------------------------------------------------------------------------------------------------

    def saturate(self, start: int = 0, end: int | None = None, *, progress: Progress | None = None) -> Tensor:
        """Prediction for each base at each position (saturation mutagenesis).

        Parameters
        ----------
        start, end : int
            0-based, half-open; the whole sequence by default.
        progress : callable, optional
            Called with the share done; may raise to cancel.

        Returns
        -------
        Tensor
            (4, end - start, outputs). The sequence's own base is filled with `value`; for an N (or a soft column) all four
            bases are computed.
        """
        start, end = self._check_range(start, end)
        letters = letters_of(self._sequence[:, start:end])
        if bool((letters < 4).all()):  # three alternatives each
            order = torch.arange(4).expand(end - start, 4)
            new = order[order != letters[:, None]].view(end - start, 3)
        else:
            new = torch.arange(4).expand(end - start, 4).contiguous()
        rows = self._single(start, new, progress)
        result = self.value.expand(end - start, 4, -1).clone()
        result.scatter_(1, new[:, :, None].expand(-1, -1, result.shape[2]), rows)
        clean = letters < 4
        result[clean, letters[clean]] = self.value
        return result.transpose(0, 1).contiguous()

    def occlude(self, start: int = 0, end: int | None = None, *, progress: Progress | None = None) -> Tensor:
        """Prediction with each position replaced by zeros.

        Parameters
        ----------
        start, end : int
            0-based, half-open; the whole sequence by default.
        progress : callable, optional
            Called with the share done; may raise to cancel.

        Returns
        -------
        Tensor
            (end - start, outputs).
        """
        start, end = self._check_range(start, end)
        return self._single(start, torch.full((end - start, 1), NOTHING), progress)[:, 0]

    def edits(
        self, edit_sets: Sequence[Sequence[Edit]], *, flank: str = "", progress: Progress | None = None
    ) -> Tensor:
        """Prediction for each set of edits, applied together.

        The window keeps its length: bases right of a deletion move left and `flank` (then N) enters at the right end; bases
        right of an insertion move right and fall off the right end.

        Parameters
        ----------
        edit_sets : sequence of sequences of Edit
            The edits of a set may not overlap.
        flank : str
            Bases that follow the sequence, for deletions.
        progress : callable, optional
            Called with the share done; may raise to cancel.

        Returns
        -------
        Tensor
            (sets, outputs).

        Raises
        ------
        BadInput
            An edit lies outside the sequence, overlaps another of its set, or names a wrong letter.
        """
        sets = [tuple(edits) for edits in edit_sets]
        out = self.value.expand(len(sets), -1).clone()
        narrow: list[tuple[int, int, int]] = []  # width, start, set
        wide: list[int] = []
        traced = self._usable()

        def changed_by(rows: Tensor) -> Tensor:
            return torch.stack([apply_edits(self._sequence, sets[i], flank=flank) for i in rows.tolist()])

        for index, edits in enumerate(sets):
            changed = apply_edits(self._sequence, edits, flank=flank)
            places = (changed != self._sequence).any(0).nonzero()
            if len(places) == 0:
                continue
            first, last = int(places[0]), int(places[-1])
            grain = 1 if traced is None else traced[0].granularity
            first -= first % grain
            if traced is not None and last - first + 1 <= max(grain, 16, self._sequence.shape[1] // 4):
                narrow.append((last - first + 1, first, index))
            else:
                wide.append(index)
        report = _Reporter(progress, len(narrow) + len(wide))
        if traced is not None and narrow:
            try:
                self._narrow_sets(traced, sets, flank, sorted(narrow), out, report)
            except _Broken as error:
                self._policy.fall_back(f"it failed ({error})", loud=True)
            checked = self._policy.choose([index for *_, index in narrow])
            plain = self._plain(changed_by, torch.tensor(checked))
            if self._policy.plain_because is not None or not self._policy.agrees(out[checked], plain, self.value):
                wide += [index for _, _, index in narrow]
        self._plain(changed_by, torch.tensor(wide, dtype=torch.long), out, report)
        report.done()
        return out

    # -- internals ----------------------------------------------------------------------------------------------------

    def _check_range(self, start: int, end: int | None) -> tuple[int, int]:
        length = self._sequence.shape[1]
        end = length if end is None else end
        if not 0 <= start < end <= length:
            raise BadInput(
                f"Positions {start} to {end} of a sequence of {length:,} bases.",
                f"0 <= start < end <= {length:,} is accepted.",
                "Choose a stretch inside the sequence; positions count from 0 and end is exclusive.",
            )
        return start, end

    def _usable(self) -> Traced | None:
        """What the incremental path needs, if it is the one to take."""
        policy = self._policy
        if self._traced is None or policy.plain_because is not None or policy.prefers_plain:
            return None
        if self._traced[0].graph.is_stale():
            raise BadInput(
                "A reference computed before the model's weights changed.",
                "A reference is valid as long as the weights stay as they are.",
                "Call plan.reference(x) again.",
            )
        return None if policy.meets_hooks() else self._traced

    def _single(self, start: int, new: Tensor, progress: Progress | None) -> Tensor:
        """(positions, alternatives, outputs) for single-base edits from `start` on."""
        policy, (count, alternatives) = self._policy, new.shape
        out = torch.empty(count, alternatives, len(self.value))
        report = _Reporter(progress, count * alternatives)
        flat = out.view(-1, out.shape[2])

        def edited(rows: Tensor) -> Tensor:
            return mutants(self._sequence, start, new, rows)

        done, end = 0, len(flat)
        traced = self._usable()
        if traced is not None:
            # Where the clock must decide, plain batches compute the last rows: they are needed anyway.
            spared = min(-(-policy.rows_for_clock(len(flat)) // alternatives), count // 2)

            def judge(lasting: bool) -> None:
                nonlocal end
                stop, end = end, alternatives * (count - spared)
                self._plain(edited, torch.arange(end, stop), flat, report)
                policy.judge(lasting=lasting)

            try:
                done = self._incremental_run(traced, start, new[: count - spared], flat, report, judge)
            except _Broken as error:
                policy.fall_back(f"it failed ({error})", loud=True)
            if done:
                checked = policy.choose(range(done))
                if not policy.agrees(flat[checked], self._plain(edited, torch.tensor(checked)), self.value):
                    done = 0
                elif policy.is_open and end == len(flat):
                    judge(False)
        self._plain(edited, torch.arange(done, end), flat, report)
        report.done()
        return out

    def _incremental_run(
        self, traced: Traced, start: int, new: Tensor, flat: Tensor, report: _Reporter, judge: Callable[[bool], None]
    ) -> int:
        """Fill `flat` from the first row on; how many rows were done before plain computation proved faster."""
        program, (count, alternatives) = traced[0], new.shape
        grain = program.granularity
        per_block = min(LARGEST_RUN, program.edits_per_block(self._policy.memory) // alternatives, count + grain)
        per_block = max(grain, per_block // grain * grain)
        first = start // grain * grain
        # positions that no one asked for, left and right of the range, so that blocks start at multiples of the grain
        stop = -(-(start + count) // grain) * grain
        surplus = torch.zeros(1, alternatives, dtype=torch.long)
        padded = torch.cat([surplus.expand(start - first, -1), new, surplus.expand(stop - start - count, -1)])
        with self._pool.borrow() as workspace:

            def blocks() -> Iterator[tuple[Block, int, int]]:
                for place in range(first, stop, per_block):
                    part = padded[place - first : place - first + per_block]
                    block = RunBlock(*traced, workspace, place, part)
                    skip = max(0, start - place) * alternatives
                    take = (min(start + count, place + len(part)) - max(start, place)) * alternatives
                    yield block, skip, take

            done = self._run_blocks(program, blocks(), flat, report, judge)
        return done

    def _run_blocks(
        self,
        program: Program,
        blocks: Iterator[tuple[Block, int, int]],
        flat: Tensor,
        report: _Reporter,
        judge: Callable[[bool], None] | None,
    ) -> int:
        """Run blocks into consecutive rows of `flat`; rows done when the end or a faster plain path is reached.

        `judge` decides between the two ways, told whether the incremental one ran long enough to show its lasting speed.
        """
        done = 0
        waiting: list[tuple[list[Tensor], int, int, int]] = []
        tail_rows = max(1, min(TAIL_ROWS, self._policy.memory // (64 * max(1, program.row_bytes() + 4096))))

        def flush() -> None:
            nonlocal done
            if not waiting:
                return
            parts = [
                torch.cat(column) if len(waiting) > 1 else column[0]
                for column in zip(*(w[0] for w in waiting), strict=True)
            ]
            rows = sum(w[1] for w in waiting)
            result = run_tail(program, rows, parts) if program.tail else parts[0]
            result = result.reshape(rows, -1)
            place = 0
            for _, size, skip, take in waiting:
                flat[done : done + take] = result[place + skip : place + skip + take]
                done, place = done + take, place + size
            waiting.clear()

        for number, (block, skip, take) in enumerate(blocks):
            timed = self._policy.is_learning
            began = time.thread_time() if timed else 0.0
            with torch.inference_mode():
                try:
                    result = block.run()
                except Exception as error:
                    raise _Broken(f"{type(error).__name__}: {error}") from error
                if program.tail:
                    result = [part.clone() if block.workspace.owns(part) else part for part in result]
                waiting.append((result, block.rows, skip, take))
                if not program.tail or sum(w[1] for w in waiting) >= tail_rows or number < 2:
                    flush()
                block.workspace.release_all()
            if timed:
                self._policy.note((time.thread_time() - began) / block.rows)
            report.add(take)
            # The first block also makes the padded copies; the second shows the lasting speed.
            if judge is not None and number == 1 and self._policy.is_open:
                judge(True)
                if self._policy.prefers_plain:
                    return done
        with torch.inference_mode():
            flush()
        return done

    def _narrow_sets(
        self, traced: Traced, sets: list[tuple[Edit, ...]], flank: str, narrow: list[tuple[int, int, int]],
        out: Tensor, report: _Reporter,
    ) -> None:  # fmt: skip
        """Sets whose changes lie close together: windows of the widest of each block."""
        program, results = traced[0], torch.empty(len(narrow), out.shape[1])
        grain = program.granularity
        single = program.edits_per_block(self._policy.memory)
        with self._pool.borrow() as workspace:

            def blocks() -> Iterator[tuple[Block, int, int]]:
                place = 0
                while place < len(narrow):
                    # windows grow by about the width of the change
                    room = max(1, single * grain // (grain + narrow[place][0]))
                    group = narrow[place : place + room]
                    width = group[-1][0]
                    starts = torch.tensor([first for _, first, _ in group])
                    delta = torch.zeros(width, len(group), 4)
                    for column, (_, first, index) in enumerate(group):
                        changed = apply_edits(self._sequence, sets[index], flank=flank) - self._sequence
                        stretch = changed[:, first : first + width]
                        delta[: stretch.shape[1], column] = stretch.t()
                    yield SetBlock(*traced, workspace, starts, delta), 0, len(group)
                    place += len(group)

            self._run_blocks(program, blocks(), results, report, None)
        out[[index for _, _, index in narrow]] = results

    def _plain(self, edited: Rows, rows: Tensor, out: Tensor | None = None, report: _Reporter | None = None) -> Tensor:
        """Predictions of edited sequences by plain batches; also written to their rows of `out`."""
        parts, done = [torch.empty(0, len(self.value))], 0
        while done < len(rows):
            some = rows[done : done + self._policy.batch_sizes.next(len(rows) - done)]
            result = self._policy.plainly_timed(edited(some))
            if out is None:
                parts.append(result)
            else:
                out[some] = result
            done += len(some)
            if report is not None:
                report.add(len(some))
        return torch.cat(parts)


class _Broken(Exception):
    """A kernel failed: a fault of the engine, not of the user."""


class _Reporter:
    """Turns counts of edits into shares for a progress callback."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._count = progress, max(1, total), 0

    def add(self, count: int) -> None:
        self._count = min(self._total, self._count + count)
        if self._progress is not None and self._count < self._total:
            self._progress(self._count / self._total)

    def done(self) -> None:
        if self._progress is not None:
            self._progress(1.0)
