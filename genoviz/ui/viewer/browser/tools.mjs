// The buttons above the picture.
import { copyLink, savePng, saveSvg } from "./exports.mjs";
import { closeMenu, toggleHelp } from "./menus.mjs";

/** @import { Viewer } from "./viewer.mjs" */

/** Tools after which the page is told the window. */
const MOVING = ["zoomIn", "zoomOut", "all"];

/** Show what is on and what can be used. @param {Viewer} viewer */
export function showTools({ screen, data, outbox, minus, fitHeight, selectMode, palette }) {
  const { tools } = screen;
  const pressed = { strand: minus, fit: fitHeight, select: selectMode };
  for (const [name, on] of Object.entries(pressed)) tools[name].setAttribute("aria-pressed", String(on));
  screen.palette.value = palette;
  screen.editTools.hidden = !data.editable;
  tools.undo.disabled = !data.can_undo && !outbox.edits.length;
  tools.redo.disabled = !data.can_redo;
  tools.reset.disabled = tools.undo.disabled;
  tools.link.hidden = !data.link;
}

/**
 * @param {Viewer} viewer
 * @param {"fitHeight" | "selectMode"} mode
 */
function toggle(viewer, mode) {
  viewer[mode] = !viewer[mode];
  showTools(viewer);
  viewer.resize();
}

/**
 * Use a tool.
 * @param {Viewer} viewer
 * @param {string} name
 */
export function useTool(viewer, name) {
  /** @type {Record<string, () => void>} */
  const actions = {
    zoomIn: () => viewer.zoom(0.5),
    zoomOut: () => viewer.zoom(2),
    all: () => viewer.setWindow(0, viewer.display.length),
    strand: () => viewer.turn(),
    fit: () => toggle(viewer, "fitHeight"),
    select: () => toggle(viewer, "selectMode"),
    palette: () => viewer.usePalette(viewer.screen.palette.value),
    undo: () => viewer.history("undo"),
    redo: () => viewer.history("redo"),
    reset: () => viewer.history("reset"),
    svg: () => saveSvg(viewer),
    png: () => savePng(viewer),
    help: () => toggleHelp(viewer),
    link: () => copyLink(viewer),
  };
  closeMenu(viewer);
  actions[name]();
  if (MOVING.includes(name)) viewer.reportSoon();
}

/** @param {Viewer} viewer */
export function listenToTools(viewer) {
  const { tools, palette } = viewer.screen;
  for (const name of Object.keys(tools)) tools[name].addEventListener("click", () => useTool(viewer, name));
  palette.addEventListener("change", () => useTool(viewer, "palette"));
}
