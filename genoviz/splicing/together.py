"""Values of both alleles of many variants, computed together."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from collections.abc import Sequence as Seq
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.models.base import Model
from genoviz.models.card import Output
from genoviz.models.onehot import encode
from genoviz.predict.stretch.guard import guard_of
from genoviz.predict.stretch.kept import references
from genoviz.predict.stretch.memory import Memory
from genoviz.predict.stretch.network import Network, network_of
from genoviz.predict.stretch.reference import OTHER
from genoviz.predict.stretch.run import member_outputs
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.splicing.alleles import Scan, Values
from genoviz.splicing.stretches import Allele, alleles_of, strand_key, stretch_of, stretches

STRETCH_BYTES = 150_000_000  # of the reference of one network: decides how long the stretches of many variants are
LONE, KNOWN = 0.4, 0.1  # shares of plain computation, measured by `benchmarks/splice.py`
GAP = 500  # bases that no variant needs, computed nevertheless so that variants on both sides share a batch


def values_of_scans(
    model: Model,
    output: Output,
    rows: Seq[int],
    scans: Seq[tuple[Scan, Hashable]],
    plain: Values,
    *,
    progress: Callable[[float], None] | None = None,
) -> Values:
    """A function that looks up what scans ask for; it computes plainly where the model or the letters do not allow more.

    Parameters
    ----------
    model, output, rows
        As in `genoviz.predict.values_along.values_along`.
    scans
        On one genome, each with what else its letters depend on (such as what is read as N).
    plain
        Computes values one by one.
    progress
        Called with the share done; may raise to cancel.
    """
    network = network_of(model, output)
    if network is None or guard_of(network).failed:
        return plain
    found = _computed(model, network, alleles_of(scans), progress)

    def look_up(sequence: Sequence, positions: Seq[int]) -> NDArray[np.float64]:
        known = found.get(sequence.bases)
        if known is None or not len(positions):
            return plain(sequence, positions)
        first, values = known
        return values[np.asarray(positions, dtype=np.int64) - first][:, list(rows)]

    return look_up


def share_of_plain(model: Model, output: Output, locus: Locus, inside: Locus | None) -> float:
    """What a variant costs here, as a share of both alleles' plain computation, roughly: less with what is known of the place.

    Parameters
    ----------
    model, output
        As in `values_of_scans`.
    locus
        What the network reads for the bases around the variant, on the strand that it reads.
    inside
        Outside of which N is read.
    """
    network = network_of(model, output)
    if network is None:
        return 1.0
    start, end = (locus.start, locus.end) if locus.strand == "+" else (-locus.end, -locus.start)
    return KNOWN if references.knows(network, strand_key(locus, inside), start, end) else LONE


def _computed(
    model: Model, network: Network, alleles: dict[str, Allele], progress: Callable[[float], None] | None
) -> dict[str, tuple[int, NDArray[np.float64]]]:
    """First base and values `(bases, tracks)` of alleles; those that can't be computed, or not be trusted, are left out."""
    found: dict[str, tuple[int, NDArray[np.float64]]] = {}
    longest = STRETCH_BYTES // network.members[0].bytes_per_base
    memory, guard, done = Memory(), guard_of(network), 0
    for group in stretches(alleles.values(), network.context, longest, GAP):
        stretch, cuts = stretch_of(group, network.context), [allele.cut for allele in group]
        if stretch.readable and not any(OTHER in cut.letters for cut in cuts):
            edited = [index for index, allele in enumerate(group) if allele.edited]
            checked = guard.due(network, len(edited))
            parts: list[list[Tensor]] = [[] for _ in group]
            for number, member in enumerate(network.members):

                def advance(share: float, before: int = done, size: int = len(group), number: int = number) -> None:
                    if progress:
                        progress((before + size * (number + share) / len(network.members)) / len(alleles))

                wider = partial(stretch_of, group, network.context)
                outputs = member_outputs(network, member, stretch, cuts, memory, wider, advance)
                if member is checked:
                    X = encode(group[edited[0]].read(network.context))
                    if not guard.check(model, member, X, outputs[edited[0]]):
                        return {}
                for part, output in zip(parts, outputs, strict=True):
                    part.append(member.probabilities(output))
            for allele, part in zip(group, parts, strict=True):
                values = _together(network, part)
                if np.isfinite(values).all():  # else plain computation says what is wrong
                    found[allele.bases] = allele.first, values
        done += len(group)
        if progress:
            progress(done / len(alleles))
    return found


def _together(network: Network, parts: list[Tensor]) -> NDArray[np.float64]:
    """Values of a model `(bases, tracks)` from those of its members."""
    together = torch.stack(parts).double().mean(0) if network.mean else torch.cat(parts, 1).double()
    values: NDArray[np.float64] = together.numpy()
    return values
