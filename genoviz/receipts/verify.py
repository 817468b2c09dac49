"""Whether the result of a receipt comes out again: equal, equal but for last digits, or different, and by how much."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass

from genoviz.receipts.again import computed_again
from genoviz.receipts.receipt import Receipt
from genoviz.sequences.sequence import Sequence

# Of the largest number of a result. Without the AVX instructions of a processor (and one thread for two), 120 of 121
# results of bundled and teaching models came out within 5e-6. The other, integrated gradients of `toy.and`, differed by
# 4 %: its output is the smaller of two best matches, and where places match alike a gradient follows one of them.
EXPECTED = 1e-4
EXPECTED_OF_FIGURES = 0.02  # of checks: ranks change places where scores are nearly alike


@dataclass(frozen=True)
class Verification:
    """A receipt and the same result computed again.

    Attributes
    ----------
    receipt, again
        The receipt that was checked, and that of the new result.
    gaps
        For each array its largest difference as a share of its largest number; infinite where it is not there now.
    """

    receipt: Receipt
    again: Receipt
    gaps: Mapping[str, float]

    @property
    def verdict(self) -> str:
        """`equal`, `close` (within what other processors and versions of torch give), or `different`."""
        if not any(self.gaps.values()):
            return "equal"
        return "different" if self.beyond else "close"

    @property
    def beyond(self) -> tuple[str, ...]:
        """Arrays that differ by more than is expected, the most different first."""
        found = [name for name, gap in self.gaps.items() if gap > expected(name)]
        return tuple(sorted(found, key=lambda name: -self.gaps[name]))

    @property
    def changed(self) -> tuple[str, ...]:
        """What is not as it was, in words: weights, versions of programs, threads and processor."""
        models = [
            f"the weights of {was.name} were {_short(was.weights_sha256)} and are {_short(now.weights_sha256)}"
            for was, now in zip(self.receipt.models, self.again.models, strict=False)
            if was.weights_sha256 != now.weights_sha256
        ]
        versions = [
            f"{name} was {version} and is {self.again.made_with.get(name, 'not named')}"
            for name, version in self.receipt.made_with.items()
            if version != self.again.made_with.get(name)
        ]
        return (*models, *versions)

    @property
    def sentence(self) -> str:
        """The verdict with its numbers, and what may be the reason."""
        count = sum(numbers.count for numbers in self.receipt.numbers.values())
        numbers = f"{count:,} {'number' if count == 1 else 'numbers'}"
        reasons = f" What has changed: {'; '.join(self.changed)}." if self.changed else ""
        if self.verdict == "equal":
            return f"Equal: {numbers} came out again to the last bit.{reasons}"
        name, gap = max(self.gaps.items(), key=lambda pair: pair[1] / expected(pair[0]))
        tells = f"up to {expected(name):.0e} is expected between processors and versions of torch"
        if self.verdict == "close":
            return f"Equal but for last digits: the largest difference is {gap:.1e} of the largest number ({name}); {tells}.{reasons}"
        worst = self.beyond[0]
        if math.isinf(self.gaps[worst]):
            said = f"`{worst}` has another shape, or numbers where there were none"
        else:
            said = f"`{worst}` differs by up to {_share(self.gaps[worst])} of its largest number"
        return f"Different: {said}; {tells}.{reasons or ' Weights, versions and processor are the same.'}"


def verify(
    receipt: Receipt | str | bytes,
    sequences: Seq[Sequence] = (),
    *,
    genome: str = "",
    progress: Callable[[float], None] | None = None,
) -> Verification:
    """Compute the result of a receipt again, and hold its numbers against those of the receipt.

    Parameters
    ----------
    receipt
        A receipt, or the text of its file.
    sequences, genome, progress
        See `genoviz.receipts.again.computed_again`.

    Raises
    ------
    BadReceipt
        If the text is no receipt, or was changed.
    GenovizError
        If what is needed is not here: the model, its weights, or what it read.

    Examples
    --------
    >>> from genoviz.attribute import attribute
    >>> from genoviz.models.load import load_model
    >>> from genoviz.models.target import Target
    >>> from genoviz.receipts.made import attribution_receipt
    >>> model = load_model("toy.sum")
    >>> result = attribute(model, Sequence("C" * 27 + "GATAAG" + "C" * 27), Target("activity"), baseline="zeros")
    >>> verify(attribution_receipt(model.card, result).json()).sentence
    'Equal: 242 numbers came out again to the last bit.'
    """
    read = receipt if isinstance(receipt, Receipt) else Receipt.read(receipt)
    again = computed_again(read, sequences, genome=genome, progress=progress)
    names = dict.fromkeys((*read.numbers, *again.numbers))
    gaps = {
        name: read.numbers[name].gap(again.numbers[name])
        if name in read.numbers and name in again.numbers
        else math.inf
        for name in names
    }
    return Verification(read, again, gaps)


def expected(name: str) -> float:
    """Largest difference between processors and versions of torch, as a share of the largest number of an array."""
    return EXPECTED_OF_FIGURES if name.startswith("figure of ") else EXPECTED


def _short(checksum: str) -> str:
    return checksum[:12] or "set by hand"


def _share(gap: float) -> str:
    return f"{100 * gap:.2g} %"
