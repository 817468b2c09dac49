"""The viewer as a widget: the pages' own script, fed by a kernel instead of a page."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets

from genoviz.attribute.attribution import Attribution, attribute
from genoviz.attribute.methods import METHODS, default_method
from genoviz.attribute.named_blocks import named_blocks
from genoviz.errors import GenovizError
from genoviz.models.words import per_base
from genoviz.mutagenesis.saturation import Mutagenesis, count_variants, saturate
from genoviz.notebook.frames import to_frame
from genoviz.predict.cost import cost_of
from genoviz.sequences.edited_window import along, read_window, to_sequence
from genoviz.sequences.edits import EditHistory
from genoviz.sequences.sequence import Sequence
from genoviz.trust.null_band import stored_band
from genoviz.viewer.block_spans import block_spans
from genoviz.viewer.events import handle, take
from genoviz.viewer.markup import HTML
from genoviz.viewer.message import build
from genoviz.viewer.script import NOTEBOOK, script, style
from genoviz.viewer.tracks import heat, logo, spans

if TYPE_CHECKING:
    import pandas as pd

    from genoviz.models.base import Model
    from genoviz.models.target import Target

UNASKED = 3.0  # seconds of a mutation map up to which it is made unasked, as on the page
# The theme of the page, as the viewer's style knows it, from that of the notebook.
_THEME = """
.gv-notebook {
  padding: 2px; /* for the ring of the keyboard */
  --st-background-color: var(--jp-layout-color0, var(--vscode-editor-background, var(--colab-primary-surface-color, #ffffff)));
  --st-text-color: var(--jp-content-font-color1, var(--vscode-editor-foreground, var(--colab-primary-text-color, #1b2733)));
  --st-secondary-background-color: var(--jp-layout-color2, rgba(128, 128, 128, 0.12));
  --st-border-color: var(--jp-border-color1, rgba(128, 128, 128, 0.35));
  --st-primary-color: var(--jp-brand-color1, #2563a8);
  --st-font: var(--jp-ui-font-family, system-ui, sans-serif);
}
"""


class Workbench(anywidget.AnyWidget):  # type: ignore[misc]
    """A sequence under a model, made by `genoviz.notebook.view`.

    Attributes
    ----------
    model, target, method
        What explains.
    history
        The sequence that the model read at first, and the edits.
    read
        What the model reads now.
    attribution, mutations
        Of what it reads now; `mutations` is None where no map was asked for.
    problem
        Why the last edit was refused; empty if it was not.
    """

    _esm = script(NOTEBOOK)
    _css = style() + _THEME
    markup = traitlets.Unicode(HTML).tag(sync=True)
    data = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        model: Model,
        sequence: Sequence,
        target: Target,
        *,
        method: str | None = None,
        mutations: bool | None = None,
        editable: bool = True,
    ) -> None:
        self.model, self.target, self.editable = model, target, editable
        self.method = method or default_method(model.card)
        fitted = sequence.fit(model.card.length)
        self.history = EditHistory(fitted.sequence)
        self.problem = ""
        self._inbox: dict[str, Any] = {"ack": None}
        variants = count_variants(fitted.sequence)
        self._map = cost_of(model).saturation(variants) <= UNASKED if mutations is None else mutations
        self._explain()
        self._first = self.attribution  # sets the scale, and is drawn behind
        self._reach = None if self.mutations is None else float(np.nanmax(np.abs(self.mutations.delta)))
        super().__init__(data=self._payload())
        self.on_msg(self._receive)

    @property
    def sentence(self) -> str:
        """What the picture shows, in words."""
        parts = [self.attribution.sentence, self.attribution.completeness_sentence]
        parts += [self.mutations.sentence] if self.mutations is not None else []
        return " ".join(filter(None, parts))

    def to_frame(self) -> pd.DataFrame:
        """A row per base that the model reads now: its score, and what its substitutions do where there is a map."""
        frame = to_frame(self.attribution)
        if self.mutations is None:
            return frame
        return frame.join(to_frame(self.mutations).drop(columns=["position", "reference"]))

    def handle(self, message: Any) -> None:
        """Make what a message of the viewer asks for; an edit that does not fit is refused with a word under the picture."""
        self.problem = ""
        before = self.history
        for event in take(self._inbox, message):
            try:
                self.history = handle(self.history, event)
            except GenovizError as error:
                self.problem = str(error)
        if self.history is not before:
            try:
                self._explain()
            except GenovizError as error:
                self.history, self.problem = before, str(error)
        self.data = self._payload()

    def _receive(self, _: Any, content: Any, __: Any) -> None:
        self.handle(content.get("event") if isinstance(content, dict) else None)

    def _explain(self) -> None:
        read = read_window(self.history.current, self.model.card.length)
        explained: Attribution = attribute(self.model, read, self.target, self.method)
        mutated: Mutagenesis | None = saturate(self.model, read, self.target) if self._map else None
        self.read, self.attribution, self.mutations = read, explained, mutated

    def _payload(self) -> dict[str, Any]:
        """What goes to the browser."""
        history, length, unit = self.history, len(self.history.current), self.attribution.unit
        band = stored_band(self.model.card, self.target, self.method, self.attribution.baseline)
        edited, reach = bool(history.done), self._reach
        blocks = block_spans(named_blocks(self.model.card, self.attribution), length)
        tracks = [spans(blocks, "Blocks, and what they look like")] if blocks else []
        tracks.append(
            logo(
                to_sequence(self.attribution.per_base, length),
                METHODS[self.method].title,
                per_base(unit),
                band=band.letters if band else None,
                ghost=along(self._first.per_base, history) if edited else None,
            )
        )
        if self.mutations is not None:
            delta = to_sequence(self.mutations.delta, length)
            cells = band.cells if band else None
            tracks.append(heat(delta, "Mutation map", unit, band=cells, reach=reach if edited else None))
        changed = hash((len(history.done), history.current.bases, self.problem))
        payload = build(
            sequence=history.current,
            edits=history,
            tracks=tracks,
            view_id=f"{self.model.card.name} {self.target} {hash(history.original)} {id(self)}",
            revision=f"{changed}",
            summary=" ".join(filter(None, (self.problem, self.sentence))),
            editable=self.editable,
        )
        return payload | {"ack": self._inbox["ack"]}

    def picture(self, kind: str = "png") -> bytes:
        """What it shows now as a file, `png` or `svg`: all bases, wrapped into lines."""
        from genoviz.plots.report import explanation_figure, figure_bytes

        label = self.target.label(self.model.card)
        figure = explanation_figure(
            self.read.bases,
            self.attribution.per_base,
            None if self.mutations is None else self.mutations.delta,
            title=f"{self.read.name or 'sequence'}: {label} by {self.model.card.name}, {METHODS[self.method].title}",
            score_label=per_base(self.attribution.unit),
            delta_label=self.attribution.unit,
        )
        return figure_bytes(figure, kind)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and beside it its picture and its sentence, of which a notebook shows what it can."""
        found = super()._repr_mimebundle_(**kwargs)
        if found is None:
            return None
        data, metadata = found
        picture = b64encode(self.picture()).decode()
        return {**data, "image/png": picture, "text/plain": self.sentence}, metadata
