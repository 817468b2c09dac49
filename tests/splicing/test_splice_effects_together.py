"""Many variants at once are what each is alone in plain computation: kinds of edits, strands, ends, batches, kept references."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from genoviz.errors import BadInput, GenovizError, RefMismatch
from genoviz.genes.transcripts import Transcript
from genoviz.incremental import EngineFallback
from genoviz.networks.spliceai import StretchModel
from genoviz.predict.stretch import batch as batch_module
from genoviz.predict.stretch import kept as kept_module
from genoviz.predict.stretch import run as run_module
from genoviz.predict.stretch.kept import references
from genoviz.predict.stretch.network import network_of
from genoviz.predict.stretch.reference import Reference
from genoviz.sequences.locus import Locus
from genoviz.splicing import effect as effect_module
from genoviz.splicing import together as together_module
from genoviz.splicing import usage as usage_module
from genoviz.splicing.effect import SpliceEffect, splice_effect, splice_effects
from genoviz.splicing.together import KNOWN, LONE, share_of_plain
from genoviz.splicing.usage import splice_usage_effects
from genoviz.variants.variant import Variant
from tests.splicing.small_networks import LONG, SHORT, splice_model, usage_model
from tests.variants.test_allele_windows import Genome

DRAWN = random.Random(3)
TEXT = "".join(DRAWN.choices("ACGT", k=150)) + "CACACACACACA" + "".join(DRAWN.choices("ACGT", k=438))
GENOME = Genome(TEXT)
FIRST, LAST = 100, 480  # of the transcript, 1-based
EXONS = (Locus("chr1", FIRST - 1, 200), Locus("chr1", 400, LAST))
DISTANCE = 20
CLOSE = 2e-6


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    references.forget()
    yield
    references.forget()


@contextmanager
def plainly() -> Iterator[None]:
    """Computes as the network itself does."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (effect_module, usage_module):
            patch.setattr(module, "values_of_scans", lambda *args, **_: args[4])
        patch.setattr("genoviz.predict.values_along.whole_logits", lambda *_: None)
        yield


def transcript(strand: str) -> Transcript:
    exons = tuple(replace(exon, strand=strand) for exon in EXONS)
    return Transcript(
        "tx1", "g", "g1", Locus("chr1", FIRST - 1, LAST, strand), exons=exons[:: 1 if strand == "+" else -1]
    )


def edit(pos: int, gone: int, new: str) -> Variant:
    """Bases from a 1-based place on become others; a base that is kept is written as `=`."""
    ref = TEXT[pos - 1 : pos - 1 + gone]
    return Variant("chr1", pos, ref, new.replace("=", ref[0]))


def other(pos: int) -> str:
    return {"A": "C", "C": "G", "G": "T", "T": "A"}[TEXT[pos - 1]]


INSIDE = [
    *(edit(pos, 1, other(pos)) for pos in (FIRST, FIRST + 1, 170, 199, 200, 201, 203, 300, LAST - 1, LAST)),
    edit(220, 1, "=G"),
    edit(300, 1, "=" + "GTAAGTCAG" * 7),  # longer than the distance
    edit(152, 1, "=CACA"),  # in a repeat
    edit(152, 3, "="),
    edit(260, 8, "="),
    edit(260, 70, "="),  # longer than the distance
    edit(310, 3, "TTTCA" if TEXT[309:312] != "TTT" else "CAACA"),
    edit(320, 4, "".join(map(other, range(320, 324)))),
    edit(330, 9, other(330) + "AT"),
    edit(LAST - 4, 12, "="),  # over the end of the transcript
    edit(FIRST, 1, "=ACCT"),
]
ENDS = [
    *(edit(pos, 1, other(pos)) for pos in (1, 2, 15, len(TEXT) - 1, len(TEXT))),
    edit(3, 4, "="),
    edit(len(TEXT) - 3, 1, "=GATTACA"),
]


@pytest.fixture(scope="module")
def model() -> StretchModel:
    return splice_model(LONG)


