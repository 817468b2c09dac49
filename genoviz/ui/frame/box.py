"""The box that takes any question: what was understood stands under it while somebody types, and a button goes on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from genoviz.question.bases import LEAST, MAX_RECORDS
from genoviz.question.library import Library
from genoviz.question.reading import Reading
from genoviz.question.understand import understand
from genoviz.ui.frame import genomes
from genoviz.ui.frame.outputs import digest, escape, show_error

LABEL = "Sequence, gene, place or variant"
TRIES = ("TEACH01", "exon 2 of TEACH01", "chrT1-2646-G-T")
MOST_SHOWN = 100_000  # letters that are put back into the box: more would only make the browser slow
PAGES = {
    "sequence": "pages/explore/sequence.py",
    "variants": "pages/explore/variants.py",
    "compare": "pages/explore/compare.py",
    "language": "pages/explore/language.py",
    "autoencoder": "pages/explore/autoencoder.py",
}
_HELP = (
    "Read are bases (A, C, G, T, U, N and IUPAC codes, in any case, with spaces and numbers), FASTA of up to "
    f"{MAX_RECORDS} records, GenBank, lines of a name, a tab and a sequence, genes and places of a genome, variants in any "
    f"spelling, rsIDs, HGVS names, VCF lines, links to a view, and receipts. Fewer than {LEAST} letters are read as bases only when you "
    "say so. What you type stays on the computer that runs the app and is not logged; up to 1,000 bases go into the "
    "page's address unless the switch in the sidebar keeps them out."
)


def fill(text: str) -> None:
    """Write into the box (for callbacks, and before it is drawn)."""
    st.session_state.update(box_text=text if len(text) <= MOST_SHOWN else "")


def forget() -> None:
    """Empty the box, so that it can be seeded anew (for callbacks)."""
    st.session_state.pop("box_text", None)
    st.session_state["box_kept"] = ""


def seed(text: str) -> None:
    """Write into the box where it is drawn for the first time and nothing was typed into it before."""
    if "box_text" not in st.session_state and not st.session_state.get("box_kept"):
        fill(text)


def follow() -> bool:
    """Go where the button that was pressed leads: another page, or this one, which has to run as a whole then."""
    page = st.session_state.pop("box_goes", None)
    if page:
        st.switch_page(PAGES[page])
    return page is not None


def library() -> Library:
    """The genomes of the pages, opened once for all sessions."""
    return Library(tuple(genomes.entries().values()), genomes.reference, genomes.genes, genomes.chosen_name())


@st.fragment
def box(take: Callable[[Reading], None], *, close: Callable[[], None] | None = None) -> None:
    """Draw the box.

    Parameters
    ----------
    take
        Called with the reading that was chosen, before the page runs again or changes.
    close
        Called by a button that puts the box away; there is none where nothing is open.
    """
    if follow():
        st.rerun()
    if "box_text" not in st.session_state:
        st.session_state["box_text"] = st.session_state.get("box_kept", "")
    with st.container(key="box", border=True):
        text = st.text_area(
            LABEL,
            key="box_text",
            height=112,
            placeholder="Paste bases, FASTA or GenBank, or type a gene, chr8:1,000-1,500, chr8-140300616-T-G, rs334 ...",
            help=_HELP,
        )
        st.session_state["box_kept"] = text  # Streamlit forgets a box that is not shown
        understood = st.container()
        content = _upload(text)
        with understood:
            chosen = _understood(content) if content else None
            if not content:
                _tries()
            with st.container(horizontal=True):
                if chosen is not None:
                    st.button(
                        chosen.action,
                        key="box_go",
                        type="primary",
                        icon=":material/arrow_forward:",
                        on_click=_go,
                        args=(chosen, text.strip(), take),
                    )
                if close is not None and st.button("Close", key="box_close", on_click=close):
                    st.rerun()


def _upload(text: str) -> str | bytes:
    """What is to be understood: the text, or the file where there is none."""
    number = st.session_state.setdefault("box_files", 0)
    upload = st.file_uploader(
        "or a file: FASTA, GenBank, VCF, session, receipt (5 MB)",
        key=f"upload_{number}",
        help="Kept in the app's memory until it is removed here or the page is closed; not written to the disk.",
    )
    if upload is None:
        return text.strip()
    if text.strip():
        st.caption("The box above is read first; clear it to use the file.")
        return text.strip()
    return bytes(upload.getvalue())


def _tries() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="box_tries"):
        st.caption("Try", width="content")
        for one in TRIES:
            st.button(one, key=f"try {one}", type="tertiary", on_click=fill, args=(one,))


def _understood(content: str | bytes) -> Reading | None:
    """Say what was understood, and ask which reading is meant where there are several; None where none can be used."""
    readings = understand(content, library())
    usable = [one for one in readings if one.page]
    if not usable:
        for one in readings:
            if one.error is not None:
                show_error(one.error)
        return None
    chosen = usable[0]
    if len(usable) > 1:
        index = st.radio(
            "Which one is meant?",
            range(len(usable)),
            key=f"box readings {digest(str(usable))}",
            format_func=lambda i: escape(usable[i].sentence),
        )
        chosen = usable[index or 0]
    else:
        icon = "check_circle" if chosen.error is None else "help"
        st.markdown(f":material/{icon}: {escape(chosen.sentence)}")
    if chosen.notices:
        st.caption(escape(" ".join(chosen.notices)))
    if chosen.error is not None:
        show_error(chosen.error)
    return chosen


def _go(reading: Reading, of: str, take: Callable[[Reading], None]) -> None:
    """Take what was chosen (button callback); the page changes when the box runs again, for a callback can't do that.

    The button may be pressed before the box has run on a new text: then that text is read, and where it can't be read as
    one thing, the box says so and the page stays.
    """
    text = str(st.session_state.get("box_text", "")).strip()
    if text != of:
        usable = [one for one in understand(text, library()) if one.page] if text else []
        if len(usable) != 1:
            return
        reading = usable[0]
    take(reading)
    state = st.session_state
    # Sequences and places are read by the page that the box is on.
    page = reading.page if reading.page != "sequence" or reading.parameters else ""
    state.update(box_goes=page, box_text="", box_kept="", box_files=state.get("box_files", 0) + 1)
