"""Where the keyboard is: a link that skips to the picture, and the heading after a button that is no longer there.

Streamlit has neither, so both are a few lines of script. The link is the first thing that Tab reaches; it is seen only then.
"""

from __future__ import annotations

import streamlit as st

_SCRIPT = """
<script>
{
  const heading = () => document.querySelector('[data-testid="stMain"] h1');
  const inside = (root) => [...root.querySelectorAll('*')].flatMap((e) => (e.shadowRoot ? [e.shadowRoot] : []));
  const picture = () => inside(document).map((r) => r.querySelector('canvas.gv-base')).find((c) => c);
  const go = (to) => { if (to === heading()) to?.setAttribute('tabindex', '-1'); to?.focus(); };
  let link = document.getElementById('gv-skip');
  if (!link) {
    link = document.createElement('a');
    link.id = 'gv-skip';
    link.className = 'gv-skip';
    link.href = '#gv-content';
    link.onfocus = () => { link.textContent = picture() ? 'Skip to the picture' : 'Skip to the content'; };
    link.onclick = (event) => { event.preventDefault(); go(picture() ?? heading()); };
    link.textContent = 'Skip to the content';
    document.body.prepend(link);
  }
  heading()?.setAttribute('id', 'gv-content');
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
#gv-content:focus:not(:focus-visible) { outline: none; }
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
