// What leaves the page: pictures as files, bases and links on the clipboard.
import { CanvasSurface } from "./canvas_surface.mjs";
import { element } from "./elements.mjs";
import { figureOf, PX_PER_MM } from "./figures.mjs";
import { paintPicture } from "./painting.mjs";
import { PdfSurface } from "./pdf_surface.mjs";
import { withResolution } from "./png_file.mjs";
import { context2d } from "./surface.mjs";
import { SvgSurface } from "./svg_surface.mjs";

/**
 * @import { Figure, FigureChoice } from "./figures.mjs"
 * @import { Viewer } from "./viewer.mjs"
 */

const DPI = 300; // of PNG files
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

/**
 * The figure as vectors, its size on paper in millimetres.
 * @param {Figure} figure
 * @param {string} title
 */
function svgOf({ picture, width, height }, title) {
  const surface = new SvgSurface(width, height, picture.theme);
  paintPicture(surface, picture);
  return new Blob([surface.finish(title, 1 / PX_PER_MM)], { type: "image/svg+xml" });
}

/**
 * @param {Figure} figure
 * @param {string} title
 */
function pdfOf({ picture, width, height }, title) {
  const surface = new PdfSurface(width, height, picture.theme);
  paintPicture(surface, picture);
  return surface.content.finish(title);
}

/** @param {Figure} figure @returns {Promise<Blob>} */
const pngOf = async ({ picture, width, height }) => {
  const ratio = DPI / 96;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const surface = new CanvasSurface(context2d(canvas), ratio, picture.theme);
  surface.rect(0, 0, width, height, picture.theme.page);
  paintPicture(surface, picture);
  /** @type {Blob | null} */
  const blob = await new Promise((take) => canvas.toBlob(take));
  return blob ? withResolution(blob, DPI) : new Blob();
};

/**
 * The picture as a file.
 * @param {Viewer} viewer
 * @param {FigureChoice} choice
 */
export const saveFigure = async (viewer, choice) => {
  const { data } = viewer;
  const figure = figureOf(viewer, choice);
  const title = [data.title, data.summary].filter(Boolean).join(". ");
  const make = { svg: () => svgOf(figure, title), pdf: () => pdfOf(figure, title), png: () => pngOf(figure) };
  const blob = await make[choice.format]();
  if (blob.size) download(blob, `${data.filename || "sequence"}.${choice.format}`);
  else viewer.screen.say("The browser could not make a picture this large");
};

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
