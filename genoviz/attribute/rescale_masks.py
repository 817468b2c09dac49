"""Comparisons under the rescale rule: what `torch.where(x > 0, a, b)`, `x * (x > 0)` and `masked_fill` choose.

A comparison gives bool, which has no gradient. Beside each stands a mask of 1 and 0 whose change is credited to what was compared;
where the comparison chooses or multiplies, the mask takes part in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
            return lambda: self._with_mask(call.func(*args), 1 - mask)
        if name in AND | OR and len(args) == 2:
            one, two = (self._masks.get(id(arg), arg) for arg in args)
            if name in OR:
                one, two = 1 - 1 * one, 1 - 1 * two
                for part in (one, two):
                    self._hold(part)
            both = self._product(1 * one, 1 * two) if name in AND else 1 - self._product(one, two)
            return lambda: self._with_mask(call.func(*args), both)
        if name in NUMBERS and mask is not None:
            result = call.func(*args, **call.kwargs)
            return (
                (lambda: mask.to(result.dtype))
                if result.is_floating_point()
                else (lambda: self._with_mask(result, mask))
            )
        if name in ("mul", "__mul__", "__rmul__", "multiply") and len(args) == 2:
            factors = [self._masks.get(id(arg), arg) for arg in args]
            return lambda: self._product(*factors)
        return self._choice_rule(call)

    def _choice_rule(self, call: Call) -> Rule | None:
        if call.name == "where" and len(call.args) == 3:
            a, mask, b = call.args if isinstance(call.first, Tensor) and call.first.is_floating_point() else (
                call.args[1], call.args[0], call.args[2]
            )  # fmt: skip
        elif call.name == "masked_fill" and len(call.args) == 3:
            b, mask, a = call.args
        else:
            return None
        weight = self._masks.get(id(mask))
        if weight is None:
            return None
        return lambda: rules.chosen(weight, a, b, self._rows, self._depends)

    def _compared(self, call: Call) -> Tensor:
        result: Tensor = call.func(*call.args)
        difference = call.args[0] - call.args[1]
        self._hold(difference)
        with_owners = [arg for arg in call.args if self._layout.of(arg) is not None]
        owners = self._layout.of(with_owners[0]) if with_owners else None
        self._layout.note(difference, owners)
        found = self._layout.arrange(difference, 1 if owners is None else owners.dim())
        if found is None or result.shape != difference.shape:
            return result
        usual, put_back = found
        mask = put_back(rules.step(usual, COMPARE[call.name], self._rows))
        return self._with_mask(result, mask, owners)

    def _with_mask(self, result: Tensor, mask: Tensor, owners: Tensor | None = None) -> Tensor:
        for item in (result, mask):
            self._hold(item)
        self._masks[id(result)] = mask
        if owners is not None:
            self._layout.note(mask, owners)
        return result
