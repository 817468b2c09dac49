"""Exact incremental mutagenesis: the reference once, and for every edit only what it can change.

Examples
--------
>>> import torch
>>> from genoviz import incremental
>>> from genoviz.incremental import Edit
>>> network = torch.nn.Sequential(torch.nn.Conv1d(4, 8, 5), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.LazyLinear(2))
>>> x = torch.eye(4).repeat(1, 25)  # (4, 100), one-hot: ACGT 25 times
>>> network(x[None]).shape
torch.Size([1, 2])
>>> plan = incremental.plan(network.eval(), 100)  # any function (batch, 4, length) -> (batch,) or (batch, outputs)
>>> reference = plan.reference(x)  # one forward pass
>>> reference.saturate().shape  # every base at every position
torch.Size([4, 100, 2])
>>> reference.edits([(Edit(10, 11, "T"), Edit(40, 42, ""))]).shape  # each set of edits applied together
torch.Size([1, 2])
"""

from __future__ import annotations

from genoviz.incremental.edits import Edit
from genoviz.incremental.plans import Plan, plan
from genoviz.incremental.policy import EngineFallback
from genoviz.incremental.reference import Reference

__all__ = ["Edit", "EngineFallback", "Plan", "Reference", "plan"]
