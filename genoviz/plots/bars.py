"""Bars over the tracks of an output, as HTML: redrawn at every edit, where a chart library would take longer than the model."""

from __future__ import annotations

from html import escape

from genoviz.plots.palette import Colours


def track_bars(
    names: tuple[str, ...],
    values: list[float],
    labels: list[str],
    *,
    unit: str,
    chosen: tuple[str, ...],
    look: Colours,
    accent: str,
) -> str:
    """Horizontal bars, largest on top, the chosen tracks in the accent colour, `labels` beside the bars.

    Bars begin at zero and end at 1 for probabilities, else at the largest absolute value; negative values point left.
    """
    reach = 1.0 if unit == "probability" else max(map(abs, values), default=0.0) or 1.0
    signed = min(values, default=0.0) < 0
    rows = []
    for i in sorted(range(len(names)), key=lambda i: -values[i]):
        share = 100 * min(1.0, abs(values[i]) / reach) / (2 if signed else 1)
        start = 0.0 if not signed else 50 - share if values[i] < 0 else 50.0
        colour, weight = (accent, 600) if names[i] in chosen else (look.muted, 400)
        rows.append(
            f'<div role="listitem" style="display:contents" title="{escape(names[i])}: {values[i]:.6g} {escape(unit)}">'
            f'<span style="text-align:right;font-weight:{weight}">{escape(names[i])}</span>'
            f'<span style="background:{look.empty};height:0.9em;border-radius:2px">'
            f'<span style="display:block;height:100%;border-radius:2px;margin-left:{start:.2f}%;width:{share:.2f}%;'
            f'min-width:1px;background:{colour}"></span></span>'
            f'<span style="font-variant-numeric:tabular-nums;font-weight:{weight}">{escape(labels[i])}</span></div>'
        )
    return (
        f'<div role="list" aria-label="all tracks, {escape(unit)}" style="color:{look.text};display:grid;'
        'grid-template-columns:max-content 1fr max-content;gap:0.3em 0.7em;align-items:center;font-size:0.9rem">'
        + "".join(rows)
        + f'<span></span><span style="color:{look.muted};font-size:0.85em">{escape(unit)}</span><span></span></div>'
    )
