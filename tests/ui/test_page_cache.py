"""What the pages cache: a model is asked once about a sequence, whatever is shown of the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import streamlit as st

from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.predict import readout
from genoviz.predict.agreement import agreement
from genoviz.predict.prediction import predict, target_value
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache
from tests.pages.test_sequence_page import edit, start
from tests.predict.test_readout import asked, sequences

NAME = "tfbind.encode10"


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def test_prediction_target_and_agreement_come_from_one_pass_of_each_network() -> None:
    model = load_model(NAME)
    sha256, target = model.card.sha256, Target.default(model.card)
    one, other = sequences(model, 2)
    with asked(cache.model(NAME, sha256)) as passes:
        for _ in range(2):
            tracks = cache.prediction(NAME, sha256, one)
            value = cache.target_value(NAME, sha256, one, target)
            agreed = cache.agreement(NAME, sha256, one, other, target)
            elsewhere = cache.prediction(NAME, sha256, Sequence(one.bases, "edited", Locus("chr1", 5, 106)))
    assert passes == [[1, 1]] * 3
    assert (tracks["binding"].values == predict(model, one)[0]["binding"].values).all()
    assert value == target_value(model, one, target)
    assert agreed == agreement(model, one, other, target).sentence
    assert agreed.startswith(("2 of 3", "3 of 3"))
    assert (elsewhere["binding"].locus, tracks["binding"].locus) == (Locus("chr1", 5, 106), None)


def test_the_page_reads_each_sequence_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prediction, title, edits one by one, agreement and bars of all tracks: of the sequence before and after an edit."""
    seen: Counter[str] = Counter()
    run = readout.read

    def counted(model, batch):
        seen.update([batch.bases])
        return run(model, batch)

    monkeypatch.setattr(readout, "read", counted)
    app = start(example="ets")
    assert len(seen) == 1
    edit(app, "A57G" if next(iter(seen))[56] == "A" else "del 57")
    assert not app.exception
    assert len(seen) == 2
    assert set(seen.values()) == {1}
