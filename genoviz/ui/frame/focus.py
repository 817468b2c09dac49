"""Where the keyboard is: a link that skips to the picture, and the heading after a button that is no longer there.

Streamlit's own link skips to the page only. Both are a few lines of script here; the link is the first thing that Tab
reaches, is seen only then, and is there only with a picture.
"""

from __future__ import annotations

import streamlit as st

_SCRIPT = """
<script>
{
  const heading = () => document.querySelector('[data-testid="stMain"] h1');
  const picture = () => [...document.querySelectorAll('[data-testid^="stBidiComponent"]')]
    .map((e) => e.shadowRoot?.querySelector('canvas.gv-base')).find((c) => c);
  const go = (to) => { if (to === heading()) to?.setAttribute('tabindex', '-1'); to?.focus(); };
  let link = document.getElementById('gv-skip');
  if (!link) {
    link = document.createElement('a');
    link.id = 'gv-skip';
    link.className = 'gv-skip';
    link.href = '#stMain';
    link.textContent = 'Skip to the picture';
    link.onclick = (event) => { event.preventDefault(); go(picture() ?? heading()); };
    const show = () => { link.hidden = !picture(); };
    show();
    setInterval(show, 1000);
    document.body.prepend(link);
  }
  const asked = 'ASKED';
  if (asked !== '0' && link.dataset.done !== asked) { link.dataset.done = asked;
    const started = Date.now();
    // Until the new page stands: drawing it takes the keyboard from what was there before.
    const settle = () => {
      if ([document.body, null].includes(document.activeElement) || Date.now() - started < 100) go(heading());
      if (Date.now() - started < 3000) setTimeout(settle, 100);
    };
    settle();
  }
}
</script>
"""
_STYLE = """
<style>
.gv-skip { position: fixed; left: 8px; top: -80px; z-index: 1000000; padding: 10px 16px; border-radius: 8px;
  background: #0b1118; color: #ffffff !important; outline: 2px solid #ffffff; text-decoration: underline; }
.gv-skip:focus { top: 8px; }
h1[tabindex]:focus:not(:focus-visible) { outline: none; }
</style>
"""


def ask() -> None:
    """Put the keyboard to the page's heading once this run is drawn (for callbacks of buttons that disappear)."""
    st.session_state["focus_asked"] = int(st.session_state.get("focus_asked", 0)) + 1


def keep() -> None:
    """Draw the link, and move the keyboard where that was asked for."""
    st.html(_STYLE)
    asked = str(int(st.session_state.get("focus_asked", 0)))
    # In the sidebar, where an empty line is not seen.
    st.sidebar.html(_SCRIPT.replace("ASKED", asked), unsafe_allow_javascript=True)
