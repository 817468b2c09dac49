"""Sign-in, where the server asks for it: by OpenID Connect, which Streamlit does with a provider of the institution.

`GENOVIZ_SECRETS` names the file with the provider (`deploy/secrets.example.toml`). As long as it is set, nobody gets past this
who is not signed in, also where the file is wrong.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import streamlit as st

from genoviz.errors import BadInput
from genoviz.ui.frame.outputs import escape

VARIABLE = "GENOVIZ_SECRETS"


def secrets_file() -> str:
    """The file with the provider; empty where nobody needs to sign in.

    Raises
    ------
    BadInput
        If the file, or the package that speaks to the provider, is missing.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named and not Path(named).is_file():
        raise BadInput(
            f"{VARIABLE} names `{named}`, which is not there.", "It is a file like deploy/secrets.example.toml."
        )
    if named and find_spec("authlib") is None:
        raise BadInput(
            "Sign-in needs the package authlib, which is not installed.",
            f"It is asked for because {VARIABLE} is set.",
            "Run `pip install authlib`, or unset the variable.",
        )
    return named


def wall() -> None:
    """Go on only for somebody who has signed in, where that is asked for."""
    if not os.environ.get(VARIABLE, "").strip() or getattr(st.user, "is_logged_in", False):
        return
    st.title("genoviz")
    st.write(
        "This server is for members of an institution. If a link brought you here, open it again once you are signed in."
    )
    st.button("Sign in", type="primary", on_click=st.login)
    st.stop()


def who() -> None:
    """Who is signed in, at the end of the sidebar, with the way out."""
    if not os.environ.get(VARIABLE, "").strip():
        return
    name = st.user.get("email") or st.user.get("name") or "you"
    with st.sidebar.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Signed in: {escape(str(name))}")
        st.button("Sign out", on_click=st.logout, type="tertiary")
