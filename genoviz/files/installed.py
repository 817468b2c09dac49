"""Where the app, its pages and the trained models lie.

In a checkout they are beside the package. A wheel has them inside it: `setup.py` puts them into `genoviz/_app`.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_INSIDE = _PACKAGE / "_app"
_HOME = _INSIDE if _INSIDE.is_dir() else _PACKAGE.parent

APP = _HOME / "app.py"
CHECKPOINTS = _HOME / "checkpoints"
