"""DeepLIFT's rescale rule without module hooks.

Row 0 of every batch is the sequence, the other rows are references. A `TorchFunctionMode` meets every function that the
model calls, module or functional, reused or not, and replaces the non-linear ones by functions whose backward pass
multiplies with the secant between row 0 and each reference. The model is never changed, so threads may share it. What has
no rule passes its ordinary gradient on; the gap, which is returned for every reference, then shows it.

With a rule: what is elementwise (`genoviz.attribute.rescale_calls.UNARY`), products and quotients of two tensors, maxima and max
pooling, softmax and its relatives, norms, attention and recurrent layers, and what a comparison chooses (`torch.where`).
Without: what sorts (`sort`, `topk`, `median`), running products and maxima (`cumprod`, `cummax`, `logcumsumexp`, `prod`),
products of three and more at once (`einsum`, `bilinear`), distances (`cdist`, `cosine_similarity`), powers of which both base
and exponent depend on the sequence, `atan2`, `hypot`, `xlogy`, and what is random.

Source: Shrikumar, Greenside and Kundaje 2017, "Learning important features through propagating activation differences"
(rescale rule); products and matrix products share the interaction equally between both factors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from genoviz.attribute import rescale_rules as rules
from genoviz.attribute.rescale_calls import ELEMENTWISE, MAXIMA, Call, leaves
from genoviz.attribute.rescale_layout import Layout
from genoviz.attribute.rescale_masks import Masks
from genoviz.attribute.rescale_recurrent import RECURRENT, recurrent
from genoviz.attribute.rescale_usual import Rule, UsualRules
from genoviz.errors import BadInput

AT_ONCE = 20  # references of a pass: the usual number
_ALONG = frozenset({"amax", "amin", "max", "min", "softmax", "softmin", "log_softmax", "logsumexp"})


class RescaleMode(TorchFunctionMode):
    """Swaps non-linear functions of the sequences for ones that propagate multipliers.

    Parameters
    ----------
    inputs : Tensor
        (rows, 4, length); row 0 is the sequence, the others are references.
    """

    def __init__(self, inputs: Tensor) -> None:
        super().__init__()
        self._rows = len(inputs)
        self._known: dict[int, Tensor] = {id(inputs): inputs}  # holding them keeps their ids unique
        self._layout = Layout(self._rows)
        self._usual = UsualRules(self._rows, self._depends, self._hold)
        self._masks = Masks(self._rows, self._layout, self._usual, self._depends, self._hold)

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if not any(id(item) in self._known for item in leaves((args, kwargs))):
            return func(*args, **kwargs)
        call = Call.of(func, args, kwargs)
        if call.in_place and isinstance(call.first, Tensor) and self._rule(call) is not None:
            # the rule needs the old values, the caller may go on with the changed tensor
            before = call.first.clone()
            self._hold(before)
            self._layout.note(before, self._layout.of(call.first))
            fresh = call.out_of_place(before)
            result = call.first.copy_(self._answer(fresh))
        else:
            result = self._answer(call)
        for item in result if isinstance(result, (list, tuple)) else (result,):
            if isinstance(item, Tensor) and item.is_floating_point():
                self._hold(item)
        if not call.in_place:
            self._layout.follow(call.name, func, args, kwargs, result)
        if call.name in RECURRENT and isinstance(result, tuple):
            self._note_states(call, result)
        return result

    def _hold(self, item: Tensor) -> None:
        self._known[id(item)] = item

    def _answer(self, call: Call) -> Any:
        rule = self._rule(call)
        return call.func(*call.args, **call.kwargs) if rule is None else rule()

    # -- which rule, and in which order of the rows -------------------------------------------------------------------

    def _depends(self, value: Any) -> bool:
        """Whether a tensor holds one equal share per row of the batch."""
        if not isinstance(value, Tensor) or id(value) not in self._known or not value.requires_grad:
            return False
        if self._layout.of(value) is not None:
            return True
        return value.dim() > 0 and value.shape[0] > 0 and value.shape[0] % self._rows == 0

    def _rule(self, call: Call) -> Rule | None:
        """What to call instead of the function; None: the function itself."""
        moved = [item for item in leaves((call.args, call.kwargs)) if self._layout.of(item) is not None]
        name, x = call.name, call.first
        if (
            name in RECURRENT
            and len(call.args) == 9
            and isinstance(call.args[2], (list, tuple))
            and id(x) in self._known
        ):
            return self._recurrent_rule(call)
        if name == "multi_head_attention_forward" and id(x) in self._known:
            return self._heads_rule(call)
        mask = self._masks.rule(call)
        if mask is not None:
            return mask
        if not moved:
            return self._usual.of(call)
        axes = max(owners.dim() for item in moved if (owners := self._layout.of(item)) is not None)
        if axes == 1 or name in ELEMENTWISE or (name in MAXIMA and isinstance(call.given(1, "other"), Tensor)):
            return self._arranged_rule(call, moved, axes)
        if axes == 2 and (shifted := _of_last_axes(call)) is not None:
            return self._arranged_rule(shifted, moved, axes)
        if axes == 2 and name in ("amax", "amin", "max", "min"):
            return self._across_rule(call, moved[0])
        return None

    def _arranged_rule(self, call: Call, moved: list[Tensor], axes: int) -> Rule | None:
        """The rule for tensors in the order of their rows; what it gives is put back."""
        whole = max(moved, key=lambda item: item.dim())
        usual = self._layout.arrange(whole, axes)
        if usual is None:
            return None
        put_back = usual[1]

        def arranged(item: Any) -> Any:
            if not isinstance(item, Tensor) or not item.is_floating_point():
                return item
            if axes > 1 and item.dim() > whole.dim() - axes and item.shape != whole.shape:
                item = item.expand(whole.shape)
            if item.dim() < whole.dim() or item.shape[:axes] != whole.shape[:axes]:
                return item  # a constant that has no axis of the batch
            owners = self._layout.of(item)
            if owners is None:
                self._layout.note(item, self._layout.of(whole))
            found = self._layout.arrange(item, axes)
            if owners is None:
                self._layout.note(item, None)
            if found is None:
                return item
            if self._depends(item):
                self._hold(found[0])
            return found[0]

        args = tuple(
            type(a)(arranged(item) for item in a) if type(a) in (list, tuple) else arranged(a) for a in call.args
        )
        kwargs = {key: arranged(value) for key, value in call.kwargs.items()}
        same = Call(call.func, call.name, args, kwargs, call.in_place)
        rule = self._usual.of(same)
        if rule is None:
            return None

        def in_order() -> Any:
            result = rule()
            if isinstance(result, tuple):
                return type(result)(put_back(part) for part in result)
            return put_back(result)

        return in_order

    def _across_rule(self, call: Call, x: Tensor) -> Rule | None:
        """A maximum over what was stacked in front of the batch."""
        owners, dim = self._layout.of(x), call.given(1, "dim")
        if owners is None or call.first is not x or dim not in (0, -x.dim()) or not bool((owners == owners[:1]).all()):
            return None
        turned = x.transpose(0, 1)
        if not bool((owners[0] == torch.arange(self._rows)).all()):
            return None
        keep = bool(call.given(2, "keepdim", False))

        def across() -> Any:
            found = rules.extreme(call.name, turned, [1], keep, self._rows)
            if not keep:
                return found
            if isinstance(found, tuple):
                return type(found)(part.transpose(0, 1) for part in found)
            return found.transpose(0, 1)

        return across

    # -- layers that know where the batch is --------------------------------------------------------------------------

    def _heads_rule(self, call: Call) -> Rule | None:
        """Self-attention with one matrix for queries, keys and values, and without masks."""
        args, kwargs = call.args, call.kwargs
        if len(args) != 13 or args[0] is not args[1] or args[1] is not args[2]:
            return None
        x, _, _, _, _, weight, _, bias_k, bias_v, zeros, dropout, _, _ = args
        unused = [bias_k, bias_v, kwargs.get("key_padding_mask"), kwargs.get("attn_mask"), kwargs.get("static_k")]
        training = kwargs.get("training", True) and dropout > 0
        if any(item is not None for item in unused) or zeros or training or weight is None or x.dim() != 3:
            return None
        if kwargs.get("need_weights", True) or kwargs.get("use_separate_proj_weight") or kwargs.get("is_causal"):
            return None
        order, back = self._batch_order(x, 1)
        if order is None:
            return lambda: rules.self_attention(args, self._rows)
        return lambda: (
            rules.self_attention((x.index_select(1, order), *args[1:]), self._rows)[0].index_select(1, back),
            None,
        )

    def _recurrent_rule(self, call: Call) -> Rule:
        x, initial, *rest = call.args
        axis = 0 if rest[-1] else 1
        order, back = self._batch_order(x, axis)
        if order is None:
            return lambda: recurrent(call.name, self._rows, *call.args)

        def in_order() -> tuple[Tensor, ...]:
            states = initial if isinstance(initial, (list, tuple)) else (initial,)
            arranged = [state.index_select(1, order) for state in states]
            begin = arranged if call.name == "lstm" else arranged[0]
            out, *last = recurrent(call.name, self._rows, x.index_select(axis, order), begin, *rest)
            return (out.index_select(axis, back), *(state.index_select(1, back) for state in last))

        return in_order

    def _batch_order(self, x: Tensor, axis: int) -> tuple[Tensor | None, Tensor]:
        """The order in which the batch on an axis follows its rows, and the way back; None where it is so already."""
        owners = self._layout.of(x)
        if owners is None or owners.dim() <= axis:
            return None, torch.empty(0)
        along = owners if owners.dim() == 1 else owners[0]
        order = torch.argsort(along, stable=True)
        if bool((order == torch.arange(len(order))).all()):
            return None, torch.empty(0)
        return order, torch.argsort(order)

    def _note_states(self, call: Call, result: tuple[Tensor, ...]) -> None:
        """Last states have layers first, then the batch."""
        if len(call.args) != 9 or call.first.dim() != 3:
            return
        owners, axis = self._layout.of(call.first), 0 if call.args[-1] else 1
        size = call.first.shape[axis]
        if owners is not None and owners.dim() > axis:
            along = owners if owners.dim() == 1 else owners[0]
        elif owners is None and axis == 0 and size % self._rows == 0:
            along = torch.arange(self._rows, dtype=torch.int16).repeat_interleave(size // self._rows)
        else:
            return
        for state in result[1:]:
            self._layout.note(state, along.expand(state.shape[0], -1).contiguous())


def _of_last_axes(call: Call) -> Call | None:
    """A call that works along one of the last axes, for tensors whose two first are joined; None if it does not."""
    if call.name in ("layer_norm", "rms_norm"):
        return call
    dim = call.given(1, "dim")
    if call.name not in _ALONG or not isinstance(dim, int) or not isinstance(call.first, Tensor):
        return None
    axis = dim % call.first.dim()
    if axis < 2:
        return None
    if len(call.args) > 1:
        return replace(call, args=(call.args[0], axis - 1, *call.args[2:]))
    return replace(call, kwargs=call.kwargs | {"dim": axis - 1})


def rescale_multipliers(
    function: Callable[[Tensor], Tensor],
    x: Tensor,
    references: Tensor,
    *,
    batch_size: int = AT_ONCE,
    progress: Callable[[float], None] | None = None,
) -> tuple[Tensor, Tensor]:
    """Multipliers of a sequence against references by DeepLIFT's rescale rule.

    Parameters
    ----------
    function : callable
        (batch, 4, length) to (batch,), e.g. the target of a model. Sequences may not depend on each other.
    x : Tensor
        (4, length) or (1, 4, length), float32.
    references : Tensor
        (references, 4, length).
    batch_size : int
        References per pass.
    progress : callable, optional
        Called with the share done; may raise to cancel.

    Returns
    -------
    multipliers : Tensor
        (references, 4, length). Attributions are ``(x - reference) * multiplier``, or
        ``multiplier - (reference * multiplier).sum(1)`` for every base that could stand there.
    gaps : Tensor
        (references,) ``sum((x - reference) * multiplier) - (f(x) - f(reference))``, signed, in units of the output.

    Raises
    ------
    BadInput
        Shapes do not fit, or the function gives more than one number per sequence.
    """
    x = x.detach().reshape(x.shape[-2:])
    if references.dim() != 3 or references.shape[1:] != x.shape or len(references) == 0 or batch_size < 1:
        raise BadInput(
            f"A sequence of shape {tuple(x.shape)} with references of shape {tuple(references.shape)}.",
            "References of shape (references, 4, length) with the sequence's length, and batch_size >= 1, are accepted.",
            "Make the references from this sequence.",
        )
    multipliers, gaps = [], []
    for start in range(0, len(references), batch_size):
        part = references[start : start + batch_size].detach()
        values, multiplier = _one_batch(function, torch.cat([x[None], part]))
        difference = ((x - part).double() * multiplier.double()).sum((1, 2))
        multipliers.append(multiplier)
        gaps.append((difference - (values[0] - values[1:]).double()).to(x.dtype))
        if progress is not None:
            progress(min(1.0, (start + len(part)) / len(references)))
    return torch.cat(multipliers), torch.cat(gaps)


def _one_batch(function: Callable[[Tensor], Tensor], rows: Tensor) -> tuple[Tensor, Tensor]:
    """Outputs of all rows, and the multipliers of all but the first."""
    with torch.enable_grad():
        leaf = rows.clone().requires_grad_()
        inputs = leaf.clone()  # not a leaf, so that a model may work on it in place
        with RescaleMode(inputs):
            values = function(inputs)
        if not isinstance(values, Tensor) or values.reshape(-1).shape != (len(rows),) or len(values) != len(rows):
            shape = tuple(values.shape) if isinstance(values, Tensor) else type(values).__name__
            raise BadInput(
                f"A function that turns {len(rows)} sequences into {shape}.",
                "One number per sequence, shape (batch,), is accepted.",
                "Choose one output, or reduce the outputs, inside the function.",
            )
        values = values.reshape(-1)
        if not values.requires_grad:
            return values.detach(), torch.zeros_like(rows[1:])
        (gradient,) = torch.autograd.grad(values[1:].sum(), leaf, allow_unused=True)
    if gradient is None:
        return values.detach(), torch.zeros_like(rows[1:])
    return values.detach(), gradient[1:].detach()
