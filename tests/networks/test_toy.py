"""The hand-set networks compute what their cards say: checked against plain Python."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.toy_cards import LENGTH, SITE_A, SITE_B


def excess(text: str, site: str) -> list[int]:
    """max(0, matches - 3) of each window."""
    windows = (text[i : i + 6] for i in range(len(text) - 5))
    return [max(0, sum(a == b for a, b in zip(w, site, strict=True)) - 3) for w in windows]


def value(name: str, text: str) -> float:
    return float(load_model(name).logits(encode(text))["activity"][0, 0, 0])


@given(st.text("ACGTN", min_size=LENGTH, max_size=LENGTH))
@settings(max_examples=20)
def test_against_plain_python(text: str) -> None:
    a, b = excess(text, SITE_A), excess(text, SITE_B)
    assert value("toy.sum", text) == sum(a)
    assert value("toy.and", text) == min(max(a), max(b))


@pytest.mark.parametrize(
    ("sites", "total", "weaker"),
    [
        ((), 0, 0),
        ((SITE_A,), 3, 0),
        ((SITE_A, SITE_A), 6, 0),
        ((SITE_B,), 0, 0),
        ((SITE_A, SITE_B), 3, 3),
        (("GATAAC", SITE_B), 2, 2),  # one mismatch in a site costs one
    ],
)
def test_planted_sites(sites: tuple[str, ...], total: int, weaker: int) -> None:
    # Between runs of N nothing matches by chance.
    text = "".join(site.rjust(15, "N") for site in sites).ljust(LENGTH, "N")
    assert value("toy.sum", text) == total
    assert value("toy.and", text) == weaker
