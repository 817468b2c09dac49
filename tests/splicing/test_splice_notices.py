"""What is said beside splice scores: placements that differ, transcript ends, short networks, and sites that stay unseen.

The networks know GT and AG only, see `test_splice_effect`, so that every number is worked out by hand.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from genoviz.genes.transcripts import Transcript
from genoviz.models.base import NetModel
from genoviz.models.card import Output
from genoviz.models.catalogue import get_card
from genoviz.models.onehot import decode
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.splicing import context as context_module
from genoviz.splicing.context import context, context_notices, longer_network, siblings
from genoviz.splicing.effect import SpliceEffect, splice_effect
from genoviz.splicing.tables import effect_rows, summary_rows
from genoviz.splicing.usage import splice_usage_effect
from genoviz.variants.variant import Variant
from tests.splicing.test_splice_effect import ALONG, CENTRAL, EXON, GENE, REVERSE, Along, card, mirrored
from tests.variants.test_allele_windows import Genome

#  41 AG 42, exon 43-47, GT 48-49: the exon ends in GG and the intron begins with GT, a run of three G at 46-48.
RUN = Genome("C" * 40 + "AGCCCGGGTC" + "C" * 40)
RUN_REVERSE = Genome(Sequence(RUN.text).reverse_complement().bases)
TRANSCRIPT = Transcript("tx1", "g", "g1", Locus("chr1", 20, 90), exons=(Locus("chr1", 42, 47), Locus("chr1", 70, 80)))


class Weak(Along):
    """As `Along`, but a tenth of it."""

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        return super().forward(X) / 10


WEAK = NetModel(Weak(), card(20, 12))  # type: ignore[arg-type]


def values(effect: SpliceEffect, i: int) -> dict[str, tuple[float, int]]:
    return {f"{s.site} {s.change}": (s.value, s.distance) for s in effect.placements[i].raw_scores if s.value}


def said(effect: SpliceEffect, words: str) -> list[str]:
    return [notice for notice in effect.notices if words in notice]


# ---- placements ------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [ALONG, CENTRAL])
def test_a_deletion_beside_a_donor_scores_by_its_place(model: NetModel) -> None:
    """Without the first G the site stays where it is, without the third it moves to the left."""
    for written, where in (
        (Variant("chr1", 45, "CG", "C"), ["left-most, as written", "right-most"]),
        (Variant("chr1", 46, "GG", "G"), ["left-most", "as written", "right-most"]),
        (Variant("chr1", 47, "GG", "G"), ["left-most", "right-most, as written"]),
    ):
        effect = splice_effect(model, written, RUN, "+", distance=10)
        assert [one.placement.name for one in effect.placements] == where
        assert str(effect.windows.variant) == "chr1-45-CG-C"
        assert effect.scores == effect.raw_scores == effect.placements[0].raw_scores
        assert values(effect, 0) == {}
        assert values(effect, -1) == {"donor gain": (0.5, -1), "donor loss": (0.5, 0)}
        assert effect.placements_differ
        (notice,) = said(effect, "depend on where this deletion is placed")
        assert "left-most" in notice
        assert "(chr1-45-CG-C) no change" in notice
        assert "(chr1-47-GG-G) donor gain 0.50 at -1 bp" in notice
    middle = splice_effect(model, Variant("chr1", 46, "GG", "G"), RUN, "+", distance=10)
    assert values(middle, 1) == {"donor gain": (0.5, 0), "donor loss": (0.5, 1)}


def test_on_the_minus_strand_the_left_most_place_is_the_other_one() -> None:
    # On the plus strand ACCCGGG...: 42-43 are AC, the intron's GT, and 44-45 the exon's last bases.
    effect = splice_effect(ALONG, Variant("chr1", 44, "CC", "C"), RUN_REVERSE, "-", distance=10)
    assert [str(one.placement.variant) for one in effect.placements] == ["chr1-42-AC-A", "chr1-44-CC-C"]
    assert values(effect, 0) == {"donor gain": (0.5, 3), "donor loss": (0.5, 2)}
    assert values(effect, 1) == {}
    assert effect.largest.value == 0.5
    assert effect.placements_differ


def test_a_duplication_is_placed_as_well() -> None:
    """Four G: with the new one on the left the donor stays at 47, with it on the right the site is at the new base."""
    effect = splice_effect(ALONG, Variant("chr1", 48, "G", "GG"), RUN, "+", distance=10)
    assert [str(one.placement.variant) for one in effect.placements] == ["chr1-45-C-CG", "chr1-48-G-GG"]
    assert values(effect, 0) == {}
    assert values(effect, 1) == {"donor gain": (0.5, 0), "donor loss": (0.5, -1)}


def test_placements_that_agree_are_not_spoken_of() -> None:
    # In the run of C before the acceptor nothing changes, whichever goes; the repeat ends before the scanned site.
    effect = splice_effect(ALONG, Variant("chr1", 30, "CC", "C"), RUN, "+", distance=5)
    assert len(effect.placements) == 3
    assert not effect.placements_differ
    assert not said(effect, "placed")
    for variant in (Variant("chr1", 49, "T", "C"), Variant("chr1", 48, "GT", "CC"), Variant("chr1", 49, "TC", "T")):
        single = splice_effect(ALONG, variant, Genome(RUN.text[:50] + "A" + RUN.text[51:]), "+", distance=10)
        assert [one.placement.where for one in single.placements] == [("left-most", "right-most", "as written")]


def test_masks_and_ends_go_with_the_placement() -> None:
    """At 47 the transcript has its donor: the loss counts only where 47 is the exon end next to the variant."""
    effect = splice_effect(
        ALONG, Variant("chr1", 47, "GG", "G"), RUN, "+", distance=10, transcript=TRANSCRIPT, masked=True
    )
    masked = effect.placements[1].masked_scores
    assert masked is not None
    assert [s.value for s in masked] == [0, 0, 0.5, 0.5]
    # A transcript that ends at 46: the right-most place is outside.
    short = replace(TRANSCRIPT, locus=Locus("chr1", 20, 46), exons=())
    inside = splice_effect(ALONG, Variant("chr1", 45, "CG", "C"), RUN, "+", distance=10, transcript=short)
    assert [one.placement.name for one in inside.placements] == ["left-most, as written"]
    assert said(inside, "right-most place of this change lies outside of the transcript")


def test_a_repeat_that_is_too_long_is_said() -> None:
    genome = Genome("C" * 40 + "G" + "A" * 1500 + "GTC" + "C" * 40)
    effect = splice_effect(ALONG, Variant("chr1", 41, "GA", "G"), genome, "+", distance=10)
    assert said(effect, "more than 1,000 bases")
    assert len(effect.placements) == 2


class Usage(Along):
    """0.5 where a donor's exon ends in the first tissue, half of it in the second."""

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        rows = []
        for text in decode(X):
            donor = [0.5 * (text[i + 1 : i + 3] == "GT") for i in range(4, len(text) - 4)]
            rows.append([donor, [value / 2 for value in donor]])
        return torch.tensor(rows)