def same(one: SpliceEffect | GenovizError, two: SpliceEffect | GenovizError) -> None:
    assert isinstance(one, SpliceEffect)
    assert isinstance(two, SpliceEffect)
    for name in ("reference", "alternate", "inserted"):
        np.testing.assert_allclose(getattr(one, name), getattr(two, name), atol=CLOSE, rtol=0)
    assert one.windows == two.windows
    assert len(one.placements) == len(two.placements)
    for mine, yours in zip(one.placements, two.placements, strict=True):
        assert mine.placement == yours.placement
        for masked in (False, True):
            for a, b in zip(mine.scores(masked=masked), yours.scores(masked=masked), strict=True):
                assert (a.site, a.change) == (b.site, b.change)
                assert a.value == pytest.approx(b.value, abs=CLOSE)
                assert a.distance == b.distance or b.value < 1e-5
    assert len(one.notices) == len(two.notices)


def both(model: StretchModel, variants: list[Variant], strand: str, **options: Any) -> tuple[list[Any], list[Any]]:
    fast = splice_effects(model, variants, GENOME, strand, distance=DISTANCE, **options)
    with plainly():
        return fast, splice_effects(model, variants, GENOME, strand, distance=DISTANCE, **options)


@pytest.mark.parametrize("strand", ["+", "-"])
def test_all_kinds_of_edits_in_one_call(model: StretchModel, strand: str) -> None:
    fast, plain = both(model, INSIDE, strand, transcript=transcript(strand), masked=True)
    for one, two in zip(fast, plain, strict=True):
        same(one, two)
    assert sum(two.largest.value > 0.05 for two in plain) > 10
    assert any(len(two.placements) > 1 for two in plain)
    assert any("depends on where the transcript ends" in n for one in fast for n in one.notices)
    assert network_of(model, model.card.outputs[0]) is not None


@pytest.mark.parametrize("strand", ["+", "-"])
def test_the_genome_is_read_up_to_its_ends(model: StretchModel, strand: str) -> None:
    fast, plain = both(model, [*INSIDE, *ENDS], strand)
    for one, two in zip(fast, plain, strict=True):
        same(one, two)
    # Outside of the transcript, too, if that is asked for.
    here = transcript(strand)
    fast, plain = both(model, INSIDE[-3:], strand, transcript=here, read_outside=True)
    for one, two in zip(fast, plain, strict=True):
        same(one, two)


