"""Base probabilities as logos in the viewer."""

from __future__ import annotations

from collections.abc import Sequence as Seq

import numpy as np
from numpy.typing import NDArray

from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as canvas
from genoviz.ui.frame.outputs import digest, palette


def heights(probabilities: NDArray[np.float64]) -> NDArray[np.float32]:
    """Letters `(4, length)` as high as their probability times the information of the position, in bits."""
    p = np.clip(probabilities, 1e-12, None)
    return np.asarray(p * (2 + (p * np.log2(p)).sum(0)), dtype=np.float32)


def logos(
    key: str,
    sequence: Sequence,
    tables: Seq[tuple[str, NDArray[np.float64]]],
    *,
    summary: str,
    title: str,
    tss: int | None,
    extra: Seq[canvas.Track] = (),
) -> None:
    """One logo under the other along the bases of a sequence, all on the same scale.

    Parameters
    ----------
    key
        Of the viewer.
    sequence
        Whose bases stand at the top.
    tables
        Names and base probabilities `(4, length)`.
    summary, title, tss
        See `genoviz.ui.viewer.viewer`.
    extra
        More tracks below.
    """
    drawn = [(name, heights(table)) for name, table in tables]
    top = max(float(table.sum(0).max()) for _, table in drawn)
    tracks = [
        canvas.logo(
            table, name, "bits", height=90 if len(drawn) < 3 else 62, limits=(0.0, max(top, 0.1)), strongest=True
        )
        for name, table in drawn
    ]
    mark = digest(f"{sequence.bases} {[table.tobytes() for _, table in drawn]}")
    canvas.viewer(
        key,
        sequence=sequence,
        tracks=[*tracks, *extra],
        view_id=digest(key + sequence.bases),
        revision=mark,
        palette=palette(),
        summary=summary,
        title=title,
        tss=tss,
        editable=False,
    )
