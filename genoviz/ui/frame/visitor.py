"""Whose session it is, and whether its page is still open in a browser."""

from __future__ import annotations

from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx


def visitor() -> str:
    """The session of this run of a page; empty outside of one."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context is not None else ""


def is_here(session: str) -> bool:
    """Whether a browser is connected to a session; always so outside of a server. Any thread may ask."""
    return not session or not Runtime.exists() or bool(Runtime.instance().is_active_session(session))
