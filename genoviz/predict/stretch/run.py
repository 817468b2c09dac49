"""Outputs of the members of a network for edits of a stretch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Sequence as Seq

import torch
from torch import Tensor

from genoviz.predict.stretch.batch import Batch, Cut, widest
from genoviz.predict.stretch.kept import references
from genoviz.predict.stretch.memory import Memory
from genoviz.predict.stretch.network import Member, Network
from genoviz.predict.stretch.reference import Stretch

LONG, EDITS, EDITS_OF_SHORT = 500, 8, 32  # edits per batch, of networks that read so many bases on either side or fewer


@torch.inference_mode()
def member_outputs(
    network: Network,
    member: Member,
    stretch: Stretch,
    cuts: Seq[Cut],
    memory: Memory,
    wider: Callable[[int], Stretch] | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Tensor]:
    """What one member gives for each edit: `(outputs, classes)`, before the softmax or sigmoid.

    Parameters
    ----------
    network, member
        See `genoviz.predict.stretch.network.network_of`.
    stretch
        Holds what the outputs of each edit see.
    cuts
        The edits.
    memory
        For a reference that is too large to be kept; shared by the members.
    wider
        The stretch with more bases on either side; None where there are no more.
    progress
        Called with the share done; may raise to cancel.
    """
    with references.lock:
        reference = references.get(network, member, stretch, wider or (lambda _: stretch), memory)
        found: list[Tensor] = [torch.empty(0)] * len(cuts)
        edited = []
        for index, cut in enumerate(cuts):
            moved = cut.unchanged(member.context)
            if moved is None:
                edited.append(index)
            else:
                first = cut.start + cut.low - moved - reference.stretch.start - member.context
                found[index] = reference.logits[first : first + cut.high - cut.low].clone()
        done = 0
        for group in _groups(cuts, edited, member, reference.stretch):
            batch = Batch(member, reference, [cuts[index] for index in group], references.work)
            outputs = batch.run()
            for column, index in enumerate(group):
                found[index] = outputs[cuts[index].low - batch.low : cuts[index].high - batch.low, column].clone()
            done += len(group)
            if progress:
                progress(done / len(edited))
    return found


def _groups(cuts: Seq[Cut], edited: list[int], member: Member, stretch: Stretch) -> Iterator[list[int]]:
    """Alike edits together: a batch computes the widest outputs for each, and these must lie on the stretch."""
    together = EDITS if member.context >= LONG else EDITS_OF_SHORT
    group: list[int] = []
    for index in sorted(edited, key=lambda i: (len(cuts[i].letters), cuts[i].low, cuts[i].high, cuts[i].start)):
        candidate = [*group, index]
        if group and (len(group) == together or not _fits([cuts[i] for i in candidate], member.context, stretch)):
            yield group
            candidate = [index]
        group = candidate
    if group:
        yield group


def _fits(cuts: Seq[Cut], context: int, stretch: Stretch) -> bool:
    low, high = widest(cuts)
    seen = [cut.seen(low, high, context) for cut in cuts]
    return min(first for first, _ in seen) >= stretch.start and max(last for _, last in seen) <= stretch.end
