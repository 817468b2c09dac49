"""`genoviz.notebook.view`: a sequence under a model, to look at and to edit in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genoviz.errors import BadInput

if TYPE_CHECKING:
    from genoviz.models.base import Model
    from genoviz.models.target import Target
    from genoviz.notebook.widget import Workbench
    from genoviz.sequences.sequence import Sequence


def view(
    model: str | Model,
    sequence: str | Sequence,
    target: str | Target | None = None,
    *,
    method: str | None = None,
    mutations: bool | None = None,
    editable: bool = True,
) -> Workbench:
    """Show a sequence with its letters and its mutation map; edits are explained at once.

    Parameters
    ----------
    model
        A model, or its name.
    sequence
        A sequence, or its text. The model reads its centre where it is longer, and N around it where it is shorter.
    target
        The number to explain; the first track if None.
    method
        Attribution method; the pages' usual one if None.
    mutations
        Whether to show a mutation map; if None, where it takes up to 3 seconds.
    editable
        Offer edits; they need a running kernel.

    Returns
    -------
    Workbench
        The widget: `history`, `attribution`, `mutations`, `sentence` and `to_frame()` are those of what it shows now.
        Where no kernel runs, a notebook shows its picture.

    Raises
    ------
    BadInput
        If the package anywidget is not installed.
    GenovizError
        What `predict`, `attribute` and `saturate` raise.
    """
    try:
        from genoviz.notebook.widget import Workbench
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("anywidget", "ipywidgets", "traitlets"):
            raise
        raise BadInput(
            "The package `anywidget` is not installed.",
            "The viewer is a widget of a notebook by it.",
            'Run `pip install "genoviz[notebook]"`.',
        ) from error
    from genoviz.models.load import load_model
    from genoviz.models.target import Target
    from genoviz.sequences.sequence import Sequence

    loaded = load_model(model) if isinstance(model, str) else model
    given = Sequence.read(sequence) if isinstance(sequence, str) else sequence
    if target is None:
        target = Target.default(loaded.card)
    elif isinstance(target, str):
        target = Target.parse(target, loaded.card)
    return Workbench(loaded, given, target, method=method, mutations=mutations, editable=editable)
