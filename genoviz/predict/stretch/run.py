"""Outputs of the members of a network for edits of a stretch."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq

import torch
from torch import Tensor

from genoviz.predict.stretch.batch import Batch, Cut
from genoviz.predict.stretch.kept import references
from genoviz.predict.stretch.memory import Memory
from genoviz.predict.stretch.network import Member, Network
from genoviz.predict.stretch.reference import Reference, Stretch

LONG, EDITS, EDITS_OF_SHORT = 500, 8, 32  # edits per batch, of networks that read so many bases on either side or fewer


@torch.inference_mode()
def member_outputs(
    network: Network,
    member: Member,
    stretch: Stretch,
    cuts: Seq[Cut],
    memory: Memory,
    wider: Callable[[int], Stretch] | None = None,
) -> list[Tensor]:
    """What one member gives for each edit: `(outputs, classes)`, before the softmax or sigmoid.

    Parameters
    ----------
    network, member
        See `genoviz.predict.stretch.network.network_of`.
    stretch
        Holds what the outputs of all edits see, those of the widest edit for each.
    cuts
        The edits.
    memory
        For a reference that is too large to be kept; shared by the members.
    wider
        The stretch with more bases on either side; None where there are no more.
    """
    with references.lock:
        reference = references.get(network, member, stretch, wider or (lambda _: stretch), memory)
        found: list[Tensor] = [torch.empty(0)] * len(cuts)
        edited = [index for index, cut in enumerate(cuts) if cut.edits]
        for index, cut in enumerate(cuts):
            if not cut.edits:
                found[index] = _unedited(reference, member, cut)
        # Alike edits together: a batch computes the widest.
        edited.sort(key=lambda i: (len(cuts[i].letters), cuts[i].high - cuts[i].low, cuts[i].start))
        together = EDITS if member.context >= LONG else EDITS_OF_SHORT
        for begin in range(0, len(edited), together):
            group = edited[begin : begin + together]
            batch = Batch(member, reference, [cuts[index] for index in group], references.work)
            outputs = batch.run()
            for column, index in enumerate(group):
                found[index] = outputs[cuts[index].low - batch.low : cuts[index].high - batch.low, column].clone()
    return found


def _unedited(reference: Reference, member: Member, cut: Cut) -> Tensor:
    first = cut.start + cut.low - reference.stretch.start - member.context
    return reference.logits[first : first + cut.high - cut.low].clone()
