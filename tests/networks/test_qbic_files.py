"""Any file of QBiC-SELEX is a model by the file's name, as soon as it is on this computer."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from genoviz.errors import BadCheckpoint, BadInput, MissingWeights, UnknownName
from genoviz.models import qbic_index
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.fetch import fetch
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.predict.prediction import target_value
from genoviz.sequences.sequence import Sequence
from tests.comparison import close
from tests.networks.profile_files import letters
from tests.networks.test_qbic import score, turned

STEM = "CTCF_eDBD_TG40NCTGTGG_YWL_jolma2025_0_3_4mer"
NAME = f"qbic.{STEM}"


def table(k: int) -> dict[str, np.float32]:
    """The words of so many bases, each in one of its two spellings, with a weight each."""
    words = ["".join("ACGT"[n // 4**i % 4] for i in range(k)) for n in range(4**k)]
    kept = [word for word in words if word <= turned(word)]
    return dict(zip(kept, np.random.default_rng(k).normal(size=len(kept)).astype("f4"), strict=True))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    return tmp_path


def test_a_file_of_any_factor_is_a_model(folder: Path) -> None:
    assert qbic_index.here() == []
    (folder / f"{STEM}.weights.qbic").write_bytes(pickle.dumps(table(4)))
    (card,) = qbic_index.here()
    assert card.name in [one.name for one in list_models()]
    assert (card.title, card.outputs[0].tracks, card.config["k"], card.never_run) == (
        *(f"QBiC-SELEX: CTCF ({STEM})", ("CTCF",), 4, True),
    )
    assert card.parameters == len(table(4)) == 136
    assert card.data.startswith("HT-SELEX of CTCF, its DNA-binding domain with flanks")
    one = letters(card.length)
    found = target_value(load_model(NAME), one, Target.default(card))
    assert found == close(score(one.bases, {k: float(v) for k, v in table(4).items()}, 4), 1e-5)
    assert "GABPA" not in card.title + card.summary + card.data + card.published


def test_a_file_with_words_of_another_length_is_refused(folder: Path) -> None:
    (folder / f"{STEM}.weights.qbic").write_bytes(pickle.dumps(table(3)))
    with pytest.raises(BadCheckpoint, match="words of 3 bases, not of 4"):
        load_model(NAME)


def test_files_that_are_not_here(folder: Path) -> None:
    with pytest.raises(MissingWeights):
        load_model(NAME)
    with pytest.raises(BadInput, match=r"(?s)can't be fetched.*models_primary\.tar\.zst"):
        fetch(get_card(NAME))
    for other in ("qbic.ctcf", "qbic.../x_7mer", f"{NAME}.weights.qbic"):
        with pytest.raises(UnknownName):
            get_card(other)
    assert {card.name for card in list_models() if card.name.startswith("qbic.")} == set(qbic_index.IN_PACKAGE)
    for name in qbic_index.IN_PACKAGE:
        assert all(file.package == "qbic-selex==1.0.0" for file in get_card(name).files)
    assert Sequence("ACGT").bases == turned("ACGT")
