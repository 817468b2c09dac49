"""What pages show: messages, prediction, downloads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import streamlit as st

from genoviz.errors import GenovizError
from genoviz.report.notice import NOTICE


def escape(text: str) -> str:
    """Text with words of the user for Markdown: no character keeps a special meaning.

    Only what stands between two backticks, as messages quote input and names, is set as code, where nothing has one either.
    """
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without a partner
        return _plain(text)
    return "".join(
        f"`{part}`" if i % 2 and part.strip() else _plain(f"`{part}`" if i % 2 else part)
        for i, part in enumerate(parts)
    )


def _plain(text: str) -> str:
    return "".join(f"\\{c}" if c in r"\`*_{}[]()<>#+-.!|~$:&" else c for c in text)


def show_error(error: GenovizError) -> None:
    """A message in three parts: what was read, what is accepted, what to do."""
    rest = " ".join(part for part in (error.accepted, error.fix) if part)
    st.error(f"**{escape(error.read)}**" + (f"\n\n{escape(rest)}" if rest else ""), icon=":material/error:")


def show_motif_problems() -> None:
    """Files of the user's motif folder that could not be read: their motifs are missing in what follows."""
    from genoviz.motifs.collection import user_motifs

    for problem in user_motifs().problems:
        st.warning(escape(problem))


@contextmanager
def messages() -> Iterator[None]:
    """Turn a `GenovizError` of the block into a message; nothing else is caught."""
    try:
        yield
    except GenovizError as error:
        show_error(error)


def is_dark() -> bool:
    """Whether the browser shows the dark theme."""
    return st.context.theme.type == "dark"


def palette() -> str:
    """Name of the base colours, as chosen in any viewer."""
    return str(st.session_state.get("palette", "classic"))


def use_palette(name: str) -> None:
    """Draw bases in these colours, in every viewer and figure."""
    st.session_state["palette"] = name


def footer() -> None:
    """The notice under every page that predicts something."""
    st.caption(NOTICE)


def digest(text: str) -> str:
    """A short name for a text, to tell contents apart in keys of widgets and caches."""
    return sha256(text.encode()).hexdigest()[:16]
