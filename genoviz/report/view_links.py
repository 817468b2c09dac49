"""Links that open a view of the app: the parameters of docs/links.md, written by what is no page.

The app reads them in `genoviz.ui.frame.state`, and the pages write theirs there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from genoviz.report.app_link import MAX_LINK_BASES, VERSION

if TYPE_CHECKING:
    from genoviz.models.card import ModelCard
    from genoviz.models.target import Target

APP = "http://localhost:8501"  # where `genoviz run` serves the app unless told otherwise


def view_link(card: ModelCard, target: Target, given: Mapping[str, str], *, page: str = "", app: str = APP) -> str:
    """The address at which the app shows a result.

    Parameters
    ----------
    card, target
        The model, and the number that was asked for.
    given
        Further parameters of docs/links.md, such as `seq`, `place`, `variant`, `edits`, `method`; empty ones are left out.
    page
        Path of the page: empty for *Sequence*, `variants` for *Variants*.
    app
        Address of the app.

    Returns
    -------
    str
        Empty where a link can't hold the view: a value has more than `MAX_LINK_BASES` letters, or the target is not one
        whole track.

    Examples
    --------
    >>> from genoviz import get_card
    >>> from genoviz.models.target import Target
    >>> view_link(get_card("toy.sum"), Target("activity", ("activity",)), {"seq": "ACGT"})
    'http://localhost:8501/?v=1&model=toy.sum&track=activity&seq=ACGT'
    """
    kept = {name: value for name, value in given.items() if value}
    whole = len(target.tracks) == 1 and target.bins is None and not target.reduction
    if not whole or any(len(value) > MAX_LINK_BASES for value in kept.values()):
        return ""
    scale = {"scale": target.scale} if target.scale != "logit" else {}
    parameters = {"v": VERSION, "model": card.name, "track": target.tracks[0], **scale, **kept}
    return f"{app.rstrip('/')}/{page}?{urlencode(parameters)}"