@pytest.mark.parametrize("together", [1, 3, 64])
def test_batches_and_stretches_of_any_size(model: StretchModel, monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    monkeypatch.setattr(run_module, "EDITS_OF_SHORT", together)
    if together == 1:  # each variant on a reference of its own, in memory that is used again
        monkeypatch.setattr(together_module, "STRETCH_BYTES", 1)
    if together == 3:
        monkeypatch.setattr("genoviz.predict.stretch.kept.LARGEST", 1)
    for one, two in zip(*both(model, INSIDE, "-"), strict=True):
        same(one, two)


def test_short_kernels_only_and_one_network_only() -> None:
    short = splice_model(SHORT, members=1)
    for one, two in zip(*both(short, [*INSIDE, *ENDS], "+"), strict=True):
        same(one, two)


def test_a_reference_serves_the_next_variant(model: StretchModel, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    class Counted(Reference):
        def __init__(self, *args: Any) -> None:
            made.append(1)
            super().__init__(*args)

    monkeypatch.setattr(kept_module, "Reference", Counted)
    nearby = [INSIDE[7], edit(301, 1, other(301)), edit(298, 2, "=")]
    first = [splice_effect(model, variant, GENOME, "+", distance=DISTANCE) for variant in nearby]
    assert len(made) == 2  # one for each network
    output, reach = model.card.outputs[0], DISTANCE + model.context // 2
    for strand, centre, share in (("+", 303, KNOWN), ("-", 303, LONE), ("+", 403, LONE)):
        here = Locus("chr1", centre - reach, centre + reach, strand, GENOME.assembly)
        assert share_of_plain(model, output, here, None) == share
    # The same place on the other strand, and of another genome, is something else.
    changed = Genome(TEXT[:250] + "".join(map(other, range(251, 262))) + TEXT[261:])
    there = splice_effect(model, nearby[0], changed, "+", distance=DISTANCE)
    assert len(made) == 4
    assert np.abs(there.reference - first[0].reference).max() > 1e-3
    with plainly():
        for variant, one in zip(nearby, first, strict=True):
            same(one, splice_effect(model, variant, GENOME, "+", distance=DISTANCE))
        same(there, splice_effect(model, nearby[0], changed, "+", distance=DISTANCE))


def test_new_weights_give_new_values() -> None:
    model = splice_model(SHORT)
    before = splice_effect(model, INSIDE[5], GENOME, "+", distance=DISTANCE)
    with torch.no_grad():
        model.net.members[1].out.bias[0] += 1
    fast, plain = both(model, INSIDE[5:6], "+")
    same(fast[0], plain[0])
    assert np.abs(fast[0].reference - before.reference).max() > 1e-3


def test_usage_in_tissues() -> None:
    model = usage_model(LONG)
    options: dict[str, Any] = {"distance": DISTANCE, "transcript": transcript("-"), "masked": True}
    fast = splice_usage_effects(model, INSIDE, GENOME, "-", **options)
    with plainly():
        plain = splice_usage_effects(model, INSIDE, GENOME, "-", **options)
    for one, two in zip(fast, plain, strict=True):
        assert not isinstance(one, GenovizError)
        assert not isinstance(two, GenovizError)
        np.testing.assert_allclose(one.reference, two.reference, atol=CLOSE, rtol=0)
        np.testing.assert_allclose(one.alternate, two.alternate, atol=CLOSE, rtol=0)
        for a, b in zip(one.scores, two.scores, strict=True):
            assert a.value == pytest.approx(b.value, abs=CLOSE)
    assert max(abs(one.largest.value) for one in fast if not isinstance(one, GenovizError)) > 0.05


def test_what_cannot_be_scored_is_said_in_its_place(model: StretchModel) -> None:
    wrong = Variant("chr1", 300, other(300), TEXT[299])
    outside = INSIDE[7]
    found = splice_effects(model, [outside, wrong, edit(20, 1, other(20))], GENOME, "+", transcript=transcript("+"))
    assert isinstance(found[0], SpliceEffect)
    assert isinstance(found[1], RefMismatch)
    assert isinstance(found[2], BadInput)
    with pytest.raises(RefMismatch):
        splice_effect(model, wrong, GENOME, "+")
    with pytest.raises(BadInput, match="without a transcript"):
        splice_effects(model, [], GENOME, "+", masked=True)
    assert splice_effects(model, [], GENOME, "+") == []


def test_letters_of_several_bases_and_hooks_are_computed_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    model = splice_model(SHORT)
    vague = Genome(TEXT[:290] + "R" + TEXT[291:])
    fast = splice_effects(model, INSIDE[5:9], vague, "+", distance=DISTANCE)
    with plainly():
        for one, two in zip(fast, splice_effects(model, INSIDE[5:9], vague, "+", distance=DISTANCE), strict=True):
            same(one, two)
    seen: list[int] = []
    handle = model.net.members[0].out.register_forward_hook(lambda *_: seen.append(1))
    splice_effect(model, INSIDE[5], GENOME, "+", distance=DISTANCE)
    assert seen
    handle.remove()


def test_a_fault_is_noticed_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    model = splice_model(LONG, seed=1)
    right = batch_module.Cone.at

    def narrow(self: batch_module.Cone, depth: int) -> tuple[int, int]:
        first, last = right(self, depth)
        return first, max(first + 1, last - depth // 8)

    monkeypatch.setattr(batch_module.Cone, "at", narrow)
    with pytest.warns(EngineFallback, match="differed from plain computation"):
        wrong = splice_effects(model, INSIDE[5:9], GENOME, "+", distance=DISTANCE)
    with plainly():
        for one, two in zip(wrong, splice_effects(model, INSIDE[5:9], GENOME, "+", distance=DISTANCE), strict=True):
            same(one, two)
    splice_effect(model, INSIDE[5], GENOME, "+", distance=DISTANCE)  # plain from now on, said once


def test_progress_rises_and_can_stop(model: StretchModel) -> None:
    shares: list[float] = []
    splice_effects(model, INSIDE, GENOME, "+", distance=DISTANCE, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)

    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        splice_effects(model, INSIDE, GENOME, "+", distance=DISTANCE, progress=stop)
