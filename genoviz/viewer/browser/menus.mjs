// What opens over the picture: the menu of a base, the menu of a selection and the list of keys.
import { areBases, asTyped, BASES } from "./bases.mjs";
import { button, element } from "./elements.mjs";
import { copyText } from "./exports.mjs";
import { LETTERS_HEIGHT } from "./layout.mjs";
import { clamp, grouped, plural } from "./numbers.mjs";
import { hideTip } from "./tip.mjs";

/** @import { Viewer } from "./viewer.mjs" */

const STREAMLIT_BAR = 60; // lies over the top of the window
const FIRST_BUTTON = "button";
const FIRST_CHOICE = "button:not(:disabled)";
const FIELD = "form input";

const KEYS = [
  ["← →", "move the cursor (with Shift: select)"],
  ["A C G T", "set the base under the cursor"],
  ["Delete", "delete the base or the selection"],
  ["i", "insert before the cursor"],
  ["Enter", "open the menu of the base"],
  ["Ctrl+Z, Ctrl+Shift+Z", "undo, redo"],
  ["Ctrl+C, Ctrl+V", "copy the selection, paste bases"],
  ["+  −  0", "zoom in, zoom out, show all"],
  ["z", "zoom to the selection"],
  ["Page Up, Page Down", "move the window"],
  ["Home, End", "first, last base"],
  ["r", "other strand"],
  ["y", "height follows the window"],
  ["w", "wrap a long sequence into rows"],
  ["b", "fade what could be chance"],
  ["f", "refit the scale to the edited sequence"],
  ["o", "original: outline, difference, off"],
  ["s", "save the picture"],
  ["Esc", "close, clear the selection"],
  ["Wheel", "zoom, after a click into the picture"],
  ["Drag, Shift+drag", "move, select"],
  ["Double click", "zoom in"],
];

/**
 * Above the letters, so that the logo stays in sight; under the pointer where that is off the screen.
 * @param {Viewer} viewer
 * @param {number} from  columns that it is about
 * @param {number} to
 * @param {number | null} y  of the pointer
 * @param {string} label
 * @param {string} focus  what takes the focus
 */
function placeMenu(viewer, from, to, y, label, focus) {
  const { screen } = viewer;
  const { view, layout } = viewer.rowOf(from);
  const x = (view.xOf(from) + view.xOf(Math.min(to, view.end))) / 2;
  const { menu, stage, width } = screen;
  menu.hidden = false;
  menu.setAttribute("aria-label", label);
  hideTip(viewer);
  const above = layout.letters - 8 - menu.offsetHeight;
  const inSight = stage.getBoundingClientRect().top + above >= STREAMLIT_BAR;
  const below = (y ?? layout.letters + LETTERS_HEIGHT - 8) + 14;
  menu.style.left = `${clamp(x - menu.offsetWidth / 2, 0, Math.max(0, width - menu.offsetWidth))}px`;
  menu.style.top = `${inSight ? above : below}px`;
  /** @type {HTMLElement | null} */ (menu.querySelector(focus))?.focus({ preventScroll: true });
}

/** @param {Viewer} viewer */
export function closeMenu({ screen }) {
  const { menu } = screen;
  if (menu.hidden) return;
  menu.hidden = true;
  menu.replaceChildren();
}

/**
 * A field with a button.
 * @param {Viewer} viewer
 * @param {string} label
 * @param {string} placeholder
 * @param {string} submit  on the button
 * @param {(text: string) => void} use
 * @param {boolean} anyText  not only bases
 */
function textForm(viewer, label, placeholder, submit, use, anyText = false) {
  const attributes = { placeholder, maxlength: "10000", autocomplete: "off", spellcheck: "false" };
  const input = element("input", { type: "text", "aria-label": label, ...attributes });
  const form = element("form", {}, input, element("button", { type: "submit" }, submit));
  form.onsubmit = (event) => {
    event.preventDefault();
    const text = anyText ? input.value.trim() : asTyped(input.value);
    if (anyText ? !text : !areBases(text)) {
      input.setCustomValidity("Type A, C, G, T or N");
      input.reportValidity();
      return;
    }
    closeMenu(viewer);
    use(text);
    viewer.screen.focus();
  };
  input.oninput = () => input.setCustomValidity("");
  return form;
}

/**
 * @param {Viewer} viewer
 * @param {number} column
 */
