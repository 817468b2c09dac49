// What leaves the page: pictures as files, bases and links on the clipboard.
import { CanvasSurface } from "./canvas_surface.mjs";
import { element } from "./elements.mjs";
import { paintPicture } from "./painting.mjs";
import { context2d } from "./surface.mjs";
import { SvgSurface } from "./svg_surface.mjs";

/** @import { Viewer } from "./viewer.mjs" */

const PNG_RATIO = 2; // pixels of the file in one on the page
const KEPT_MS = 5000; // until the browser has taken the file
const SAID_MS = 2000; // long enough to be read

/**
 * @param {Blob} blob
 * @param {string} name
 */
function download(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

/** The whole view as vectors. @param {Viewer} viewer */
function svgOf({ data, layout, screen, picture }) {
  const { theme, width } = screen;
  const surface = new SvgSurface(width, layout.height, theme);
  paintPicture(surface, picture);
  return surface.finish([data.title, data.summary].filter(Boolean).join(". "));
}

/** @param {Viewer} viewer */
export function saveSvg(viewer) {
  download(new Blob([svgOf(viewer)], { type: "image/svg+xml" }), `${viewer.data.filename || "sequence"}.svg`);
}

/** @param {Viewer} viewer */
export function savePng({ data, layout, screen, picture }) {
  const { theme, width } = screen;
  const canvas = document.createElement("canvas");
  canvas.width = width * PNG_RATIO;
  canvas.height = layout.height * PNG_RATIO;
  const surface = new CanvasSurface(context2d(canvas), PNG_RATIO, theme);
  surface.rect(0, 0, width, layout.height, theme.page);
  paintPicture(surface, picture);
  canvas.toBlob((blob) => blob && download(blob, `${data.filename || "sequence"}.png`));
}

/**
 * @param {Viewer} viewer
 * @param {string} text
 * @param {HTMLElement} [button]  says so for a while
 */
export function copyText(viewer, text, button) {
  const tell = (/** @type {string} */ said, /** @type {string} */ short) => {
    viewer.screen.say(said);
    if (button) showShortly(button, short);
  };
  const refused = () => tell("The browser did not allow copying", "Not copied");
  if (!navigator.clipboard) refused(); // an address without https
  else navigator.clipboard.writeText(text).then(() => tell("Copied", "Copied"), refused);
}

/**
 * Other words on a button, for a while.
 * @param {HTMLElement} button
 * @param {string} words
 */
function showShortly(button, words) {
  button.dataset.usual ??= button.textContent ?? "";
  button.textContent = words;
  setTimeout(() => (button.textContent = button.dataset.usual ?? ""), SAID_MS);
}

/** A link to this page with the window in it. @param {Viewer} viewer */
export function copyLink(viewer) {
  const { data, display, view } = viewer;
  const url = new URL(location.href);
  const [start, end] = display.flip([view.start, view.end]);
  url.searchParams.set(data.link, `${Math.round(start) + 1}-${Math.round(end)}`);
  copyText(viewer, url.href, viewer.screen.tools.link);
}
