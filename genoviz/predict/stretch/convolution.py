"""A dilated convolution without padding on arrays `[row, edit, channel]`, by the quickest of three ways.

Rows of several edits lie between each other, so that a dilated convolution is `dilation` interleaved plain ones on a view,
without a copy. Long kernels go through `genoviz.incremental.fourier`. For short ones all edits are one long row with the
dilation stretched, in the layout in which torch's convolution runs at about the peak of a CPU; where there are few rows, what
each output reads is laid side by side for one product.
"""

from __future__ import annotations

import torch
from torch import Tensor

from genoviz.incremental.fourier import FourierConvolution
from genoviz.predict.stretch.memory import Memory

FEW = 1024  # rows: below, one product
FOURIER_TAPS = 16  # kernels longer than this go through the Fourier transform


class Convolution:
    """One layer.

    Parameters
    ----------
    weight
        (outputs, inputs, taps), as many outputs as inputs.
    bias
        (outputs,).
    dilation
        Rows between two taps.
    """

    def __init__(self, weight: Tensor, bias: Tensor, dilation: int) -> None:
        weight, self.bias, self.dilation = weight.detach().float(), bias.detach().float().contiguous(), dilation
        self.channels, _, self.taps = weight.shape
        self.reach = (self.taps - 1) * dilation // 2  # rows consumed on either side
        kernel = weight.permute(2, 1, 0).contiguous()  # (taps, inputs, outputs)
        self.fourier = FourierConvolution(kernel, self.bias) if self.taps > FOURIER_TAPS else None
        self.flat = kernel.view(-1, self.channels)
        self.along = weight[:, :, None].contiguous(memory_format=torch.channels_last)

    def rows_in(self, width: int) -> int:
        """Rows of the input for so many outputs; those past `width + 2 * reach` must hold finite numbers."""
        steps = -(-width // self.dilation) * self.dilation if self.fourier else width
        return steps + 2 * self.reach

    def __call__(self, x: Tensor, memory: Memory, name: str) -> Tensor:
        """The result `(rows - 2 * reach, edits, channels)`; in `memory` under `name`, where it needs some."""
        rows, count, channels = x.shape
        left = rows - 2 * self.reach
        if self.fourier is not None:
            out = memory.take(name, left, count, channels)
            steps = rows // self.dilation
            self.fourier(x.view(steps, -1), 0, out.view(steps - self.taps + 1, -1))
            return out
        if rows * count > FEW:
            row = x.view(1, 1, -1, channels).permute(0, 3, 1, 2)
            y = torch.conv2d(row, self.along, self.bias, dilation=(1, self.dilation * count))
            return y[0, :, 0].t().view(-1, count, channels)
        out = memory.take(name, left, count, channels)
        columns = memory.take("columns", left * count, self.taps, channels)
        columns.copy_(x.as_strided(columns.shape, (channels, self.dilation * count * channels, 1)))
        torch.addmm(self.bias, columns.view(left * count, -1), self.flat, out=out.view(-1, channels))
        return out
