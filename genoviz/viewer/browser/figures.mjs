// The picture as a figure for paper: of a given width, light unless asked otherwise, with the tracks that were chosen.
import { overviewOf, pictureOf } from "./drawing.mjs";
import { gutterOf, layoutOf, PAD, wrappedRows } from "./layout.mjs";
import { fileTheme, paletteOf, paperTheme } from "./theme.mjs";
import { View } from "./view.mjs";

/**
 * @import { Picture } from "./picture.mjs"
 * @import { Viewer } from "./viewer.mjs"
 *
 * @typedef {object} FigureChoice
 * @property {"svg" | "pdf" | "png"} format
 * @property {number} mm  its width
 * @property {boolean} dark  colours of a dark page
 * @property {string[]} without  titles of tracks that are left out
 *
 * @typedef {{ picture: Picture, width: number, height: number }} Figure
 */

export const PX_PER_MM = 96 / 25.4; // a CSS pixel is 1/96 inch
export const USUAL_MM = 180; // two columns of a journal

/**
 * The same window, strand, scales and fading as on the page.
 * @param {Viewer} viewer
 * @param {FigureChoice} choice
 * @returns {Figure}
 */
export function figureOf(viewer, { mm, dark, without }) {
  const shown = pictureOf(viewer);
  const theme = dark ? fileTheme(shown.theme) : paperTheme();
  const width = mm * PX_PER_MM;
  const tracks = shown.display.tracks.filter(({ title }) => !without.includes(title));
  const display = Object.assign(Object.create(Object.getPrototypeOf(shown.display)), shown.display, { tracks });
  const layout = layoutOf(display, width, true); // on paper there is room, and nothing may be cut off
  const left = gutterOf(width);
  const view = Object.assign(new View(), shown.view, { left, width: width - left - PAD });
  const rows = wrappedRows(display, view, layout, width, viewer.wrapped);
  const overview = overviewOf(display, view.width);
  const palette = paletteOf(viewer.palette, theme.dark);
  const picture = { ...shown, display, layout, view, rows, theme, palette, width, overview };
  return { picture, width, height: rows[rows.length - 1].layout.height };
}
