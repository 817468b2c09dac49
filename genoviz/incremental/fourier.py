"""Convolution with a long kernel through the discrete Fourier transform, done as matrix products.

For blocks of some hundred numbers a product with a matrix of cosines and sines is quicker than the fast algorithm: it runs
at the speed of matrix products, reads rows as they lie, and gives only the numbers that are wanted. Blocks overlap by what
the kernel reads (overlap-save).
"""

from __future__ import annotations

import math
from functools import cache

import torch
from torch import Tensor

LANES = 96  # rows of a product per frequency: spectra of about 1 MB stay in the second-level cache
LARGEST = 128  # numbers per block
GRAIN = 8  # of the sizes of blocks: a kernel's spectrum is computed for few of them ...
SPECTRA = 4  # ... and kept for this many


class FourierConvolution:
    """Sums over a kernel along the first axis of `(steps, lanes * inputs)`, for all lanes alike.

    Parameters
    ----------
    kernel
        (taps, inputs, outputs).
    bias
        (outputs,), added to every sum.
    """

    def __init__(self, kernel: Tensor, bias: Tensor | None = None) -> None:
        self.kernel, self.bias = kernel.detach(), bias
        self.taps, self.inputs, self.outputs = kernel.shape
        self._spectra: dict[int, tuple[Tensor, Tensor]] = {}

    def __call__(self, x: Tensor, first: int, out: Tensor) -> None:
        """Write sums to `out` `(n, lanes * outputs)`; row r has that of the taps on rows `first + r` and behind of `x`.

        Rows outside of `x` are zeros; `first` may be negative.
        """
        steps, count, lanes = x.shape[0], out.shape[0], x.shape[1] // self.inputs
        size = block_size(self.taps, count)
        hop, half = size - self.taps + 1, size // 2 + 1
        there, back = transforms(size)
        starts = range(0, count, hop)
        together = max(1, LANES // lanes)  # blocks per product where there are few lanes ...
        wide = min(lanes, LANES if lanes < 2 * LANES else -(-lanes // round(lanes / LANES)))  # ... parts where many
        rows = min(together, len(starts)) * wide
        spectra = torch.empty(2 * half * rows * self.inputs), torch.empty(2 * half * rows * self.outputs)
        for number in range(0, len(starts), together):
            group = starts[number : number + together]
            for low in range(0, lanes, wide):
                high = min(lanes, low + wide)
                z = spectra[0][: 2 * half * len(group) * (high - low) * self.inputs].view(2 * half, len(group), -1)
                for i, start in enumerate(group):
                    base = first + start
                    begins = min(steps, max(0, base))
                    ends = max(begins, min(steps, base + size))
                    part = x[begins:ends, low * self.inputs : high * self.inputs]
                    torch.mm(there[:, begins - base : ends - base], part, out=z[:, i])
                y = self._multiplied(z.view(2, half, -1, self.inputs), spectra[1])
                y = y.view(2 * half, len(group), -1)
                for i, start in enumerate(group):
                    end = min(start + hop, count)
                    target = out[start:end, low * self.outputs : high * self.outputs]
                    torch.mm(back[: end - start], y[:, i], out=target)

    def _multiplied(self, z: Tensor, memory: Tensor) -> Tensor:
        """(2, frequencies, rows, outputs): real and imaginary parts times those of the kernel."""
        half, rows = z.shape[1], z.shape[2]
        size = 2 * half - 2
        real, imaginary = self._spectrum(size)
        y = memory[: 2 * half * rows * self.outputs].view(2, half, rows, self.outputs)
        torch.bmm(z[0], real, out=y[0])
        y[0].baddbmm_(z[1], imaginary, alpha=-1)
        torch.bmm(z[0], imaginary, out=y[1])
        y[1].baddbmm_(z[1], real)
        if self.bias is not None:
            y[0, 0] += size * self.bias
        return y

    def _spectrum(self, size: int) -> tuple[Tensor, Tensor]:
        found = self._spectra.get(size)
        if found is None:
            kernel = torch.zeros(size, self.inputs, self.outputs, dtype=torch.float64)
            for tap in range(self.taps):  # a sum over what lies behind: tap j at -j
                kernel[-tap % size] = self.kernel[tap]
            spectrum = torch.fft.rfft(kernel, dim=0)
            found = spectrum.real.float().contiguous(), spectrum.imag.float().contiguous()
            if len(self._spectra) >= SPECTRA:
                self._spectra = {}
            self._spectra[size] = found
        return found


@cache
def transforms(size: int) -> tuple[Tensor, Tensor]:
    """The real transform as a matrix `(2F, size)`, cosines over negative sines, and back `(size, 2F)`; `size` is even."""
    n, f = torch.arange(size, dtype=torch.float64), torch.arange(size // 2 + 1, dtype=torch.float64)
    angle = 2 * math.pi * torch.outer(f, n) / size
    twice = torch.full((len(f), 1), 2.0, dtype=torch.float64)
    twice[0] = twice[-1] = 1
    back = torch.cat([angle.cos() * twice, -angle.sin() * twice]).t() / size
    return torch.cat([angle.cos(), -angle.sin()]).float(), back.float().contiguous()


@cache
def block_size(taps: int, count: int) -> int:
    """Size of the transform with the least work for so many sums; above `LARGEST` for kernels that need it."""

    def work(size: int) -> float:
        hop, total, left = size - taps + 1, 0.0, count
        while left > 0:
            now = min(hop, left)
            # Products there and back; those per frequency run less efficiently.
            total += size * (2 * (now + taps - 1) + 2 * now + 200)
            left -= now
        return total

    smallest = -(-(taps + 7) // GRAIN) * GRAIN
    return min(range(smallest, max(LARGEST, 2 * smallest) + 1, GRAIN), key=work)
