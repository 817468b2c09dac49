"""Comparisons under the rescale rule: what `torch.where(x > 0, a, b)`, `x * (x > 0)` and `masked_fill` choose.

A comparison gives bool, which has no gradient. Beside each stands a mask of 1 and 0 whose change is credited to what was compared;
where the comparison chooses or multiplies, the mask takes part in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from genoviz.attribute import rescale_rules as rules
from genoviz.attribute.rescale_calls import AND, COMPARE, NOT, NUMBERS, OR, Call, leaves
from genoviz.attribute.rescale_layout import Layout
from genoviz.attribute.rescale_usual import Rule, UsualRules


class Masks:
    """The masks of one pass through a model.

    Parameters
    ----------
    rows
        Rows of the batch.
    layout
        Who owns the entries of tensors.
    usual
        The other rules, for products.
    depends, hold
        As of `UsualRules`.
    """

    def __init__(
        self,
        rows: int,
        layout: Layout,
        usual: UsualRules,
        depends: Callable[[Any], bool],
        hold: Callable[[Tensor], None],
    ) -> None:
        self._rows, self._layout, self._product, self._depends, self._hold = rows, layout, usual.product, depends, hold
        self._masks: dict[int, Tensor] = {}  # of a comparison, by its id, which is held

    def rule(self, call: Call) -> Rule | None:
        """Comparisons of what depends on the sequences, and what is chosen by them."""
        name, args = call.name, call.args
        if name in COMPARE and len(args) == 2 and any(self._depends(arg) and arg.is_floating_point() for arg in args):
            return lambda: self._compared(call)
        if not self._masks or not any(id(item) in self._masks for item in leaves((args, call.kwargs))):
            return None
        mask = self._masks.get(id(call.first))
        if name in NOT and mask is not None:
            return lambda: self._with_mask(call.func(*args), 1 - mask, self._layout.of(mask))
        if name in AND | OR and len(args) == 2:
            return lambda: self._joined(call)
        if name in NUMBERS and mask is not None:
            result = call.func(*args, **call.kwargs)
            if result.is_floating_point():
                return lambda: mask.to(result.dtype)
            return lambda: self._with_mask(result, mask, self._layout.of(mask))
        if name in ("mul", "__mul__", "__rmul__", "multiply") and len(args) == 2:
            factors = [self._masks.get(id(arg), arg) for arg in args]
            return lambda: self._in_order(self._product, *factors)
        return self._choice_rule(call)

    def _choice_rule(self, call: Call) -> Rule | None:
        if call.name == "where" and len(call.args) == 3:
            of_tensor = (
                isinstance(call.first, Tensor) and call.first.is_floating_point()
            )  # the method, not the function
            a, mask, b = call.args if of_tensor else (call.args[1], call.args[0], call.args[2])
        elif call.name == "masked_fill" and len(call.args) == 3:
            b, mask, a = call.args
        else:
            return None
        weight = self._masks.get(id(mask))
        if weight is None:
            return None
        return lambda: self._in_order(lambda m, a, b: rules.chosen(m, a, b, self._rows, self._depends), weight, a, b)

    def _compared(self, call: Call) -> Tensor:
        result: Tensor = call.func(*call.args)
        mask = self._in_order(lambda one, other: rules.step(one - other, COMPARE[call.name], self._rows), *call.args)
        if mask.shape != result.shape:
            return result
        owners = next((found for arg in call.args if (found := self._layout.of(arg)) is not None), None)
        return self._with_mask(result, mask, owners)

    def _joined(self, call: Call) -> Tensor:
        """`and` is the product; `or` is what is left of 1 by the product of what both leave."""
        parts = [self._masks.get(id(arg), arg) for arg in call.args]
        owners = next((found for part in parts if (found := self._layout.of(part)) is not None), None)

        def join(one: Any, other: Any) -> Any:
            if call.name in AND:
                return self._product(one, other) if self._both(one, other) else 1 * one * other
            left = [1 - 1 * one, 1 - 1 * other]
            for part, whole in zip(left, (one, other), strict=True):
                if self._depends(whole):
                    self._hold(part)
            return 1 - self._product(*left)

        return self._with_mask(call.func(*call.args), self._in_order(join, *parts), owners)

    def _both(self, one: Any, other: Any) -> bool:
        return self._depends(one) and self._depends(other)

    def _in_order(self, work: Callable[..., Any], *values: Any) -> Any:
        """What `work` makes of tensors in the order of their rows, put back into theirs."""
        tensors = [value for value in values if isinstance(value, Tensor)]
        owners = next((found for value in tensors if (found := self._layout.of(value)) is not None), None)
        if owners is None:
            return work(*values)
        shape = torch.broadcast_shapes(*(value.shape for value in tensors))
        given, put_back = [], None
        for value in values:
            if isinstance(value, Tensor):
                whole = value.expand(shape)
                self._layout.note(whole, owners)
                arranged = self._layout.arrange(whole, owners.dim())
                if arranged is None:
                    return work(*values)
                if self._depends(value):
                    self._hold(arranged[0])
                value, put_back = arranged
            given.append(value)
        result = work(*given)
        return result if put_back is None else put_back(result)

    def _with_mask(self, result: Tensor, mask: Tensor, owners: Tensor | None) -> Tensor:
        for item in (result, mask):
            self._hold(item)
        self._masks[id(result)] = mask
        self._layout.note(mask, owners)
        return result
