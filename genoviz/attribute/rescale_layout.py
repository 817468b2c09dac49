"""Which sequence each part of a tensor belongs to, where a model puts its batch into another order.

The rules of `genoviz.attribute.rescale` pair row 0 of a batch with every other row. As long as a tensor's first axis holds one equal
share per row, in the order of the rows, nothing needs to be known. A model may also join the strands of all sequences along
the batch (`torch.cat([X, rc])`), stack them in front of it, or put another axis first. From then on the owner of each entry is
followed through whatever moves entries, and a rule gets the tensor in order of its rows, and gives it back as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

# What moves entries, and gives every entry of its result from one of its arguments'.
MOVES = frozenset({
    "cat", "concat", "concatenate", "stack", "vstack", "row_stack", "transpose", "permute", "movedim", "moveaxis",
    "swapaxes", "swapdims", "unsqueeze", "squeeze", "repeat", "tile", "repeat_interleave", "expand", "expand_as", "flip",
    "roll", "flatten", "reshape", "view", "unflatten", "ravel", "chunk", "split", "tensor_split", "unbind", "narrow",
    "select", "index_select", "__getitem__", "reshape_as", "view_as", "broadcast_to", "flipud", "t", "adjoint",
})  # fmt: skip
# Those that leave the first axis of a batch in the order of its rows, unless an argument is in another order already.
_KEEP = frozenset({
    "flatten", "reshape", "view", "unflatten", "ravel", "chunk", "split", "tensor_split", "unbind", "narrow", "select",
    "index_select", "__getitem__", "squeeze", "repeat_interleave", "expand_as", "reshape_as", "view_as",
})  # fmt: skip
_REDUCE = frozenset({"sum", "mean", "amax", "amin", "max", "min", "logsumexp", "nanmean", "nansum", "prod"})


class Layout:
    """The owners of tensors in another order than that of the batch's rows.

    Parameters
    ----------
    rows
        Rows of the batch.
    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._owners: dict[
            int, tuple[Tensor, Tensor]
        ] = {}  # by id of a tensor, which is held: its owners on leading axes

    def of(self, value: Any) -> Tensor | None:
        """The owners on the leading axes of a tensor; None where rows follow each other on its first axis."""
        found = self._owners.get(id(value))
        return None if found is None else found[1]

    def follow(
        self, name: str, func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], result: Any
    ) -> None:
        """Note the owners of what a function gave."""
        special = bool(self._owners) and any(id(leaf) in self._owners for leaf in _tensors((args, kwargs)))
        if name in MOVES:
            if special or (name not in _KEEP and not _leaves_first_axis(name, args, kwargs)):
                self._moved(func, args, kwargs, result)
        elif special:
            self._kept(name, args, kwargs, result)

    def arrange(self, value: Tensor, axes: int = 1) -> tuple[Tensor, Callable[[Tensor], Tensor]] | None:
        """A tensor in order of its rows, its first `axes` axes joined, and the way back; None if the rows have no equal
        shares of them."""
        owners = self.of(value)
        if owners is None:
            return (value, lambda y: y) if axes == 1 else None
        if owners.dim() > axes:
            return None
        if owners.dim() < axes:
            owners = owners.reshape(owners.shape + (1,) * (axes - owners.dim())).expand(value.shape[:axes])
        order = torch.argsort(owners.flatten(), stable=True)
        counts = torch.bincount(owners.flatten().long() + 1, minlength=self._rows + 1)
        if int(counts[0]) or bool((counts[1:] != counts[1]).any()):
            return None
        back, sizes = torch.argsort(order), value.shape[:axes]
        flat = value.flatten(0, axes - 1) if axes > 1 else value

        def put_back(y: Tensor) -> Tensor:
            y = y.index_select(0, back)
            return y.unflatten(0, sizes) if axes > 1 else y

        return flat.index_select(0, order), put_back

    def note(self, value: Tensor, owners: Tensor | None) -> None:
        """Say who owns the entries of a tensor on its leading axes."""
        if owners is None:
            self._owners.pop(id(value), None)
        else:
            self._owners[id(value)] = value, owners

    # -- how functions change owners ----------------------------------------------------------------------------------

    def _full(self, value: Tensor) -> Tensor:
        """The owner of each entry, without memory of its own; -1 where nobody is."""
        owners = self.of(value)
        if owners is None:
            known = value.dim() > 0 and value.shape[0] > 0 and value.shape[0] % self._rows == 0 and value.requires_grad
            owners = (
                torch.arange(self._rows, dtype=torch.int16).repeat_interleave(value.shape[0] // self._rows)
                if known
                else torch.full((1,) * value.dim(), -1, dtype=torch.int16)
            )
        return owners.reshape(owners.shape + (1,) * (value.dim() - owners.dim())).expand(value.shape)

    def _moved(self, func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], result: Any) -> None:
        """Move the owners as the entries were moved."""
        shadows = func(*_mapped(self._full, args), **{key: _mapped(self._full, value) for key, value in kwargs.items()})
        for value, shadow in zip(_tensors(result), _tensors(shadows), strict=True):
            self._note_full(value, shadow)

    def _kept(self, name: str, args: Sequence[Any], kwargs: dict[str, Any], result: Any) -> None:
        """Owners of the leading axes stay with them; a reduction over them needs one owner of all that it joins."""
        source = next(leaf for leaf in _tensors((args, kwargs)) if self.of(leaf) is not None)
        lead: Tensor | None = self.of(source)
        if name in _REDUCE and lead is not None:
            lead = _reduced(lead, source.dim(), args, kwargs)
        if lead is None:
            return
        for value in _tensors(result):
            if value.dim() >= lead.dim() and value.shape[: lead.dim()] == lead.shape:
                self.note(value, None if self._is_usual(lead) else lead)

    def _note_full(self, value: Tensor, shadow: Tensor) -> None:
        """Owners of every entry, as owners of leading axes; not followed where they change within the last axes."""
        lead = shadow
        while lead.dim() > 1 and (lead.stride(-1) == 0 or lead.shape[-1] == 1 or bool((lead == lead[..., :1]).all())):
            lead = lead[..., 0]
        if lead.dim() and lead.numel():
            self.note(value, None if self._is_usual(lead) else lead.contiguous())

    def _is_usual(self, owners: Tensor) -> bool:
        if owners.dim() != 1 or len(owners) % self._rows:
            return False
        return torch.equal(
            owners, torch.arange(self._rows, dtype=owners.dtype).repeat_interleave(len(owners) // self._rows)
        )


def _reduced(lead: Tensor, axes: int, args: Sequence[Any], kwargs: dict[str, Any]) -> Tensor | None:
    """Owners after a reduction of a tensor with so many axes; None where it joins what several own."""
    dim = args[1] if len(args) > 1 else kwargs.get("dim", kwargs.get("axis"))
    if isinstance(dim, Tensor):  # the larger of two
        return lead
    dims = [dim] if isinstance(dim, int) else dim
    if not isinstance(dims, (list, tuple)) or not dims:
        return None
    keep = bool(args[2] if len(args) > 2 else kwargs.get("keepdim", False))
    for axis in sorted((d % axes for d in dims), reverse=True):
        if axis < lead.dim():
            low, high = lead.amin(axis, keepdim=keep), lead.amax(axis, keepdim=keep)
            if not torch.equal(low, high):
                return None
            lead = low
    return lead


def _leaves_first_axis(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> bool:
    """Whether a move of tensors in the usual order can't touch their first axis."""
    numbers = [value for value in (*args[1:], *kwargs.values()) if isinstance(value, int)]
    first = args[0] if args else next(iter(kwargs.values()), None)
    tensor = first if isinstance(first, Tensor) else next(iter(_tensors((args, kwargs))), None)
    if tensor is None:
        return True
    if name in ("cat", "concat", "concatenate", "stack", "unsqueeze"):
        dim = kwargs.get("dim", args[1] if len(args) > 1 else 0)
        return isinstance(dim, int) and dim % (tensor.dim() + (name in ("stack", "unsqueeze"))) != 0
    if name in ("transpose", "swapaxes", "swapdims", "movedim", "moveaxis") and len(numbers) == 2:
        return all(number % tensor.dim() for number in numbers)
    if name in ("permute", "flip", "expand", "repeat", "tile", "broadcast_to"):
        sizes = list(args[1]) if len(args) > 1 and isinstance(args[1], (list, tuple)) else numbers
        if name == "permute":
            return len(sizes) == tensor.dim() and sizes[0] % tensor.dim() == 0
        if name == "flip":
            return bool(sizes) and all(number % tensor.dim() for number in sizes)
        if name in ("repeat", "tile"):
            return len(sizes) == tensor.dim() and sizes[0] == 1
        return len(sizes) == tensor.dim()
    return False


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [tensor for item in value for tensor in _tensors(item)]
    return []


def _mapped(function: Callable[[Tensor], Tensor], value: Any) -> Any:
    """A nest of lists and tuples with each tensor of numbers replaced; those that are indices stay."""
    if isinstance(value, Tensor):
        return function(value) if value.is_floating_point() else value
    if isinstance(value, (list, tuple)):
        return type(value)(_mapped(function, item) for item in value)
    return value
