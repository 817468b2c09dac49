"""Mutation maps: by hand, against a slow loop over edited text, windows, cancelling, and the tie to prediction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genoviz.errors import BadInput, BadSequence, Cancelled
from genoviz.lessons.examples import EXAMPLES
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A, SITE_B
from genoviz.mutagenesis import saturation as mutagenesis
from genoviz.mutagenesis.saturation import count_variants, parse_window, saturate
from genoviz.predict.prediction import target_value
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

ONE_SITE = Sequence(SITE_A.center(60, "N"), "one site")
START = 27
TARGET = Target("activity", ("activity",))


def excess(text: str, site: str) -> list[int]:
    windows = (text[i : i + 6] for i in range(len(text) - 5))
    return [max(0, sum(a == b for a, b in zip(w, site, strict=True)) - 3) for w in windows]


ORACLES = {
    "toy.sum": lambda text: sum(excess(text, SITE_A)),
    "toy.and": lambda text: min(max(excess(text, SITE_A)), max(excess(text, SITE_B))),
}


def test_one_site_by_hand() -> None:
    result = saturate(load_model("toy.sum"), ONE_SITE, TARGET)
    assert result.value == 3
    for i in range(60):
        if START <= i < START + 6:
            # Any change of any of the six bases costs one of three.
            expected = [0 if base == ONE_SITE.bases[i] else -1 for base in BASES]
            assert result.delta[:, i].tolist() == expected
            assert result.importance[i] == 1
        else:
            assert np.isnan(result.delta[:, i]).all()
            assert np.isnan(result.importance[i])
    assert result.deletions is None
    assert result.insertions is None
    assert result.complete
    assert result.unit == "arbitrary units"


def test_a_mismatch_by_hand() -> None:
    """GATTAG has one wrong base: mending it adds one, breaking another takes one."""
    result = saturate(load_model("toy.sum"), Sequence("GATTAG".center(60, "N")), TARGET)
    assert result.value == 2
    assert result.delta[:, START + 3].tolist() == [1, 0, 0, 0]
    assert result.delta[:, START].tolist() == [-1, -1, 0, -1]
    assert result.importance[START + 3] == pytest.approx(-1 / 3)


@pytest.mark.parametrize("name", ORACLES)
@given(st.data())
@settings(max_examples=6)
def test_against_a_loop_over_text(name: str, data: st.DataObject) -> None:
    """Every substitution, deletion and insertion, made on letters and scored by counting in Python."""
    oracle = ORACLES[name]
    bases = list(data.draw(st.text("ACGTN", min_size=60, max_size=60)))
    for site in (SITE_A, SITE_B, SITE_A):
        at = data.draw(st.integers(0, 54))
        bases[at : at + 6] = site
    text = "".join(bases)
    result = saturate(load_model(name), Sequence(text), TARGET, indels=True)
    value = oracle(text)
    assert result.value == value
    delta, deletions, insertions = np.full((4, 60), np.nan), np.full(60, np.nan), np.full((4, 60), np.nan)
    for i, letter in enumerate(text):
        for b, base in enumerate(BASES):
            insertions[b, i] = oracle((text[:i] + base + text[i:])[:60]) - value
            if letter != "N":
                delta[b, i] = oracle(text[:i] + base + text[i + 1 :]) - value
        if letter != "N":
            deletions[i] = oracle(text[:i] + text[i + 1 :] + "N") - value
    assert np.array_equal(result.delta, delta, equal_nan=True)
    assert np.array_equal(result.deletions, deletions, equal_nan=True)
    assert np.array_equal(result.insertions, insertions, equal_nan=True)


@pytest.mark.parametrize("scale", ["logit", "value"])
def test_a_cell_is_the_difference_of_two_predictions(scale: str) -> None:
    model = load_model("tfbind.encode10")
    text = "".join(np.random.default_rng(2).choice(list("ACGT"), 101))
    target = Target("binding", ("REST",), scale=scale)
    result = saturate(model, Sequence(text), target)
    before = target_value(model, Sequence(text), target)
    assert result.value == before
    for b, i in [(0, 0), (1, 50), (2, 77), (3, 100)]:
        mutated = Sequence(text[:i] + BASES[b] + text[i + 1 :])
        # float32 sums differ in the last digit between batch sizes
        assert result.delta[b, i] == close(target_value(model, mutated, target) - before, beside=before)


def test_the_observed_base_changes_nothing() -> None:
    text = "".join(np.random.default_rng(3).choice(list("ACGTRN"), 101))
    result = saturate(load_model("tfbind.encode10"), Sequence(text), Target("binding", ("MYC",)))
    for i, letter in enumerate(text):
        if letter in BASES:
            assert result.delta[BASES.index(letter), i] == 0
            assert np.isfinite(result.delta[:, i]).all()
        else:
            assert np.isnan(result.delta[:, i]).all()
    known = [i for i, letter in enumerate(text) if letter in BASES]
    assert result.importance[known] == close(-result.delta[:, known].sum(0) / 3)
    assert np.isnan(np.delete(result.importance, known)).all()


def test_window_is_part_of_the_whole() -> None:
    model, sequence = load_model("toy.sum"), Sequence(("ACGT" * 5 + SITE_A + "TTGCA" * 7)[:60])
    whole = saturate(model, sequence, TARGET, indels=True)
    part = saturate(model, sequence, TARGET, indels=True, window=(18, 30))
    inside = slice(18, 30)
    outside = np.r_[0:18, 30:60]
    for a, b in ((whole.delta, part.delta), (whole.insertions, part.insertions), (whole.deletions, part.deletions)):
        assert np.array_equal(a[..., inside], b[..., inside])
        assert np.isnan(b[..., outside]).all()
    assert part.window == (18, 30)


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_chunks_change_nothing(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    model, sequence = load_model("toy.and"), Sequence(("ACGT" * 3 + SITE_A + "CC" + SITE_B + "TTGCA" * 7)[:60])
    whole = saturate(model, sequence, TARGET).delta
    monkeypatch.setattr(mutagenesis, "CHUNK", chunk)
    assert np.array_equal(saturate(model, sequence, TARGET).delta, whole)


def test_cancelling_keeps_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutagenesis, "CHUNK", 10)
    model, sequence = load_model("toy.sum"), Sequence("ACGTTGCAAC" * 6)
    whole = saturate(model, sequence, TARGET)
    shares: list[float] = []

    def progress(share: float) -> None:
        shares.append(share)
        if share > 70 / 180:  # in the third chunk
            raise Cancelled

    part = saturate(model, sequence, TARGET, progress=progress)
    assert whole.complete
    assert not part.complete
    assert shares == sorted(shares)
    assert np.array_equal(part.delta[:, :20], whole.delta[:, :20])
    # Nothing is said about the rest but that the observed base is the observed base.
    assert np.isnan(part.importance[20:]).all()
    assert np.isfinite(part.importance[:20]).all()


@pytest.mark.clock  # the engine takes the way that it measures as the faster one
def test_the_engine_agrees_with_plain_prediction_on_the_trained_model() -> None:
    model, sequence = load_model("tfbind.encode10"), EXAMPLES[0].sequence
    target = Target("binding", (EXAMPLES[0].track,))
    result = saturate(model, sequence, target)
    assert result.engine == "incremental"
    function = target.of(model)
    for position in (0, 33, 68, 100):
        for b, base in enumerate(BASES):
            text = sequence.bases[:position] + base + sequence.bases[position + 1 :]
            plain = float(function(encode(text))[0]) - result.value
            assert result.delta[b, position] == close(plain, beside=result.value)


def test_another_error_in_progress_is_not_swallowed() -> None:
    def progress(share: float) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        saturate(load_model("toy.sum"), ONE_SITE, TARGET, progress=progress)


def test_progress_ends_at_one() -> None:
    shares: list[float] = []
    saturate(load_model("toy.sum"), ONE_SITE, TARGET, indels=True, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1


@given(st.text("ACGTN", min_size=1, max_size=30), st.booleans(), st.data())
def test_count_is_what_is_computed(text: str, indels: bool, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    known = sum(c != "N" for c in text[start:end])
    slow = 3 * known + (known + 4 * (end - start) if indels else 0)
    assert count_variants(Sequence(text), window=(start, end), indels=indels) == slow


def test_all_n_has_nothing_to_substitute() -> None:
    result = saturate(load_model("toy.sum"), Sequence("N" * 60), TARGET)
    assert np.isnan(result.delta).all()
    assert result.complete


@pytest.mark.parametrize(
    ("text", "window"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        ("1-60", (0, 60)),
        ("40-60", (39, 60)),
        (" 1,000 - 2,000 ", (999, 2000)),
        ("3–5", (2, 5)),
    ],
)
def test_windows_in_words(text: str | None, window: tuple[int, int] | None) -> None:
    assert parse_window(text) == window


@pytest.mark.parametrize(
    "text", ["40", "a-b", "0-5", "-5", "5-", "1-2-3", "1.5-2", "²-³", "١-٢", "nan-inf", "9" * 5000 + "-2"]
)
def test_unreadable_windows(text: str) -> None:
    with pytest.raises(BadInput, match="START-END"):
        parse_window(text)


@pytest.mark.parametrize("window", [(0, 61), (5, 5), (6, 5), (-1, 4), (60, 61), (0, 0)])
def test_windows_outside(window: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="bases 1 to 60"):
        saturate(load_model("toy.sum"), ONE_SITE, TARGET, window=window)


def test_wrong_length() -> None:
    with pytest.raises(BadSequence, match="reads exactly 60"):
        saturate(load_model("toy.sum"), Sequence("ACGT"), TARGET)
