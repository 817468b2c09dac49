"""Motifs and CpG."""

from __future__ import annotations

import random

import pytest

from genoviz import Sequence, consequences, get_card
from genoviz.consequences.motif_signals import LEAST, OWN, motifs_of
from genoviz.consequences.rules import rules_for
from genoviz.lessons.examples import get_example
from genoviz.motifs.families import families_of
from genoviz.motifs.scan import scan
from genoviz.motifs.substitutions import substituted_hits
from genoviz.sequences.edits import Edit
from tests.consequences.changes import said, words

MODEL, TRACK = "tfbind.encode10", "GABPA"
ETS = "ACCGGAAGTG"


def construct(site: str) -> str:
    return ("TGTATAC" * 20)[:46] + site + ("TACTATG" * 20)[: 55 - len(site)]


def test_an_ets_site_is_made_and_lost() -> None:
    having, without = construct(ETS), construct("ACCGTAAGTG")
    (lost,) = said(MODEL, having, "G51T", "motif", track=TRACK)
    assert (lost.kind, lost.words) == ("lost", "takes away a motif (Ets: GABPA)")
    (made,) = said(MODEL, without, "T51G", "motif", track=TRACK)
    assert (made.kind, made.words) == ("made", "makes a motif (Ets: GABPA)")
    assert made.start < 50 < made.end
    assert words(MODEL, having, "T10C", "motif", track=TRACK) == []  # far from it
    assert words(MODEL, having, "G51T", "motif", track="no factor") == []  # what the track is about is not known


def test_what_is_lost_is_a_match_that_the_scan_no_longer_has() -> None:
    card, ets = get_card(MODEL), get_example("ets")
    assert ets is not None
    ((threshold, motifs),) = motifs_of(card, frozenset({TRACK}))
    assert threshold == OWN
    assert {"Ets-related"} <= {family for motif in motifs for family in families_of(motif)}

    def matches(bases: str) -> dict[tuple[str, int, str], float]:
        return {(hit.motif.accession, hit.start, hit.strand): hit.score for hit in scan(Sequence(bases), motifs, OWN)}

    before = matches(ets.sequence.bases)
    found = list(substituted_hits(ets.sequence.bases, motifs, OWN, least=LEAST))
    for position, base in ((33, "A"), (35, "T"), (70, "A"), (3, "C"), (52, "C")):
        after = matches(ets.sequence.bases[:position] + base + ets.sequence.bases[position + 1 :])
        here = [hit for hit in found if (hit.position, hit.base) == (position, base)]
        for hit in here:
            key = (hit.motif.accession, hit.start, hit.strand)
            assert (key in before, key in after) == (hit.matched, hit.matches)
            assert (before.get(key, hit.before), after.get(key, hit.after)) == (hit.before, hit.after)
        lost = {key for key in before if key not in after}
        assert {(h.motif.accession, h.start, h.strand) for h in here if not h.matches} <= lost


@pytest.mark.parametrize("seed", range(3))
def test_every_substitution_at_once_is_each_alone(seed: int) -> None:
    card = get_card(MODEL)
    bases = (
        "".join(random.Random(seed).choices("ACGT", k=30))
        + ETS
        + "".join(random.Random(seed + 9).choices("ACGT", k=61))
    )
    sequence = Sequence(bases[:50] + "N" + bases[51:])
    found = consequences.of_map(card, sequence, track=TRACK)
    for position in (0, 12, 30, 33, 36, 41, 50, 66, 100):
        for base in set("ACGT") - {sequence.bases[position]}:
            alone = consequences.of_edit(card, sequence, Edit(position, position + 1, base), track=TRACK)
            known = sequence.bases[position] != "N"
            assert found.at(position, base) == (alone if known else ()), (position, base)


def test_insertions_and_deletions_change_motifs() -> None:
    assert words(MODEL, construct(ETS), "ins 51 TT", "motif", track=TRACK) == ["takes away a motif (Ets: GABPA)"]
    assert words(MODEL, construct("ACCGGTTAAGTG"), "del 52-53", "motif", track=TRACK) == ["makes a motif (Ets: GABPA)"]


def test_all_motifs_are_looked_for_on_request() -> None:
    card = get_card("promoter.yeast")
    assert motifs_of(card, frozenset()) == ()
    bases = ("TGTATAC" * 20)[:50] + "CGTTACCCGGAA" + ("TACTATG" * 20)[:48]
    sequence, edit = Sequence(bases), Edit(56, 57, "A")
    assert [f.words for f in consequences.of_edit(card, sequence, edit)] == []
    found = consequences.of_edit(card, sequence, edit, every_motif=True)
    assert "takes away a motif (Myb/SANT domain: NSI1)" in [
        f.words for f in found
    ]  # Nsi1 reads what its relative Reb1 does
    assert motifs_of(get_card("splice.sites"), frozenset({"CTCF"}), every=True) == ()


def test_cpg_is_made_and_lost() -> None:
    bases = "A" * 101
    for position, letter in ((50, "C"), (60, "G"), (70, "C"), (71, "G")):
        bases = bases[: position - 1] + letter + bases[position:]
    assert words(MODEL, bases, "A51G", "cpg") == ["makes a CpG"]
    assert words(MODEL, bases, "A59C", "cpg") == ["makes a CpG"]
    assert words(MODEL, bases, "C70T", "cpg") == words(MODEL, bases, "G71A", "cpg") == ["takes away a CpG"]
    assert words(MODEL, bases, "A51C", "cpg") == words(MODEL, bases, "A72G", "cpg") == []
    assert words(MODEL, bases, "ins 71 CG", "cpg") == []  # CG becomes CCGG: one before, one after
    assert words(MODEL, bases, "ins 30 CG", "cpg") == ["makes a CpG"]
    assert words(MODEL, bases, "del 71", "cpg") == ["takes away a CpG"]
    assert "cpg" not in {
        rule.name for name in ("promoter.yeast", "promoter.ecoli", "utr5.mrl") for rule in rules_for(get_card(name))
    }
