"""Splice sites by hand: scores are sums of the columns of the tables."""

from __future__ import annotations

import numpy as np
import pytest

from genoviz import get_card
from genoviz.consequences.findings import Change, Context, SpliceSite
from genoviz.consequences.splice_tables import BITS, OFFSETS, QUANTILES
from genoviz.consequences.splicing_signals import (
    _cryptic_moved,
    expected_sites,
    judge_cryptic,
    predicted_sites,
    share_below,
    site_score,
)
from genoviz.sequences.tracks import Tracks
from tests.consequences.changes import said, words, written

MODEL, DONOR = "splice.sites", "human donor"
STRONG = written(402, (198, "CAGGTAAGT"), fill="A")  # the GT of the donor is at bases 201 and 202


def test_scores_are_sums_over_the_positions() -> None:
    # CAG|GTAAGT: C -3, A -2, G -1, A +3, A +4, G +5, T +6
    assert site_score("CAGGTAAGT", 3, "donor") == pytest.approx(0.86 + 1.07 + 1.87 + 1.48 + 1.27 + 1.91 + 0.57)
    assert site_score("NAGGTAAGT", 3, "donor") == site_score("AGGTAAGT", 2, "donor") == pytest.approx(8.17)
    for key, table in BITS.items():
        assert len(table) == len(OFFSETS[key[1]])
        assert list(QUANTILES[key]) == sorted(QUANTILES[key])
    assert share_below(4.2, "donor") == 50
    assert share_below(-99.0, "donor") == 0
    assert share_below(99.0, "donor") == 95


def test_the_pair_of_the_expected_site_is_made_and_destroyed() -> None:
    (lost,) = said(MODEL, STRONG, "T202G", "splice-pair", track=DONOR)
    assert (lost.words, lost.more) == ("destroys the GT of the donor at bases 201-202", "GG stands there now")
    assert "GC stands there now, which about 1 of 150 donors have" in said(MODEL, STRONG, "T202C", track=DONOR)[0].more
    broken = STRONG[:201] + "C" + STRONG[202:]
    assert words(MODEL, broken, "C202T", "splice-pair", track=DONOR) == ["makes the GT of the donor at bases 201-202"]
    assert words(MODEL, broken, "C202A", "splice-pair", track=DONOR) == []
    assert words(MODEL, STRONG, "A203C", "splice-pair", track=DONOR) == []
    assert words(MODEL, STRONG, "T202G", "splice-pair", track="human acceptor") == []
    assert words(MODEL, STRONG, "T202G", "splice-pair", sites=[]) == []


def test_the_bases_around_a_site_count() -> None:
    # G at +5 to T: 1.91 to -1.82
    (weaker,) = said(MODEL, STRONG, "G205T", "splice-strength", track=DONOR)
    assert weaker.words == "makes the donor at bases 201-202 fit worse (-3.7 bits)"
    assert weaker.more == "from better than 95 % of true sites to better than 65 %"  # 9.03 and 5.30 bits
    back = STRONG[:204] + "T" + STRONG[205:]
    assert words(MODEL, back, "T205G", "splice-strength", track=DONOR) == [
        "makes the donor at bases 201-202 fit better (+3.7 bits)"
    ]
    assert words(MODEL, STRONG, "C198A", "splice-strength", track=DONOR) == []  # 0.86 to 0.19: less than a bit
    assert words(MODEL, STRONG, "A207T", "splice-strength", track=DONOR) == []  # past the site
    with_gc, with_ga = (STRONG[:201] + base + STRONG[202:] for base in "CA")
    assert words(MODEL, with_gc, "G205T", "splice-strength", track=DONOR) != []
    assert words(MODEL, with_ga, "G205T", "splice-strength", track=DONOR) == []  # no donor that could be weaker


def test_a_cryptic_site_is_made_and_lost() -> None:
    having = STRONG[:99] + "CAGGTAAGT" + STRONG[108:]
    without = having[:103] + "C" + having[104:]
    assert words(MODEL, without, "C104T", "cryptic-site", track=DONOR) == [
        "makes a cryptic donor at bases 103-104 that fits better than 95 % of true ones"
    ]
    assert words(MODEL, having, "T104C", "cryptic-site", track=DONOR) == [
        "takes away a cryptic donor at bases 103-104 that fits better than 95 % of true ones"
    ]
    assert words(MODEL, without, "C104A", "cryptic-site", track=DONOR) == []
    # a GT among A: A -3, A -2, A -1, A +3, A +4, A +5, A +6 come to -0.32 bits, far below 2.31
    assert words(MODEL, "A" * 300 + "C" + "T" + "A" * 100, "C301G", "cryptic-site", track=DONOR) == []
    # the expected site itself is not cryptic
    assert words(MODEL, STRONG, "T202C", "cryptic-site", track=DONOR) == []


def test_substitutions_in_place_are_judged_as_those_that_move_bases() -> None:
    rng = np.random.default_rng(4)
    context = Context(get_card(MODEL), DONOR, (SpliceSite("donor", 60),))
    seen = 0
    for _ in range(400):
        before = "".join(rng.choice(list("ACGT"), 120))
        start = int(rng.integers(0, 118))
        bases = "".join(rng.choice(list("ACGT"), int(rng.integers(1, 3))))
        change = Change(before, before[:start] + bases + before[start + len(bases) :], start, start + len(bases), bases)
        quick = {(f.kind, f.start, str(f.parts)) for f in judge_cryptic(change, context)}
        plain = {
            (f.kind, f.start, str(f.parts))
            for site in ("donor", "acceptor")
            for f in _cryptic_moved(change, context, site)
        }
        assert quick == plain, (before, start, bases)
        seen += len(quick)
    assert seen > 10


def test_where_models_have_their_site() -> None:
    assert expected_sites(get_card(MODEL), "human acceptor") == (SpliceSite("acceptor", 200),)
    assert expected_sites(get_card("splice.maxent5")) == (SpliceSite("donor", 3),)
    assert expected_sites(get_card("tfbind.encode10"), "GABPA") == ()
    for name, start in (("splice.maxent5", 3), ("splice.mmsplice-donor", 5)):
        card = get_card(name)
        assert card.example["bases"][start : start + 2] == "GT"
    for name, start in (("splice.maxent3", 18), ("splice.mmsplice-acceptor", 48)):
        assert get_card(name).example["bases"][start : start + 2] == "AG"


def test_sites_that_a_model_predicts_along_the_sequence() -> None:
    card = get_card("splice.openspliceai-mane-80nt")
    output = card.outputs[0]
    values = np.zeros((len(output.tracks), 10), dtype=np.float32)
    names = [track.lower() for track in output.tracks]
    values[names.index("donor"), 2] = 0.9  # the exon's last base: GT follows
    values[names.index("acceptor"), 7] = 0.6  # the exon's first base: AG stands before it
    values[names.index("acceptor"), 8] = 0.4
    tracks = Tracks(values, output.tracks, output.unit, 1, None, 40)
    assert predicted_sites(card, {output.name: tracks}) == (SpliceSite("donor", 43), SpliceSite("acceptor", 45))
    assert predicted_sites(get_card(MODEL), {}) is None
