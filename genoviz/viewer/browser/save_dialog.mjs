// The one dialog for files of the picture.
import { button, element } from "./elements.mjs";
import { saveFigure } from "./exports.mjs";
import { USUAL_MM } from "./figures.mjs";
import { clamp } from "./numbers.mjs";

/**
 * @import { FigureChoice } from "./figures.mjs"
 * @import { Viewer } from "./viewer.mjs"
 */

const LEAST_MM = 60;
const MOST_MM = 600;
const FORMATS = { svg: "SVG, text stays text", pdf: "PDF", png: "PNG, 300 dpi" };

/** What was chosen last. @type {FigureChoice} */
const chosen = { format: "svg", mm: USUAL_MM, dark: false, without: [] };

/**
 * A box to tick, with its name.
 * @param {string} name
 * @param {boolean} on
 * @param {(on: boolean) => void} use
 */
function tick(name, on, use) {
  const box = element("input", { type: "checkbox" });
  box.checked = on;
  box.onchange = () => use(box.checked);
  return element("label", {}, box, name);
}

/** @param {string} name @param {HTMLElement} field */
function named(name, field) {
  field.setAttribute("aria-label", name);
  return element("label", {}, element("span", {}, name), field);
}

function formatField() {
  const options = Object.entries(FORMATS).map(([value, text]) => element("option", { value }, text));
  const field = element("select", {}, ...options);
  field.value = chosen.format;
  field.onchange = () => (chosen.format = /** @type {FigureChoice["format"]} */ (field.value));
  return field;
}

function widthField() {
  const limits = { min: String(LEAST_MM), max: String(MOST_MM), step: "1" };
  const field = element("input", { type: "number", ...limits, value: String(chosen.mm) });
  field.onchange = () => {
    chosen.mm = clamp(Math.round(Number(field.value)) || USUAL_MM, LEAST_MM, MOST_MM);
    field.value = String(chosen.mm);
  };
  return field;
}

/** @param {Viewer} viewer */
function trackFields({ display }) {
  const titles = [...new Set(display.tracks.map(({ title }) => title).filter(Boolean))];
  return titles.map((title) =>
    tick(title, !chosen.without.includes(title), (on) => {
      chosen.without = on ? chosen.without.filter((other) => other !== title) : [...chosen.without, title];
    }),
  );
}

/**
 * Open or close it.
 * @param {Viewer} viewer
 * @param {boolean} [open]
 */
export function toggleSave(viewer, open = viewer.screen.save.hidden) {
  const { save, tools, canvas, theme } = viewer.screen;
  save.hidden = !open;
  tools.save.setAttribute("aria-expanded", String(open));
  if (!open) {
    save.replaceChildren();
    return;
  }
  /** @type {() => void} */
  const close = () => {
    toggleSave(viewer, false);
    canvas.focus();
  };
  const closing = button("×", close, { "aria-label": "Close" });
  const head = element("div", {}, element("strong", {}, "Save the picture"), closing);
  const fields = [named("File", formatField()), named("Width in mm", widthField())];
  if (theme.dark) fields.push(tick("Dark, as on the page", chosen.dark, (on) => (chosen.dark = on)));
  const group = element("fieldset", {}, element("legend", {}, "Tracks"), ...trackFields(viewer));
  const done = button("Save file", () => {
    saveFigure(viewer, { ...chosen, dark: chosen.dark && theme.dark });
    close();
  });
  save.replaceChildren(head, ...fields, group, done);
  /** @type {HTMLElement | null} */ (save.querySelector("select"))?.focus({ preventScroll: true });
}
