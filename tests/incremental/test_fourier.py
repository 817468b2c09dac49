"""Sums over long kernels by matrix products are those of torch's convolution."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from genoviz.incremental.fourier import FourierConvolution, block_size, transforms


@settings(max_examples=40, deadline=None)
@given(
    taps=st.sampled_from([2, 17, 33, 40, 150]),
    steps=st.integers(1, 260),
    lanes=st.sampled_from([1, 3, 120, 250]),
    first=st.integers(-50, 40),
    count=st.integers(1, 230),
    biased=st.booleans(),
)
def test_sums_are_those_of_a_convolution(
    taps: int, steps: int, lanes: int, first: int, count: int, biased: bool
) -> None:
    draw = torch.Generator().manual_seed(taps + steps)
    kernel, bias = torch.randn(taps, 2, 3, generator=draw), torch.randn(3, generator=draw)
    x = torch.randn(steps, lanes, 2, generator=draw)
    out = torch.full((count, lanes * 3), torch.nan)
    FourierConvolution(kernel, bias if biased else None)(x.view(steps, -1), first, out)
    padded = torch.zeros(abs(first) + steps + count + taps, lanes, 2, dtype=torch.float64)
    padded[max(0, -first) : max(0, -first) + steps] = x
    part = padded[max(0, first) :][: count + taps - 1].permute(1, 2, 0)
    wanted = torch.conv1d(part, kernel.double().permute(2, 1, 0)).permute(2, 0, 1)[:count]
    if biased:
        wanted = wanted + bias
    error = (out.view(count, lanes, 3)[: len(wanted)] - wanted).abs().max()
    assert len(wanted) == count or first > steps
    assert error < 1e-5 * taps**0.5


@pytest.mark.parametrize("size", [8, 64, 128])
def test_there_and_back(size: int) -> None:
    there, back = transforms(size)
    torch.testing.assert_close(back @ there, torch.eye(size), atol=1e-6, rtol=0)


def test_spectra_are_not_kept_without_end() -> None:
    convolution = FourierConvolution(torch.ones(20, 1, 1))
    x = torch.arange(400.0)[:, None]
    sizes = set()
    for count in range(1, 380, 6):
        out = torch.empty(count, 1)
        convolution(x, 0, out)
        assert out[-1, 0] == pytest.approx(float(x[count - 1 : count + 19].sum()), rel=1e-5)
        sizes.add(block_size(20, count))
    assert len(sizes) > 4
    assert len(convolution._spectra) <= 4
