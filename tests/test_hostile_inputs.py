"""Every reader of text takes a bent input or refuses it with an error of the project; nothing else ever comes out."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.hostile import READERS, bent, fault


@pytest.mark.parametrize("name", READERS)
@seed(20)
@settings(max_examples=60, database=None)
@given(number=st.integers(0, 2**32))
def test_bent_inputs(name: str, tmp_path_factory: pytest.TempPathFactory, number: int) -> None:
    folder: Path = tmp_path_factory.getbasetemp()
    text = bent(random.Random(number), READERS[name][1])
    found = fault(name, text, folder)
    assert found is None, f"{name}: {text[:200]!r} gives {found!r}"