USAGE = NetModel(
    Usage(),
    replace(ALONG.card, outputs=(Output("splicing", ("heart", "liver"), "probability", "identity", "", 12, 1),)),
)


def test_usage_by_tissue_has_placements_too() -> None:
    effect = splice_usage_effect(
        USAGE, Variant("chr1", 47, "GG", "G"), RUN, "+", distance=10, transcript=TRANSCRIPT, masked=True
    )
    assert [s.value for s in effect.placements[0].raw_scores] == [0] * 6
    assert [s.value for s in effect.placements[1].raw_scores] == [0.5, -0.5, 0.5, -0.5, 0.25, -0.25]
    assert effect.placements_differ
    assert any("depend on where this deletion is placed" in notice for notice in effect.notices)
    rows = effect_rows(effect)
    assert [row["placement"] for row in rows] == ["left-most"] * 6 + ["right-most, as written"] * 6
    assert rows[6] == {
        "placement": "right-most, as written",
        "variant": "chr1-47-GG-G",
        "tissue": "all tissues",
        "change": "gain",
        "score": 0.5,
        "masked_score": 0.5,
        "distance": -1,
        "position": 46,
    }


def test_tables_name_the_placement() -> None:
    effect = splice_effect(ALONG, Variant("chr1", 47, "GG", "G"), RUN, "+", distance=10)
    rows = summary_rows(effect)
    assert [row["effect"] for row in rows] == [0, 0, 0, 0, 0, 0, 0.5, 0.5]
    assert rows[7]["what"] == "splice, at +0 bp (right-most, as written: chr1-47-GG-G)"
    single = summary_rows(splice_effect(ALONG, Variant("chr1", 49, "T", "C"), RUN, "+", distance=10))
    assert [row["what"] for row in single][-1] == "splice, at -2 bp"


# ---- ends of transcripts ---------------------------------------------------------------------------


