"""Scenes of exercises on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape as html_escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from genoviz.learn.scene import Bars, Chart, Layer, Logos, Numbers, Picture, Scene, Table, Words
from genoviz.sequences.edits import EditHistory
from genoviz.ui.frame.outputs import digest, is_dark, palette
from genoviz.ui.viewer import Event, Track, heat, line, logo, spans, viewer

if TYPE_CHECKING:
    import plotly.graph_objects as go

_YOURS = "#7a4fd0"  # the stretch that somebody chose


def draw(
    scene: Scene,
    place: str,
    *,
    marks: Iterable[tuple[int, int]] = (),
    picks: bool = False,
    edits: EditHistory | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> None:
    """Draw the parts of a scene.

    Parameters
    ----------
    scene
        What to draw.
    place
        Names the step, for keys.
    marks
        Stretches that were chosen (0-based, half-open), in the first picture.
    picks, edits, on_event
        Of the first picture: a click chooses a base; its edits; and what is told of both. Other pictures are only looked at.
    """
    first = scene.picture
    for number, part in enumerate(scene.parts):
        key = f"lesson_{place}_part_{number}"
        if isinstance(part, Picture):
            mine = part is first
            _picture(
                part,
                key,
                list(marks) if mine else [],
                picks and mine,
                edits if mine else None,
                on_event if mine else None,
            )
        elif isinstance(part, Numbers):
            _numbers(part)
        elif isinstance(part, Words):
            st.markdown(part.text)
        elif isinstance(part, Table):
            st.dataframe(pd.DataFrame(part.rows, columns=list(part.columns)), hide_index=True, width="stretch")
        elif isinstance(part, Logos):
            _logos(part)
        else:
            figure = _chart(part) if isinstance(part, Chart) else _bars(part)
            st.plotly_chart(
                figure, width="stretch", config={"displayModeBar": False}, key=key, alt=part.title or "Chart"
            )


def _picture(
    part: Picture,
    key: str,
    marks: list[tuple[int, int]],
    picks: bool,
    edits: EditHistory | None,
    on_event: Callable[[Event], None] | None,
) -> None:
    tracks = [_track(layer) for layer in part.layers]
    if marks:
        items = [{"start": start, "end": end, "label": "yours", "color": _YOURS} for start, end in marks]
        tracks.insert(0, spans(_joined(items), "Your answer"))
    content = [
        part.sequence.bases,
        repr(marks),
        *(f"{layer.title} {layer.items} " + _digits(layer) for layer in part.layers),
    ]
    viewer(
        key,
        sequence=part.sequence if edits is None else edits.current,
        tracks=tracks,
        view_id=key,
        revision=digest(" ".join(content)),
        edits=edits,
        palette=palette(),
        summary=part.summary,
        title=part.sequence.name,
        window=part.window,
        minus=part.minus,
        editable=edits is not None,
        picks=picks,
        on_event=on_event,
    )


def _joined(items: list[dict[str, object]]) -> list[dict[str, object]]:
    """Neighbours as one stretch."""
    found: list[dict[str, object]] = []
    for item in sorted(items, key=lambda one: str(one["start"]).zfill(9)):
        if found and found[-1]["end"] == item["start"]:
            found[-1] = found[-1] | {"end": item["end"]}
        else:
            found.append(item)
    return found


def _digits(layer: Layer) -> str:
    return "" if layer.values is None else digest(layer.values.tobytes().hex())


def _track(layer: Layer) -> Track:
    if layer.values is None:
        return spans(layer.items, layer.title)
    makers: dict[str, Callable[..., Track]] = {"logo": logo, "heat": heat, "line": line}
    return makers[layer.kind](layer.values, layer.title, layer.unit, **layer.options)


def _numbers(part: Numbers) -> None:
    with st.container(horizontal=True):
        for row in part.rows:
            st.metric(row[0], row[1], help=row[2] if len(row) > 2 else None, width="content")


def _logos(part: Logos) -> None:
    from genoviz.plots.palette import colours
    from genoviz.plots.small_logo import small_logo

    look = colours(palette(), is_dark())
    tiles = []
    for number, (name, heights) in enumerate(part.rows):
        note = part.notes[number] if part.notes else ""
        tiles.append(
            f'<div><div style="font-size:.85rem;color:{look.text}">{html_escape(name)}</div>'
            f"{small_logo(heights, look, limit=part.limit, label=name)}"
            f'<div style="font-size:.75rem;color:{look.muted}">{html_escape(note)}</div></div>'
        )
    grid = "display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.9rem 1.2rem"
    st.html(f'<div style="{grid}">{"".join(tiles)}</div>')


_CURVES = ("#2563a8", "#c2571a", "#2f9e77", "#7a4fd0", "#8a93a0")


def _chart(part: Chart) -> go.Figure:
    import plotly.graph_objects as go

    figure = go.Figure()
    for (name, values), colour in zip(part.lines.items(), _CURVES * 4, strict=False):
        mode = "markers" if part.points else "lines"
        figure.add_trace(
            go.Scatter(x=np.asarray(part.x), y=np.asarray(values), name=name, mode=mode, line={"color": colour})
        )
    figure.update_layout(xaxis_title=part.x_title, yaxis_title=part.y_title)
    return _dressed(figure, part.title)


def _bars(part: Bars) -> go.Figure:
    import plotly.graph_objects as go

    shown = ["#c2571a" if name in part.marked else "#2563a8" for name in part.names]
    figure = go.Figure(
        go.Bar(x=list(part.names), y=list(part.values), marker_color=shown, text=[f"{v:.3g}" for v in part.values])
    )
    figure.update_layout(yaxis_title=part.unit, showlegend=False)
    return _dressed(figure, part.title)


def _dressed(figure: go.Figure, title: str) -> go.Figure:
    from genoviz.plots.palette import colours

    look = colours("classic", is_dark())
    figure.update_layout(
        title={"text": title, "font": {"size": 14}},
        height=280,
        margin={"l": 0, "r": 0, "t": 36 if title else 10, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font_color=look.text,
        legend={"orientation": "h", "y": 1.02, "x": 1, "xanchor": "right", "yanchor": "bottom"},
    )
    grid = "rgba(128,140,155,.25)"
    figure.update_xaxes(gridcolor=grid, zerolinecolor=grid)
    figure.update_yaxes(gridcolor=grid, zerolinecolor=grid)
    return figure
