"""Predicted effects are those of changed sequences, one by one; models, methods, pairs and libraries against measurements."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from genoviz.errors import BadInput, Cancelled, UnknownName
from genoviz.measured.against import against
from genoviz.measured.assay import read_assay
from genoviz.measured.assay_against import assay_against
from genoviz.measured.experiment import Change, Experiment
from genoviz.measured.predicted import predict_effects, windows_over
from genoviz.measured.several import Asked, rows_of, side_by_side, unsuited
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.predict.prediction import target_value
from genoviz.sequences.sequence import Sequence

MODEL = load_model("toy.sum")  # reads 60 bases: matches to GATAAG
TARGET = Target.default(MODEL.card)
WHOLE = ("C" * 20 + "GATAAG" + "CT" * 12 + "GATTAG" + "GC" * 22)[:100]


def experiment(bases: str, effects: list[float] | None = None) -> Experiment:
    """Each base to T (or A), each fifth one deleted, and an insertion."""
    changes = [Change(i, b, "T" if b != "T" else "A") for i, b in enumerate(bases)]
    changes += [Change(i, bases[i], "") for i in range(0, len(bases), 5)]
    changes.append(Change(22, "", "GG"))
    values = np.zeros(len(changes)) if effects is None else np.array(effects)
    return Experiment("made", Sequence(bases), tuple(changes), values)


def by_hand(bases: str, change: Change) -> float:
    """Mean over windows of 60 bases, each predicted with and without the change."""
    found = []
    for first in windows_over(len(bases), 60):
        window, at = (bases[first : first + 60], change.start - first)
        if len(bases) < 60:
            left = (60 - len(bases)) // 2
            window, at = "N" * left + bases + "N" * (60 - left - len(bases)), change.start + left
        if not 0 <= at <= 60 - max(len(change.ref), 1):
            continue
        changed = (window[:at] + change.alt + window[at + len(change.ref) :] + "N" * 60)[:60]
        found.append(target_value(MODEL, Sequence(changed), TARGET) - target_value(MODEL, Sequence(window), TARGET))
    return float(np.mean(found))


@pytest.mark.parametrize("bases", [WHOLE, WHOLE[:60], WHOLE[:47]], ids=["longer", "as long", "shorter"])
def test_effects_are_those_of_changed_sequences(bases: str) -> None:
    made = experiment(bases)
    found = predict_effects(MODEL, made, TARGET)
    expected = [by_hand(bases, change) for change in made.changes]
    assert found.effects == pytest.approx(expected, abs=1e-5)
    assert found.windows[-1][1] == len(bases)
    turned = predict_effects(load_model("tfbind.encode10"), made.turned(), Target("binding", ("GABPA",)))
    assert turned.effects.shape == found.effects.shape


def test_windows_cover_an_element_evenly() -> None:
    for length, reads in ((600, 145), (61, 60), (60, 60), (20, 60)):
        firsts = windows_over(length, reads)
        assert firsts[0] == 0
        assert firsts[-1] == max(0, length - reads)
        assert all(b - a <= reads // 4 for a, b in pairwise(firsts))


def test_a_model_that_is_right_agrees_and_what_it_misses_is_said() -> None:
    made = experiment(WHOLE)
    truth = predict_effects(MODEL, made, TARGET).effects
    right = against(MODEL, experiment(WHOLE, list(0.5 * truth)), TARGET, draws=50)
    assert right.overall.pearson == pytest.approx(1)
    assert right.fitted == pytest.approx(0.5 * truth, abs=1e-6)
    assert right.residuals == pytest.approx(0, abs=1e-6)
    assert right.missed == ()
    assert "stands out in the prediction" in right.missed_sentence
    blind = experiment(
        WHOLE, [-1.0 if 70 <= c.start < 80 else 0.5 * t for c, t in zip(made.changes, truth, strict=True)]
    )
    found = against(MODEL, blind, TARGET, draws=50)
    assert found.missed[0].start <= 72 < 78 <= found.missed[0].end
    assert found.missed_sentence.startswith("The model misses the site at bases")
    assert found.unseen == ()
    blank = against(
        MODEL,
        experiment(WHOLE, [0 if c.start < 40 else 0.5 * t for c, t in zip(made.changes, truth, strict=True)]),
        TARGET,
        draws=50,
    )
    assert "sees a site at bases 2" in blank.unseen_sentence
    wrong = against(MODEL, experiment(WHOLE, list(-truth)), TARGET, draws=50)
    assert wrong.overall.pearson == pytest.approx(-1)
    assert not wrong.fitted.any()  # a prediction is never turned around to fit


def test_methods_guess_from_one_explanation() -> None:
    made = experiment(WHOLE[:60])
    found = predict_effects(MODEL, made, TARGET, "saliency")
    assert np.isnan(found.effects[~made.substitutions]).all()
    assert np.isfinite(found.effects[made.substitutions]).all()
    # The site matches six bases: the gradient counts each of them, and a change to T loses one.
    site = [found.effects[i] for i in range(20, 26) if made.changes[i].alt == "T"]
    assert site == pytest.approx([-1] * len(site))
    with pytest.raises(UnknownName, match="method"):
        predict_effects(MODEL, made, TARGET, "guess")


def test_a_stop_keeps_the_windows_that_are_done() -> None:
    made = experiment(WHOLE)

    def stop(share: float) -> None:
        if share > 0.4:
            raise Cancelled

    found = against(MODEL, made, TARGET, progress=stop)
    assert not found.complete
    assert 0 < np.isfinite(found.predicted.effects).sum() < len(made)

    def at_once(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        predict_effects(MODEL, made, TARGET, progress=at_once)


def test_long_models_are_refused() -> None:
    class Long:
        card = get_card("tracks.enformer-human")

    with pytest.raises(BadInput, match="many seconds"):
        predict_effects(Long(), experiment(WHOLE), Target.default(Long.card))  # type: ignore[arg-type]


def test_models_stand_beside_each_other() -> None:
    made = experiment(WHOLE)
    truth = predict_effects(MODEL, made, TARGET).effects
    rows = [Asked(get_card("toy.and"), Target.default(get_card("toy.and"))), Asked(MODEL.card, TARGET)]
    found = side_by_side(experiment(WHOLE, list(truth)), rows, lambda card: load_model(card.name), draws=20)
    assert [one.asked.card.name for one in found.standings] == ["toy.sum", "toy.and"]
    assert "toy.sum activity, Mutations does best (Pearson 1.00)" in found.sentence
    suited = {one.card.name for one in rows_of(list_models())}
    assert {"tfbind.encode10", "enhancer.mpra-dragonn", "promoter.human-core", "enhancer.crx"} <= suited
    assert not suited & {"promoter.ecoli", "splice.sites", "rbp.clip8", "tracks.enformer-human", "toy.sum"}
    assert "E. coli" in unsuited(get_card("promoter.ecoli"))


PAIRS = b"id,ref_seq,alt_seq,delta_psi\na,GATAAG,GATCAG,-1\nb,CCCCCC,GATAAG,2\nc,ACGU,ACGT,0\nd,ACGX,ACGT,0\n"
LONG = (
    b"name,chrom,start,end,variant,seq,log2\ne_WT,1,5,9,WT,GATAAG,3\ne_m,1,5,9,mut,GACAAG,1\nf_m,1,8,9,mut,GACAAG,1\n"
)


def test_pairs_in_one_row_or_two() -> None:
    found = read_assay(PAIRS)
    assert (found.kind, len(found), found.names) == ("pairs", 3, ("a", "b", "c"))
    assert "1 with letters that are no bases" in found.notices[0]
    held = assay_against(MODEL, found)
    assert held.predicted.tolist() == [-1, 3, 0]
    assert "100 % of 2 pairs" in held.direction_sentence
    made = read_assay(LONG, pairs=True)
    assert (made.names, made.values.tolist(), made.unit) == (("e_m",), [-2], "log2, mutant minus wild type")
    assert made.before[0].bases == "GATAAG"
    assert "1 mutants without" in made.notices[-1]
    assert read_assay(LONG).kind == "library"
    with pytest.raises(BadInput, match="wild types"):
        read_assay(b"name,seq,value\na,ACGT,1\n", pairs=True)


def test_a_library_by_group_and_around_a_base() -> None:
    random = np.random.default_rng(0)
    lines = ["source\tseq\tactivity\texpression"]
    for i in range(60):
        bases = "".join(random.choice(list("ACGT"), 80))
        value = target_value(MODEL, Sequence(bases[:60]), TARGET)
        lines.append(f"{'ab'[i % 2]}\t{bases}\thigh\t{value if i % 2 else -value}")
    found = read_assay("\n".join(lines).encode())
    assert found.unit == "expression"  # `activity` holds words
    held = assay_against(MODEL, found, around=31)
    assert held.groups["b"].pearson == pytest.approx(1)
    assert held.groups["a"].pearson == pytest.approx(-1)
    assert assay_against(MODEL, found, around=-50).predicted.tolist() == held.predicted.tolist()
    with pytest.raises(BadInput, match="Base 81"):
        assay_against(MODEL, found, around=81)

    def stop(share: float) -> None:
        raise Cancelled

    assert found.sample(7).names == found.sample(7).names
    assert len(found.sample(7)) == 7