def on_both(transcript: Transcript, variant: Variant, **options: object) -> list[SpliceEffect]:
    """An SNV of EXON, and the same one on the other strand."""
    turned = Variant(
        "chr1", 91 - variant.pos, *(Sequence(b).reverse_complement().bases for b in (variant.ref, variant.alt))
    )
    return [
        splice_effect(ALONG, variant, EXON, "+", transcript=transcript, **options),  # type: ignore[arg-type]
        splice_effect(ALONG, turned, REVERSE, "-", transcript=mirrored(transcript), **options),  # type: ignore[arg-type]
    ]


def test_a_score_that_depends_on_the_transcript_s_end() -> None:
    """The T of the donor's GT lies behind the transcript: N there, and no site to lose."""
    ends_early = replace(GENE, locus=Locus("chr1", 20, 49), exons=())
    lost = Variant("chr1", 49, "G", "C")
    for effect, end in zip(on_both(ends_early, lost, distance=5), ("49", "42"), strict=True):
        assert effect.largest.value == 0
        (notice,) = said(effect, "depends on where the transcript ends")
        # Scanned are 5 bases on either side, read 4 more: 9 bases behind the transcript, 50 to 58.
        assert f"the 3' end of tx1 lies 0 bases away (base {end}), and N stands for 9 bases of the genome" in notice
        assert "the 5' end" not in notice
        assert "donor loss 0.50 at " in notice
        assert "instead of none" in notice
        assert "--read-outside" in notice


def test_both_ends_are_named_5_first() -> None:
    short = replace(GENE, locus=Locus("chr1", 44, 49), exons=())
    for effect in on_both(short, Variant("chr1", 49, "G", "C"), distance=5):
        (notice,) = said(effect, "depends on where the transcript ends")
        # 40 to 44 lie before it and are read, 50 to 58 behind it.
        assert notice.index("the 5' end of tx1 lies 4 bases away") < notice.index("the 3' end of tx1 lies 0 bases away")
        assert "N stands for 5 bases" in notice
        assert "N stands for 9 bases" in notice


def test_an_end_that_changes_nothing_is_not_spoken_of() -> None:
    lost = Variant("chr1", 49, "G", "C")
    near = replace(GENE, locus=Locus("chr1", 20, 51), exons=())  # N from 52 on: the site is whole
    far = replace(GENE, locus=Locus("chr1", 0, 90), exons=())
    cut = replace(GENE, locus=Locus("chr1", 20, 49), exons=())
    for effect in (
        *on_both(near, lost, distance=5),
        *on_both(far, lost, distance=5),
        *on_both(cut, lost, distance=5, read_outside=True),  # nothing is hidden
        splice_effect(CENTRAL, lost, EXON, "+", distance=5, transcript=cut),  # nor from a model of single sites
        splice_effect(ALONG, lost, EXON, "+", distance=5),
    ):
        assert not said(effect, "transcript ends")
    # Bases that the genome does not know are no loss.
    unknown = Genome(EXON.text[:49] + "N" * 41)
    assert not said(splice_effect(ALONG, lost, unknown, "+", transcript=cut, distance=5), "transcript ends")


def test_masked_scores_at_an_end_that_is_no_site() -> None:
    """The donor at 48 is lost. A transcript that begins at 46, where the variant is, masks it: 46 is the nearest exon end."""
    late = replace(GENE, locus=Locus("chr1", 45, 90), exons=(Locus("chr1", 45, 48), Locus("chr1", 70, 80)))
    masked = splice_effect(
        ALONG, Variant("chr1", 46, "CCCG", "GCCA"), EXON, "+", transcript=late, distance=10, masked=True
    )
    assert {s.change: s.value for s in masked.raw_scores if s.site == "donor"} == {"gain": 0, "loss": 0.5}
    assert masked.largest.value == 0
    (notice,) = said(masked, "Masked scores depend on where the transcript ends")
    assert "here base 46" in notice
    assert "donor loss 0.00 instead of 0.50" in notice
    # At 47 both ends are one base away and the left one counts; at 48 the site itself is the nearest end.
    near = splice_effect(ALONG, Variant("chr1", 48, "CG", "GA"), EXON, "+", transcript=late, distance=10, masked=True)
    assert near.largest.value == 0.5
    assert not said(near, "Masked scores depend")