function motifFields(viewer, column) {
  const names = viewer.data.motifs.map((name) => element("option", { value: name }));
  const list = element("datalist", { id: "gv-motifs" }, ...names);
  /** @type {(name: string) => void} */
  const use = (name) => viewer.emit({ kind: "motif", start: column, end: column, bases: name });
  const form = textForm(viewer, "Motif by name", "Motif name", "Drop in", use, true);
  /** @type {HTMLInputElement} */ (form.querySelector("input")).setAttribute("list", "gv-motifs");
  return [list, form];
}

/**
 * What can be done with one base.
 * @param {Viewer} viewer
 * @param {number} column
 * @param {number | null} [y]  of the pointer
 * @param {boolean} [insert]  begin in the field for an insertion
 */
export function openBaseMenu(viewer, column, y = null, insert = false) {
  const { display, data, screen } = viewer;
  const reference = display.bases[column];
  const place = display.position(column);
  /** @type {(kind: string, end: number, bases?: string) => void} */
  const change = (kind, end, bases = "") => viewer.change(kind, column, end, bases);
  /** @type {(kind: string, bases?: string) => () => void} */
  const changeHere = (kind, bases) => () => {
    change(kind, column + 1, bases);
    viewer.screen.focus();
  };
  const choices = [...BASES].map((base) => {
    const label = { class: "gv-base-button", "aria-label": `Set to ${base}` };
    const choice = button(base, changeHere("substitute", base), label);
    choice.disabled = base === reference;
    return choice;
  });
  const title = element("strong", {}, `Base ${grouped(place)} · ${reference}`);
  /** @type {(bases: string) => void} */
  const insertBases = (bases) => change("insert", column, bases);
  const fields = element("div", {}, textForm(viewer, "Insert before", "bases before it", "Insert", insertBases));
  if (data.motifs.length) fields.append(...motifFields(viewer, column));
  screen.menu.replaceChildren(element("div", {}, title, ...choices, button("Delete", changeHere("delete"))), fields);
  viewer.moveCursor(column);
  placeMenu(viewer, column, column + 1, y, `Edit base ${place}`, insert ? FIELD : FIRST_CHOICE);
}

/**
 * What can be done with the selection.
 * @param {Viewer} viewer
 */
export function openSelectionMenu(viewer) {
  const { display, data, screen, selection } = viewer;
  if (!selection) return;
  const [from, to] = selection;
  const [first, last] = [display.position(from), display.position(to - 1)].sort((one, other) => one - other);
  /** @type {(text: string, use: () => void) => HTMLButtonElement} */
  const choice = (text, use) =>
    button(text, () => {
      closeMenu(viewer);
      use();
      viewer.screen.focus();
    });
  const row = element(
    "div",
    {},
    element("strong", {}, `${plural(to - from)} · ${grouped(first)}–${grouped(last)}`),
    choice("Zoom", () => viewer.setWindow(from - 1, to + 1)),
    choice("Copy", () => copyText(viewer, display.bases.slice(from, to))),
    choice("Clear", () => viewer.select(null)),
  );
  screen.menu.replaceChildren(row);
  if (data.editable) {
    row.append(choice("Delete", () => viewer.change("delete", from, to)));
    /** @type {(text: string) => void} */
    const replace = (text) => viewer.change("substitute", from, to, text);
    screen.menu.append(textForm(viewer, "Replace selection", "ACGT…", "Replace", replace));
  }
  placeMenu(viewer, from, to, null, "Selected region", FIRST_BUTTON);
}

/**
 * @param {Viewer} viewer
 * @param {boolean} [open]
 */
export function toggleHelp(viewer, open = viewer.screen.help.hidden) {
  const { help, tools, canvas } = viewer.screen;
  /** @type {() => void} */
  const closeIt = () => {
    toggleHelp(viewer, false);
    canvas.focus();
  };
  const close = button("×", closeIt, { "aria-label": "Close" });
  const rows = KEYS.map(([key, does]) => element("tr", {}, element("td", {}, key), element("td", {}, does)));
  const title = element("div", {}, element("strong", {}, "Keys and mouse"), close);
  help.replaceChildren(title, element("table", {}, ...rows));
  help.hidden = !open;
  tools.help.setAttribute("aria-expanded", String(open));
  if (open) close.focus({ preventScroll: true });
}
