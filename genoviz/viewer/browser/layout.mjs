// How high on the picture everything lies. Lengths are CSS pixels. Pure.

import { View } from "./view.mjs";

/**
 * @import { Display } from "./display.mjs"
 * @import { Range, Track } from "./message.mjs"
 * @import { RulerKind } from "./ticks.mjs"
 *
 * A track and its place.
 * @typedef {object} Place
 * @property {Track} track
 * @property {number} titleLines
 * @property {number} titleY
 * @property {number} y
 * @property {Range | null} drawn  lowest and highest value of the last drawing
 *
 * @typedef {object} Layout
 * @property {number} title
 * @property {number} locus  the same as `title` where there is room for both on one line
 * @property {number} overview
 * @property {[RulerKind, number][]} rulers
 * @property {number} letters
 * @property {Place[]} places
 * @property {number} height
 *
 * A row of the picture: some of the columns, and where they lie.
 * @typedef {{ view: View, layout: Layout }} Row
 */

export const PAD = 10; // right of the columns
export const OVERVIEW_HEIGHT = 24;
export const LETTERS_HEIGHT = 20;
export const TITLE_HEIGHT = 19;
const RULER_HEIGHT = 17;
const GAP = 8;
const NARROW = 620;
const NARROW_FOR_BAND = 760; // its legend is longer
const WRAPPED_PX = 9; // of a base in wrapped rows, at least
const MOST_ROWS = 20;
const ROW_GAP = 10;
const VERY_NARROW = 520;

/** Whether there is little room for names and legends. @type {(width: number) => boolean} */
export const veryNarrow = (width) => width < VERY_NARROW;

/** Room for names left of the columns. @type {(width: number) => number} */
export const gutterOf = (width) => (veryNarrow(width) ? 42 : 58);

/** @type {(display: Display) => RulerKind[]} */
function rulersOf(display) {
  /** @type {RulerKind[]} */
  const kinds = ["base"];
  if (display.first !== 1) kinds.push("record");
  if (display.locus) kinds.push("genome");
  if (display.tss !== null) kinds.push("tss");
  return kinds;
}

/** @type {(track: Track, width: number) => number} */
function titleLinesOf(track, width) {
  if (!track.title) return 0;
  const narrow = width < (track.kind === "heat" && track.band?.[1] ? NARROW_FOR_BAND : NARROW);
  const told = [track.kind === "heat", track.measured, track.band?.[1], track.agreed, track.ghost?.length];
  return narrow && told.some(Boolean) ? 2 : 1; // a legend on its own line
}

/**
 * Rulers, letters and tracks from height `y` on.
 * @param {Display} display
 * @param {number} width
 * @param {number} y
 * @param {boolean} titled
 */
function tracksBelow(display, width, y, titled) {
  /** @type {[RulerKind, number][]} */
  const rulers = rulersOf(display).map((kind, k) => [kind, y + k * RULER_HEIGHT]);
  y += rulers.length * RULER_HEIGHT;
  const letters = y + 3;
  y += LETTERS_HEIGHT + 9;
  /** @type {Place[]} */
  const places = [];
  for (const track of display.tracks) {
    const titleLines = titled ? titleLinesOf(track, width) : 0;
    const titleY = y + GAP;
    const top = titleY + titleLines * TITLE_HEIGHT;
    places.push({ track, titleLines, titleY, y: top, drawn: null });
    y = top + track.height;
  }
  return { rulers, letters, places, height: Math.ceil(y + 8) };
}

/**
 * @param {Display} display
 * @param {number} width
 * @param {boolean} [placeBelow]  the place has a line of its own below the title
 * @returns {Layout}
 */
export function layoutOf(display, width, placeBelow = width < NARROW) {
  const overview = placeBelow && display.locus ? 38 : 20;
  const below = tracksBelow(display, width, overview + OVERVIEW_HEIGHT + 4, true);
  return { title: 10, locus: placeBelow ? 28 : 10, overview, ...below };
}

/**
 * The window in one row, or in as many as legible letters need.
 * @param {Display} display
 * @param {View} view
 * @param {Layout} layout  of the first row
 * @param {number} width
 * @param {boolean} wrapped
 * @returns {Row[]}
 */
export function wrappedRows(display, view, layout, width, wrapped) {
  const most = Math.max(Math.floor(view.width / WRAPPED_PX / 10) * 10, 10); // columns in a row
  const each = Math.max(most, Math.ceil(view.span / MOST_ROWS / 10) * 10);
  if (!wrapped || view.span <= each) return [{ view, layout }];
  /** @type {Row[]} */
  const rows = [];
  for (let start = Math.floor(view.start); start < view.end; start += each) {
    const part = Object.assign(new View(), view, { start, end: start + each });
    const above = rows.at(-1);
    const own = above ? { ...layout, ...tracksBelow(display, width, above.layout.height + ROW_GAP, false) } : layout;
    rows.push({ view: part, layout: own });
  }
  return rows;
}