# ---- sites that a network does not see -------------------------------------------------------------


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        (Variant("chr1", 49, "G", "C"), "changes the GT that begins the intron behind exon 1 to CT"),
        (Variant("chr1", 50, "T", "A"), "changes the GT that begins the intron behind exon 1 to GA"),
        (Variant("chr1", 50, "T", "C"), "changes the GT that begins the intron behind exon 1 to GC"),
        (Variant("chr1", 49, "GT", "AC"), "changes the GT that begins the intron behind exon 1 to AC"),
        (Variant("chr1", 48, "CGT", "C"), "takes the GT that begins the intron behind exon 1 apart"),
        (Variant("chr1", 49, "G", "GA"), "takes the GT that begins the intron behind exon 1 apart"),
    ],
)
def test_a_destroyed_site_with_a_low_score_is_said(variant: Variant, words: str) -> None:
    effect = splice_effect(WEAK, variant, EXON, "+", transcript=GENE, distance=10)
    (notice,) = said(effect, "as a rule destroys")
    assert words in notice
    assert "the donor at chr1:48" in notice
    assert "scored 0.05 only (probability 0.05 with the reference allele, 0.00 with the alternate one)" in notice
    # A network that sees the site says it with its score.
    assert not said(splice_effect(ALONG, variant, EXON, "+", transcript=GENE, distance=10), "as a rule destroys")
    # Without a transcript nobody knows that there is a site.
    assert not said(splice_effect(WEAK, variant, EXON, "+", distance=10), "as a rule destroys")


def test_a_destroyed_acceptor_on_either_strand() -> None:
    two = replace(GENE, exons=(Locus("chr1", 25, 30), Locus("chr1", 42, 48)))
    plus = splice_effect(WEAK, Variant("chr1", 41, "A", "T"), EXON, "+", transcript=two, distance=10)
    minus = splice_effect(
        WEAK, Variant("chr1", 50, "T", "A"), REVERSE, "-", transcript=mirrored(two), distance=10, masked=True
    )
    for effect, place in ((plus, "43"), (minus, "48")):
        (notice,) = said(effect, "as a rule destroys")
        assert "changes the AG that ends the intron before exon 2 to TG" in notice
        assert f"the acceptor at chr1:{place}" in notice


def test_what_leaves_the_intron_s_bases_is_no_destroyed_site() -> None:
    for model, variant, genome, transcript in (
        (WEAK, Variant("chr1", 51, "C", "A"), EXON, GENE),  # behind the GT
        (WEAK, Variant("chr1", 48, "C", "A"), EXON, GENE),  # the exon's last base
        (WEAK, Variant("chr1", 47, "GG", "G"), RUN, TRANSCRIPT),  # left-most, the first G goes
        (WEAK, Variant("chr1", 48, "C", "CA"), EXON, GENE),  # the exon becomes longer
        (WEAK, Variant("chr1", 81, "C", "A"), EXON, GENE),  # behind the last exon there is no site
    ):
        effect = splice_effect(model, variant, genome, "+", transcript=transcript, distance=12)
        assert not said(effect, "as a rule destroys"), variant


def test_a_destroyed_site_outside_of_the_scan_is_said() -> None:
    effect = splice_effect(ALONG, Variant("chr1", 49, "G", "C"), EXON, "+", transcript=GENE, distance=0)
    assert effect.largest.value == 0
    assert said(effect, "choose a larger distance")


# ---- context ---------------------------------------------------------------------------------------


def test_the_longer_network_of_a_kind() -> None:
    names = [f"splice.openspliceai-mane-{n}nt" for n in (80, 400, 2000, 10_000)]
    for name, bases in zip(names, (80, 400, 2000, 10_000), strict=True):
        assert context(get_card(name)) == bases
        assert [one.name for one in siblings(get_card(name))] == names
        longest = longer_network(get_card(name))
        assert (longest.name if longest else "") == ("" if bases == 10_000 else names[-1])
    for name in ("splice.sites", "splice.pangolin", "tfbind.encode10"):
        assert longer_network(get_card(name)) is None


def test_results_of_the_shorter_network_name_the_longer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    short = replace(ALONG.card, name="own.8", builder="own:build", data="exons")
    long = replace(short, name="own.100", length=112)
    other = replace(long, name="other.500", length=512, organism="mouse")
    monkeypatch.setattr(context_module, "card_list", lambda: [long, other, short])
    lost = Variant("chr1", 49, "G", "C")
    (notice,) = said(splice_effect(NetModel(Along(), short), lost, EXON, "+", distance=5), "reads 8 bases")
    assert "own.100 reads 100." in notice
    assert not context_notices(long)
    # Models of which nothing is known are no siblings.
    assert longer_network(replace(short, builder="", data="")) is None
