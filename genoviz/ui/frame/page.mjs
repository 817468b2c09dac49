/**
 * What a page does by itself in the browser, which Streamlit has no words for: the box is read while somebody types, the
 * keyboard stays in the box for edits, and on a phone the sidebar, which covers the page there, closes after a choice.
 *
 * `page_script.py` puts this text into the page and calls `start`.
 */

const PAUSE = 400; // ms without a key, after which the box is read
const PHONE = 768; // px; below it Streamlit lays the sidebar over the page
const FOUND_WITHIN = 3000; // ms that the button may take to appear
const EDITED_WITHIN = 20_000; // ms that an edit may take on a busy server

/** @typedef {{ timer: number, choices: string }} PageState */

/** @param {Event} event */
function boxOf(event) {
  const area = event.target;
  return area instanceof HTMLTextAreaElement && area.closest(".st-key-box_text") ? area : null;
}

/**
 * Hand the text over as Ctrl+Enter does. Focus and caret stay where they are.
 *
 * @param {HTMLTextAreaElement} area
 */
function read(area) {
  area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", ctrlKey: true, bubbles: true }));
}

/**
 * Move the focus to the button that goes on, once it is there, unless somebody has typed on.
 *
 * @param {HTMLTextAreaElement} area
 */
function offerButton(area) {
  const text = area.value;
  const end = Date.now() + FOUND_WITHIN;
  const look = () => {
    if (document.activeElement !== area || area.value !== text || Date.now() > end) return;
    const button = document.querySelector(".st-key-box_go button");
    if (button instanceof HTMLElement && !button.closest("[data-stale=true]")) button.focus();
    else setTimeout(look, 50);
  };
  setTimeout(look, PAUSE);
}

/** @param {Event} event */
function editBoxOf(event) {
  const line = event.target;
  return line instanceof HTMLInputElement && line.closest("[class*='st-key-typed_edit']") ? line : null;
}

/**
 * Put the keyboard into the box for the next edit: each edit gets a new, empty one, see `timeline.py`.
 *
 * @param {HTMLInputElement} last The box that an edit was typed into.
 */
function goOnEditing(last) {
  const end = Date.now() + EDITED_WITHIN;
  const look = () => {
    const free = [last, document.body, null].includes(/** @type {HTMLInputElement} */ (document.activeElement));
    if (!free || Date.now() > end) return;
    const next = document.querySelector("[class*='st-key-typed_edit'] input");
    if (next instanceof HTMLElement && next !== last) next.focus();
    else setTimeout(look, 50);
  };
  look();
}

/** @param {PageState} state */
function listen(state) {
  document.addEventListener("input", (event) => {
    const area = boxOf(event);
    if (!area || /** @type {InputEvent} */ (event).isComposing) return;
    clearTimeout(state.timer);
    state.timer = window.setTimeout(() => area.isConnected && read(area), PAUSE);
  });
  // Capturing: the new line of a plain Enter must not be written first.
  document.addEventListener(
    "keydown",
    (event) => {
      const area = boxOf(event);
      const plain = event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.isComposing;
      if (!area || !plain || !area.value.trim() || area.value.startsWith(">") || area.value.includes("\n")) return;
      event.preventDefault();
      event.stopPropagation();
      clearTimeout(state.timer);
      read(area);
      offerButton(area);
    },
    true,
  );
  document.addEventListener(
    "keydown",
    (event) => {
      const line = event.key === "Enter" && editBoxOf(event);
      if (line) goOnEditing(line);
    },
    true,
  );
}

function closeSidebar() {
  const sidebar = document.querySelector('[data-testid="stSidebar"][data-collapsed="false"]');
  const button = sidebar?.querySelector('[data-testid="stSidebarCollapseButton"] button');
  if (window.innerWidth < PHONE && button instanceof HTMLElement) button.click();
}

/** @param {string} choices Another text once a choice of the sidebar is another one. */
export function start(choices) {
  const page = /** @type {{ genovizPage?: PageState }} */ (window);
  if (!page.genovizPage) {
    page.genovizPage = { timer: 0, choices };
    listen(page.genovizPage);
  } else if (page.genovizPage.choices !== choices) {
    page.genovizPage.choices = choices;
    closeSidebar();
  }
}
