"""Start the app's server in this process."""

from __future__ import annotations

import os
from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.cli import main
from streamlit.web.server.starlette import starlette_app

from genoviz.ui.frame.hosts import allowed_hosts
from genoviz.ui.frame.sign_in import secrets_file


def serve(script: Path, *, port: int, address: str, browser: bool, hosts: tuple[str, ...] = (), path: str = "") -> None:
    """Run Streamlit on `script` until it is stopped; `.streamlit/config.toml` beside the script holds its settings.

    The current folder stays the user's: relative paths and modules of `GENOVIZ_MODELS` are found from there.

    A new Streamlit server takes any folder `pages/` for its older page system until `st.navigation` has run once, and
    then tells the first visitor who follows a link to a page that there is none. `app.py` names its pages itself.

    Parameters
    ----------
    script
        The app.
    port, address
        Where it listens.
    browser
        Open the page in a browser.
    hosts
        Names by which browsers may call it, beside those of `genoviz.ui.frame.hosts.allowed_hosts`.
    path
        Path below which it is served, such as `genoviz`.

    Raises
    ------
    BadInput
        If people are to sign in and that can't be done, see `genoviz.ui.frame.sign_in`.
    """
    PagesManager.uses_pages_directory = False
    # Streamlit has no switch for its counts of sessions and caches, which concern nobody outside and cost time.
    starlette_app.create_metrics_routes = lambda runtime, base_url: []  # type: ignore[attr-defined]
    # Threads that wait by spinning make everything many times slower as soon as another program needs a core.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    options = {"port": str(port), "address": address, "headless": str(not browser).lower()}
    if path.strip("/"):
        options["baseUrlPath"] = path.strip("/")
    named = [f"--server.{name}={value}" for name, value in options.items()]
    named += [f"--server.allowedHosts={host}" for host in allowed_hosts(address, hosts)]
    if secrets := secrets_file():
        named.append(f"--secrets.files={secrets}")
    main(["run", str(script), *named], prog_name="genoviz run")
