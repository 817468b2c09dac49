"""Exact incremental mutagenesis: the reference once, and for every edit only what it can change.

>>> plan = incremental.plan(target_of_model, length)    # (batch, 4, length) -> (batch,) or (batch, outputs)
>>> reference = plan.reference(x)                       # one forward pass
>>> reference.saturate()                                # (4, length, outputs): every base at every position
>>> reference.edits([(Edit(10, 11, "T"), Edit(40, 42, ""))])
>>> print(plan.explain())
"""

from __future__ import annotations

from genoviz.incremental.edits import Edit
from genoviz.incremental.plans import Plan, plan
from genoviz.incremental.policy import EngineFallback
from genoviz.incremental.reference import Reference

__all__ = ["Edit", "EngineFallback", "Plan", "Reference", "plan"]
