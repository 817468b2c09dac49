"""A folder for the files of one session, such as an uploaded table of variants and its scores."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

import streamlit as st

_KEY = "session_folder"


class SessionFolder:
    """A new folder that is removed with this object, which lives as long as the session, or when the app stops."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="genoviz-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def session_folder() -> Path:
    """The folder of this session, made when it is first asked for."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = SessionFolder()
    folder: SessionFolder = st.session_state[_KEY]
    return folder.path
