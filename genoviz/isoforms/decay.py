"""Whether nonsense-mediated decay (NMD) of a message with a premature stop is expected: rules, each with its source.

The rules describe mammals, from a stop's place in the spliced message alone. They explain most of what is measured, not
all of it: how efficient decay is differs between tissues and genes.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Seq
from dataclasses import dataclass

BORDER, BORDER_END = 50, 55  # bases before the last junction
START_PROXIMAL = 150  # bases from the start codon
LONG_EXON = 407  # bases
_BORDER_SOURCE = "Nagy and Maquat 1998, Trends Biochem Sci 23:198, doi:10.1016/S0968-0004(98)01208-0"
_ESCAPE_SOURCE = "Lindeboom et al. 2019, Nat Genet 51:1645, doi:10.1038/s41588-019-0517-5"
EXPECTED, NOT_EXPECTED, MAY_ESCAPE = "expected", "not expected", "may be escaped"


@dataclass(frozen=True)
class DecayRule:
    """A rule, what it says of this stop in words, whether it speaks for decay, and who found it."""

    name: str
    words: str
    speaks_for: bool
    source: str


@dataclass(frozen=True)
class Decay:
    """`verdict` is `expected`, `may be escaped` or `not expected`; `rules` are those that decide, the first one first."""

    verdict: str
    rules: tuple[DecayRule, ...]

    @property
    def sentence(self) -> str:
        """The verdict and its reasons."""
        return f"Nonsense-mediated decay {self.verdict}: {'; '.join(rule.words for rule in self.rules)}."

    @property
    def sources(self) -> tuple[str, ...]:
        """Citations, each once."""
        return tuple(dict.fromkeys(rule.source for rule in self.rules))


def expected_decay(start: int, stop: int, exons: Seq[int]) -> Decay:
    """What the rules say of a premature stop.

    Parameters
    ----------
    start
        Index of the first base of the start codon in the spliced message.
    stop
        Index of the first base of the stop codon.
    exons
        Lengths of the exons of the message, 5' to 3'.
    """
    rules = tuple(_rules(start, stop, exons))
    if not rules[0].speaks_for:
        return Decay(NOT_EXPECTED, rules[:1])
    return Decay(EXPECTED if all(rule.speaks_for for rule in rules) else MAY_ESCAPE, rules)


def _rules(start: int, stop: int, exons: Seq[int]) -> Iterator[DecayRule]:
    last_junction, end = sum(exons[:-1]), stop + 3
    if len(exons) == 1:
        yield DecayRule("one exon", "the mRNA has one exon, so no junction behind the stop", False, _BORDER_SOURCE)
        return
    if end > last_junction:
        yield DecayRule("last exon", "the stop lies in the last exon or at its border", False, _BORDER_SOURCE)
        return
    away = last_junction - end
    words = f"the stop ends {away:,} bases before the last junction (the rule: more than {BORDER}-{BORDER_END})"
    if away <= BORDER:
        yield DecayRule("50-55 bases", words, False, _BORDER_SOURCE)
        return
    yield DecayRule(
        "50-55 bases", words + (", at the border of the rule" if away <= BORDER_END else ""), True, _BORDER_SOURCE
    )
    if stop - start < START_PROXIMAL:
        words = f"the stop lies {stop - start:,} bases behind the start codon (below {START_PROXIMAL}), where decay is often escaped"
        yield DecayRule("near the start", words, False, _ESCAPE_SOURCE)
    length = _exon_of(stop, exons)
    if length > LONG_EXON:
        words = f"the stop lies in an exon of {length:,} bases (above {LONG_EXON}), where decay is often escaped"
        yield DecayRule("long exon", words, False, _ESCAPE_SOURCE)


def _exon_of(at: int, exons: Seq[int]) -> int:
    """Length of the exon that holds a base of the message."""
    for length in exons:
        if at < length:
            return length
        at -= length
    return exons[-1]
