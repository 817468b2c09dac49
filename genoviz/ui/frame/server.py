"""Start the app's server in this process."""

from __future__ import annotations

import os
from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.cli import main


def serve(script: Path, *, port: int, address: str, browser: bool) -> None:
    """Run Streamlit on `script` until it is stopped; `.streamlit/config.toml` beside the script holds its settings.

    The current folder stays the user's: relative paths and modules of `GENOVIZ_MODELS` are found from there.

    A new Streamlit server takes any folder `pages/` for its older page system until `st.navigation` has run once, and
    then tells the first visitor who follows a link to a page that there is none. `app.py` names its pages itself.
    """
    PagesManager.uses_pages_directory = False
    # Threads that wait by spinning make everything many times slower as soon as another program needs a core.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    options = {"port": str(port), "address": address, "headless": str(not browser).lower()}
    main(
        ["run", str(script), *(f"--server.{name}={value}" for name, value in options.items())], prog_name="genoviz run"
    )
