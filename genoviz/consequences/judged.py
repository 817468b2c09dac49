"""What an edit, a variant, or every substitution of a sequence does, by the rules that are for a model.

    >>> from genoviz import Sequence, consequences, get_card
    >>> from genoviz.sequences.edits import Edit
    >>> leader = Sequence("C" * 9 + "TTG" + "C" * 38)
    >>> found = consequences.of_edit(get_card("utr5.mrl"), leader, Edit(9, 10, "A"))
    >>> [finding.words for finding in found]
    ['makes an upstream ATG, out of frame']
    >>> found[0].more
    "no stop before the main start: its reading frame overlaps the gene's; Kozak context weak"

The letters are what the model reads, 5' to 3' on the strand that it reads. Nothing is asked of the model: the rules say what
biology knows of these letters, and the model's number stands beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from functools import lru_cache

from genoviz.consequences.findings import Change, Context, Finding, Found, Rule, Signal, SpliceSite
from genoviz.consequences.motif_signals import judge_every_substitution, motifs_of
from genoviz.consequences.rules import get_rule, rules_for
from genoviz.consequences.splicing_signals import expected_sites
from genoviz.consequences.starts import START
from genoviz.models.card import ModelCard
from genoviz.models.factors import factors_in
from genoviz.sequences.bases import BASES
from genoviz.sequences.edits import Edit, EditHistory
from genoviz.sequences.sequence import Sequence
from genoviz.variants.windows import AlleleWindows

DELETED = "del"
SHOWN = 2  # findings of one edit in a sentence

Cell = tuple[int, str]


@dataclass(frozen=True, eq=False)
class Consequences:
    """What every single mutation of a sequence does.

    Attributes
    ----------
    sequence
        What was mutated.
    rules
        Those that were asked, in their order.
    found
        By position (0-based) and what comes there - a base, `del` for a deletion, `+A` for an A before it - the findings;
        mutations of which there is nothing to say are left out.
    asked
        How many mutations were judged.
    """

    sequence: Sequence
    rules: tuple[Rule, ...]
    found: Mapping[Cell, tuple[Finding, ...]]
    asked: int

    def at(self, position: int, change: str) -> tuple[Finding, ...]:
        """Findings of one mutation, see `found`."""
        return self.found.get((position, change), ())

    def only(self, names: Collection[str]) -> frozenset[Cell]:
        """Mutations about which one of these rules says something; an unknown name raises `UnknownName`."""
        for name in names:
            get_rule(name)
        return frozenset(cell for cell, found in self.found.items() if any(f.rule in names for f in found))

    def count(self) -> dict[str, int]:
        """Mutations about which each rule says something, in the order of the rules; those with none are left out."""
        counted = Counter(name for found in self.found.values() for name in {f.rule for f in found})
        return {rule.name: counted[rule.name] for rule in self.rules if counted[rule.name]}

    @property
    def sentence(self) -> str:
        """How many mutations do what."""
        if not self.rules:
            return "No rule of biology is for this model."
        counts = self.count()
        if not counts:
            return f"None of {self.asked:,} mutations does anything that the rules know."
        parts = ", ".join(f"{number:,} {get_rule(name).title}" for name, number in counts.items())
        return f"Of {self.asked:,} mutations {parts}."


def of_edit(
    card: ModelCard,
    sequence: Sequence,
    edit: Edit,
    *,
    track: str = "",
    sites: Seq[SpliceSite] | None = None,
    flank: str = "",
    every_motif: bool = False,
) -> tuple[Finding, ...]:
    """What one edit does.

    Parameters
    ----------
    card
        The model; its task and organism say which rules are asked.
    sequence
        What the model reads, before the edit.
    edit
        In coordinates of the sequence.
    track
        The explained track: which factor, which kind of splice site.
    sites
        Splice sites that are annotated or predicted; where the model expects its site if None.
    flank
        Bases that follow on the right and come in after a deletion; N after them.
    every_motif
        Look for all motifs that fit the organism, not for the track's family alone.

    Raises
    ------
    BadInput
        If the edit does not fit the sequence.
    """
    context = _context(card, track, sites, every_motif)
    return _judged(Change.of(sequence.bases, edit, flank=flank), context, rules_for(card))


def of_history(
    card: ModelCard,
    history: EditHistory,
    *,
    track: str = "",
    sites: Seq[SpliceSite] | None = None,
    flank: str = "",
    every_motif: bool = False,
) -> tuple[tuple[Edit, tuple[Finding, ...]], ...]:
    """What the edits of a history do together: each difference that remains, with what it does in the presence of the others
    to its right. Parameters are those of `of_edit`; differences are in coordinates of the original, left to right."""
    context = _context(card, track, sites, every_motif)
    bases, found = history.original.bases, []
    for edit in reversed(history.net()):
        found.append((edit, _judged(Change.of(bases, edit, flank=flank), context, rules_for(card))))
        bases = edit.on(bases)
    return tuple(reversed(found))


def of_alleles(
    card: ModelCard,
    windows: AlleleWindows,
    *,
    track: str = "",
    sites: Seq[SpliceSite] | None = None,
    every_motif: bool = False,
    follows: str = "",
) -> tuple[Finding, ...]:
    """What a variant does to what the model reads.

    Parameters
    ----------
    card, track, sites, every_motif
        As in `of_edit`.
    windows
        Both alleles.
    follows
        Bases that follow on the windows. A window of a genome may lie anywhere: rules about what lies in front of a gene's
        start codon are asked only where these begin with one.
    """
    before, after = windows.reference.bases, windows.alternate.bases
    (start, end), (_, new_end) = windows.reference_span, windows.alternate_span
    while start < min(end, new_end) and before[start] == after[start]:
        start += 1
    while start < min(end, new_end) and before[end - 1] == after[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    change = Change(before, after, start, end, after[start:new_end])
    rules = [rule for rule in rules_for(card) if follows.startswith(START) or not rule.before_start]
    return _judged(change, _context(card, track, sites, every_motif), rules)


def of_map(
    card: ModelCard,
    sequence: Sequence,
    *,
    track: str = "",
    sites: Seq[SpliceSite] | None = None,
    window: tuple[int, int] | None = None,
    indels: bool = False,
    every_motif: bool = False,
) -> Consequences:
    """What each mutation of a map does.

    Parameters
    ----------
    card, sequence, track, sites, every_motif
        As in `of_edit`.
    window
        Positions to mutate (0-based, half-open); all if None.
    indels
        Also 1-bp deletions and insertions.
    """
    rules, context = rules_for(card), _context(card, track, sites, every_motif)
    plain = tuple(rule for rule in rules if rule.name != "motif")
    of_motifs = judge_every_substitution(sequence.bases, context) if len(plain) < len(rules) else {}
    bases, (start, end) = sequence.bases, window or (0, len(sequence))
    found: dict[Cell, tuple[Finding, ...]] = {}
    asked = 0
    for position in range(start, end):
        old = bases[position]
        others = [base for base in BASES if base != old] if old in BASES else []
        for base in others:
            after = bases[:position] + base + bases[position + 1 :]
            said = _judged(Change(bases, after, position, position + 1, base), context, plain)
            motifs = of_motifs.get((position, base), ())
            if motifs:
                words = tuple(_finding(get_rule("motif"), one) for one in motifs)
                said = _in_order((*said, *words), rules)
            if said:
                found[position, base] = said
        asked += len(others)
        if indels:
            changes = [(f"+{base}", Edit(position, position, base)) for base in BASES]
            if old in BASES and len(bases) > 1:
                changes.append((DELETED, Edit(position, position + 1, "")))
            for name, edit in changes:
                if said := _judged(Change.of(bases, edit), context, rules):
                    found[position, name] = said
            asked += len(changes)
    return Consequences(sequence, rules, found, asked)


def signals_of(
    card: ModelCard, sequence: Sequence, *, track: str = "", sites: Seq[SpliceSite] | None = None
) -> tuple[Signal, ...]:
    """The signals that a sequence has, left to right: upstream ATG, splice sites, boxes of a promoter."""
    context = _context(card, track, sites, False)
    found = [s for rule in rules_for(card) if rule.signals for s in rule.signals(sequence.bases, context)]
    return tuple(sorted(found, key=lambda signal: (signal.start, signal.end)))


def in_words(label: str, findings: Iterable[Finding]) -> str:
    """`T10A makes an upstream ATG, out of frame and takes away a CpG`; empty where there is nothing to say."""
    said = list(dict.fromkeys(finding.words for finding in findings))
    if not said:
        return ""
    more = len(said) - SHOWN
    listed = "; ".join(said[:SHOWN]) + (f"; and {more} more" if more > 0 else "")
    return f"{label} {listed}"


def _context(card: ModelCard, track: str, sites: Seq[SpliceSite] | None, every_motif: bool) -> Context:
    return _known(card, track, None if sites is None else tuple(sites), every_motif)


@lru_cache(maxsize=64)
def _known(card: ModelCard, track: str, sites: tuple[SpliceSite, ...] | None, every_motif: bool) -> Context:
    about = factors_in([track])
    motifs = motifs_of(card, about, every=every_motif) if any(r.name == "motif" for r in rules_for(card)) else ()
    places = expected_sites(card, track) if sites is None else sites
    return Context(card, track, places, motifs, about)


def _judged(change: Change, context: Context, rules: Iterable[Rule]) -> tuple[Finding, ...]:
    return tuple(_finding(rule, found) for rule in rules for found in rule.judge(change, context))


def _finding(rule: Rule, found: Found) -> Finding:
    words = rule.sentences[found.kind].format(**found.parts)
    return Finding(rule.name, found.kind, words, found.more, found.start, found.end)


def _in_order(findings: tuple[Finding, ...], rules: tuple[Rule, ...]) -> tuple[Finding, ...]:
    rank = {rule.name: i for i, rule in enumerate(rules)}
    return tuple(sorted(findings, key=lambda finding: rank[finding.rule]))
