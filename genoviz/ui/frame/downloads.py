"""Buttons for files: a file that could not be made says so on the page.

Streamlit makes a file when its button is clicked, in another thread, and shows no more than that it failed. So the reason
is kept in the session, and the page is run again to show it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from genoviz.errors import GenovizError
from genoviz.ui.frame.outputs import show_error

Content = str | bytes
_FAILED = "failed downloads"


def download(label: str, content: Content | Callable[[], Content], name: str, mime: str, **options: Any) -> None:
    """A button for a file, made when it is clicked; the page is not run again for that.

    Parameters
    ----------
    label, name, mime
        Words of the button, name and type of the file.
    content
        The file, or what makes it.
    **options
        Such as `key`, `help` or `disabled`, see `st.download_button`.
    """
    failed: dict[str, GenovizError] = st.session_state.setdefault(_FAILED, {})
    given = guarded(content, name, failed) if callable(content) else content
    st.download_button(label, given, name, mime, on_click="ignore", **options)
    if name in failed:
        show_error(failed.pop(name))


def guarded(make: Callable[[], Content], name: str, failed: dict[str, GenovizError]) -> Callable[[], Content]:
    """`make`, which leaves the reason in `failed` under the name of the file if it fails, and has the page show it."""
    context = get_script_run_ctx()

    def made() -> Content:
        try:
            return make()
        except Exception as error:
            failed[name] = _reason(error, name)
            if context is not None:
                _run_again(context.session_id)
            raise

    return made


def _reason(error: Exception, name: str) -> GenovizError:
    if isinstance(error, GenovizError):
        return GenovizError(f"The file {name} could not be made: {error.read}", error.accepted, error.fix)
    said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return GenovizError(
        f"The file {name} could not be made ({said}).",
        "This is a mistake of genoviz, not of yours.",
        "Try another file of the same result, and report the message with the input.",
    )


def _run_again(session: str) -> None:
    """Run the page of a session, as if its source had changed; without a server there is no page."""
    info = get_instance()._session_mgr.get_active_session_info(session) if exists() else None
    if info is not None:
        info.session.request_rerun(None)
