// Keys and the clipboard.
import { areBases, asPasted, BASES } from "./bases.mjs";
import { closeMenu, openBaseMenu, openSelectionMenu, toggleHelp } from "./menus.mjs";
import { clamp } from "./numbers.mjs";
import { toggleSave } from "./save_dialog.mjs";
import { tellCursor } from "./speech.mjs";
import { useTool } from "./tools.mjs";

/** @import { Viewer } from "./viewer.mjs" */

const TYPED_IN = /^(INPUT|SELECT)$/;
const MOST_PASTED = 10000; // as `MAX_BASES` in genoviz/edits.py

/**
 * Close what is open; else clear the selection; else take the cursor away.
 * @param {Viewer} viewer
 */
function pressEscape(viewer) {
  const { menu, help, save } = viewer.screen;
  if (![menu, help, save].every((dialog) => dialog.hidden)) {
    closeMenu(viewer);
    toggleHelp(viewer, false);
    toggleSave(viewer, false);
    viewer.screen.focus();
  } else if (viewer.selection) {
    viewer.select(null);
  } else if (viewer.cursor !== null) {
    viewer.moveCursor(null);
  }
}

/**
 * Move the cursor into sight, and the end of the selection with it.
 * @param {Viewer} viewer
 * @param {number} column
 * @param {boolean} extend
 */
function moveTo(viewer, column, extend) {
  const from = viewer.cursor ?? column;
  const to = clamp(column, 0, viewer.display.length - 1);
  viewer.cursor = to;
  if (extend) {
    viewer.anchor ??= from;
    viewer.select([Math.min(viewer.anchor, to), Math.max(viewer.anchor, to) + 1]);
  } else {
    viewer.anchor = null;
    if (viewer.selection) viewer.select(null);
  }
  closeMenu(viewer);
  const window = viewer.view.revealing(to);
  if (window) viewer.setWindow(...window);
  viewer.drawOverlay();
  tellCursor(viewer);
}

/**
 * Keys that move the window or the cursor.
 * @param {Viewer} viewer
 * @param {KeyboardEvent} event
 * @returns {Record<string, (() => void) | undefined>}
 */
function moveKeys(viewer, { shiftKey }) {
  const { view, cursor } = viewer;
  const middle = Math.floor((view.start + view.end) / 2);
  /** @type {(column: number) => () => void} */
  const cursorTo = (column) => () => moveTo(viewer, column, shiftKey);
  /** @type {(spans: number) => () => void} */
  const page = (spans) => () => viewer.setWindow(...view.moved(spans * view.span));
  return {
    ArrowLeft: cursorTo(cursor === null ? middle : cursor - 1),
    ArrowRight: cursorTo(cursor === null ? middle : cursor + 1),
    Home: cursorTo(0),
    End: cursorTo(viewer.display.length - 1),
    PageUp: page(-0.8),
    PageDown: page(0.8),
    "+": () => viewer.zoom(0.7),
    "=": () => viewer.zoom(0.7),
    "-": () => viewer.zoom(1.4),
    0: () => useTool(viewer, "all"),
    "?": () => toggleHelp(viewer),
  };
}

/**
 * Keys of the tools.
 * @param {Viewer} viewer
 * @returns {Record<string, (() => void) | undefined>}
 */
function toolKeys(viewer) {
  const { selection } = viewer;
  return {
    z: () => selection && viewer.setWindow(selection[0] - 1, selection[1] + 1),
    r: () => useTool(viewer, "strand"),
    y: () => useTool(viewer, "fit"),
    w: () => useTool(viewer, "wrap"),
    b: () => useTool(viewer, "fade"),
    f: () => useTool(viewer, "refit"),
    o: () => useTool(viewer, "compare"),
    s: () => useTool(viewer, "save"),
  };
}

/**
 * The edit that a key makes at the cursor, or null.
 * @param {Viewer} viewer
 * @param {string} key
 * @param {boolean} inMenu
 * @returns {(() => void) | null}
 */
