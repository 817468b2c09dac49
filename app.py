"""genoviz: the page table and the frame around every page."""

import threading

import streamlit as st

from genoviz.ui.frame import address, focus, frame_style, inputs, loading, page_script, session_folder, sign_in, tab
from genoviz.ui.frame.outputs import escape, messages
from genoviz.version import __version__

tab.start()
frame_style.use(page_script.STYLE)


@st.cache_resource
def load_in_background() -> threading.Thread:
    """Importing torch takes two seconds: spend them while the user reads."""
    thread = threading.Thread(target=loading.load, daemon=True)
    thread.start()
    return thread


page = st.navigation(
    {
        "": [
            st.Page("pages/explore/sequence.py", title="Sequence", default=True),
            st.Page("pages/explore/variants.py", title="Variants"),
        ],
        "Explore": [
            st.Page("pages/explore/compare.py", title="Compare"),
            st.Page("pages/explore/measured.py", title="Measured"),
            st.Page("pages/explore/grammar.py", title="Motif grammar"),
            st.Page("pages/explore/discover.py", title="Discover motifs"),
            st.Page("pages/explore/units.py", title="Units"),
            st.Page("pages/explore/design.py", title="Design"),
            st.Page("pages/explore/language.py", title="Language"),
            st.Page("pages/explore/autoencoder.py", title="Autoencoder"),
            st.Page("pages/explore/embedding.py", title="Embedding map"),
        ],
        "Learn": [
            st.Page("pages/learn/lessons.py", title="Lessons"),
            st.Page("pages/learn/peek.py", title="Predict first"),
            st.Page("pages/learn/sandbox.py", title="Planted truth"),
        ],
        "About": [
            st.Page("pages/about/models.py", title="Models"),
            st.Page("pages/about/help.py", title="Help"),
        ],
    },
    position="top",  # on phones it stands at the top of the sidebar
    expanded=True,
)
sign_in.wall()
tab.title(page.title)
focus.keep()
inputs.start_session()
inputs.keep_choices()
address.tidy()
page_script.page_script()
session_folder.remove_old()
for notice in inputs.link_notices():
    st.warning(escape(notice), icon=":material/link:")
with messages():
    page.run()
st.sidebar.caption(f"genoviz {__version__} · research and teaching only")
sign_in.who()
load_in_background()
