"""The references that were used last, so that the next variant nearby costs what its edit changes.

A reference serves every stretch that is a part of its own, letter by letter.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from weakref import ref

from genoviz.predict.stretch.memory import Memory
from genoviz.predict.stretch.network import Member, Network
from genoviz.predict.stretch.reference import Reference, Stretch

LARGEST = 250_000_000  # bytes of the references of one stretch: one window of five networks that read 10,000 bases
# Of all that are kept: near the end of a transcript a variant is read twice, with N beyond it and with the genome's bases.
KEPT_BYTES = 2 * LARGEST
MARGIN = 16  # a kept reference reads this share of the context more on either side


@dataclass(frozen=True, eq=False)
class _Entry:
    member: ref[Member]
    size: int
    reference: Reference


class References:
    """References of all models. Whoever reads one holds `lock` for as long: the memory of one that is old is used again."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.work = Memory()
        self._entries: list[_Entry] = []  # the one used last is at the end

    def get(
        self, network: Network, member: Member, stretch: Stretch, wider: Callable[[int], Stretch], memory: Memory
    ) -> Reference:
        """A reference that covers a stretch; call it with the lock, and without gradients.

        `wider` gives the stretch with more bases on either side, for variants to come. One that is too large to be kept lies
        in `memory`.
        """
        for index in range(len(self._entries) - 1, -1, -1):
            entry = self._entries[index]
            if entry.member() is member and entry.reference.stretch.covers(stretch):
                self._entries.append(self._entries.pop(index))
                return entry.reference
        margin = network.context // MARGIN
        if (len(stretch.letters) + 2 * margin) * network.bytes_per_base > LARGEST:
            return Reference(member, stretch, memory, self.work)
        stretch = wider(margin)
        size = len(stretch.letters) * member.bytes_per_base
        reference = Reference(member, stretch, self._room(size), self.work)
        self._entries.append(_Entry(ref(member), size, reference))
        return reference

    def knows(self, network: Network, strand: Hashable, start: int, end: int) -> bool:
        """Whether references of a part of a strand are kept, to say beforehand what a variant there costs."""
        entries = [entry for entry in list(self._entries) if entry.member() is network.members[0]]
        stretches = [entry.reference.stretch for entry in entries]
        return any(one.strand == strand and one.start <= start and end <= one.end for one in stretches)

    def forget(self) -> None:
        """Give the memory of all references back."""
        with self.lock:
            self._entries.clear()
            self.work = Memory()

    def _room(self, size: int) -> Memory:
        """Drop the oldest references where there are too many; memory of one of them, or new memory."""
        self._entries = [entry for entry in self._entries if entry.member() is not None]
        freed = Memory()
        while self._entries and sum(entry.size for entry in self._entries) + size > KEPT_BYTES:
            old = self._entries.pop(0)
            if size / 2 <= old.size <= 2 * size:
                freed = old.reference.memory
        return freed


references = References()