function editOf(viewer, key, inMenu) {
  const { cursor, selection } = viewer;
  if (cursor === null) return null;
  if (viewer.data.picks && key === "Enter") return () => viewer.select(selection ?? [cursor, cursor + 1]);
  if (!viewer.data.editable) return null;
  const letter = key.toUpperCase();
  if (BASES.includes(letter)) return () => viewer.change("substitute", cursor, cursor + 1, letter);
  const [from, to] = selection ?? [cursor, cursor + 1];
  if (key === "Delete" || key === "Backspace") return () => viewer.change("delete", from, to);
  if (key === "i") return () => openBaseMenu(viewer, cursor, null, true);
  if (key !== "Enter" || inMenu) return null;
  return () => (selection ? openSelectionMenu(viewer) : openBaseMenu(viewer, cursor));
}

/**
 * What a key does with Ctrl.
 * @param {Viewer} viewer
 * @param {KeyboardEvent} event
 */
function historyOf(viewer, { key, shiftKey }) {
  const letter = key.toUpperCase();
  if (letter === "Z" && !shiftKey) return () => viewer.history("undo");
  return letter === "Z" || letter === "Y" ? () => viewer.history("redo") : null;
}

/**
 * What a key does alone or with Shift.
 * @param {Viewer} viewer
 * @param {KeyboardEvent} event
 * @param {boolean} inMenu
 */
function actionOf(viewer, event, inMenu) {
  const edit = editOf(viewer, event.key, inMenu);
  if (edit || inMenu) return edit; // arrows belong to the menu
  const move = moveKeys(viewer, event)[event.key];
  if (!move) return toolKeys(viewer)[event.key];
  return () => {
    move();
    viewer.reportSoon();
  };
}

/**
 * @param {Viewer} viewer
 * @param {KeyboardEvent} event
 */
function pressKey(viewer, event) {
  if (event.key === "Escape") {
    pressEscape(viewer);
    event.stopPropagation();
    return;
  }
  const target = /** @type {HTMLElement} */ (event.target);
  const inMenu = viewer.screen.menu.contains(target);
  if (event.altKey || TYPED_IN.test(target.tagName) || (target !== viewer.screen.canvas && !inMenu)) return;
  const action = event.ctrlKey || event.metaKey ? historyOf(viewer, event) : actionOf(viewer, event, inMenu);
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

/**
 * @param {Viewer} viewer
 * @param {ClipboardEvent} event
 */
function copy(viewer, event) {
  const { display, selection } = viewer;
  if (!selection || !event.clipboardData) return;
  event.clipboardData.setData("text/plain", display.bases.slice(...selection));
  event.preventDefault();
  viewer.screen.say("Copied");
}

/**
 * In place of the selection, or before the cursor.
 * @param {Viewer} viewer
 * @param {ClipboardEvent} event
 */
function paste(viewer, event) {
  const { cursor, selection } = viewer;
  const bases = asPasted(event.clipboardData?.getData("text/plain") ?? "");
  if (!viewer.data.editable || (cursor === null && !selection)) return;
  event.preventDefault();
  if (!areBases(bases) || bases.length > MOST_PASTED) {
    viewer.screen.say("Only A, C, G, T and N can be pasted, at most 10,000.");
  } else if (selection) {
    viewer.change("substitute", ...selection, bases);
  } else if (cursor !== null) {
    viewer.change("insert", cursor, cursor, bases);
  }
}

/** Listen on a viewer. @param {Viewer} viewer */
export function listenToKeys(viewer) {
  viewer.screen.box.addEventListener("keydown", (event) => pressKey(viewer, event));
  viewer.screen.canvas.addEventListener("copy", (event) => copy(viewer, event));
  viewer.screen.canvas.addEventListener("paste", (event) => paste(viewer, event));
}
