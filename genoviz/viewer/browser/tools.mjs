// The buttons above the picture.
import { copyLink } from "./exports.mjs";
import { closeMenu, toggleHelp } from "./menus.mjs";
import { toggleSave } from "./save_dialog.mjs";
import { canFade } from "./picture.mjs";

/** @import { Viewer } from "./viewer.mjs" */

/** Tools after which the page is told the window. */
const MOVING = ["zoomIn", "zoomOut", "all"];

/** Show what is on and what can be used. @param {Viewer} viewer */
export function showTools(viewer) {
  const { screen, data, display, minus, fitHeight, selectMode, wrapped, fading, refit, compare } = viewer;
  const { tools } = screen;
  const modes = { wrap: wrapped, fade: fading, refit, compare: compare !== "off" };
  const pressed = { strand: minus, fit: fitHeight, select: selectMode, ...modes };
  for (const [name, on] of Object.entries(pressed)) tools[name].setAttribute("aria-pressed", String(on));
  screen.palette.value = viewer.palette;
  tools.fade.hidden = !display.tracks.some(canFade);
  const edited = display.tracks.some((track) => track.ghost.length || track.reach);
  tools.refit.hidden = tools.compare.hidden = !edited;
  tools.link.hidden = !data.link;
}

/**
 * @param {Viewer} viewer
 * @param {"fitHeight" | "selectMode" | "wrapped" | "fading" | "refit"} mode
 */
function toggle(viewer, mode) {
  viewer[mode] = !viewer[mode];
  showTools(viewer);
  viewer.resize();
}

/** @type {Record<Viewer["compare"], [Viewer["compare"], string]>} */
const NEXT_COMPARISON = {
  outline: ["difference", "Shown minus original"],
  difference: ["off", "Without the original"],
  off: ["outline", "Original as an outline"],
};

/** Show the original otherwise: as an outline, as a difference, not at all. @param {Viewer} viewer */
function compareNext(viewer) {
  const [next, words] = NEXT_COMPARISON[viewer.compare];
  viewer.compare = next;
  viewer.prepare();
  viewer.resize();
  viewer.screen.say(words);
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
    wrap: () => toggle(viewer, "wrapped"),
    fade: () => toggle(viewer, "fading"),
    refit: () => toggle(viewer, "refit"),
    compare: () => compareNext(viewer),
    save: () => toggleSave(viewer),
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
