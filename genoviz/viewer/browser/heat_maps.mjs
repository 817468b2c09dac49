// Mutation maps.
import { BASES } from "./bases.mjs";
import { isFaded } from "./picture.mjs";
import { heatColor } from "./theme.mjs";
import { BEYOND, isMarked } from "./values.mjs";

/**
 * @import { Place } from "./layout.mjs"
 * @import { Track } from "./message.mjs"
 * @import { Picture } from "./picture.mjs"
 * @import { Surface } from "./surface.mjs"
 * @import { Theme } from "./theme.mjs"
 */

const UNSOUGHT = 0.25; // cells that are not looked for

/**
 * Cells in the colour of their change; the reference is grey and named, what is not computed is hatched.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 */
export function paintHeat(s, picture, { track, y }) {
  const { view } = picture;
  const reach = picture.reachOf(track);
  const height = track.height / track.rows.length;
  const wide = view.pixelsPerBase >= 1;
  track.rows.forEach((_, r) => {
    const paint = wide ? paintHeatCells : paintHeatPixels;
    paint(s, picture, track, r, y + r * height, height - 1, reach);
  });
  if (view.pixelsPerBase >= 9) paintReferenceLetters(s, picture, track, y);
}

/** Between the cells of a map. @type {(size: number) => number} */
const gapBetween = (size) => (size > 4 ? 0.8 : 0);

/**
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Track} track
 * @param {number} r
 * @param {number} y
 * @param {number} height
 * @param {number} reach
 */
function paintHeatCells(s, picture, track, r, y, height, reach) {
  const { display, view, theme } = picture;
  const [from, to] = view.columns();
  const row = track.rows[r];
  const { codes } = display;
  const size = view.pixelsPerBase;
  const gap = gapBetween(size);
  const width = gap ? size - gap : size + 0.4;
  const isBase = r < BASES.length;
  for (let i = from; i < to; i++) {
    const x = view.xOf(i);
    if (codes[i] === r) s.rect(x, y, width, height, theme.reference);
    else if (Number.isNaN(row[i]) || (isBase && codes[i] > 3)) s.hatch(x, y, width, height);
    else {
      const color = heatColor(theme, row[i] / reach, isFaded(picture, track, row[i]));
      s.rect(x, y, width, height, color, isMarked(track, r, i) ? 1 : UNSOUGHT);
      if (Math.abs(row[i]) > reach * BEYOND && size > 4) paintBeyond(s, theme, x, y, width);
    }
    if (size >= 3 && codes[i] !== r) paintNote(s, track, r, i, { x, y, width, height }, theme.ink);
  }
}

/**
 * A frame around a cell that is looked for; else a corner where there is something to say.
 * @param {Surface} s
 * @param {Track} track
 * @param {number} r
 * @param {number} i
 * @param {{ x: number, y: number, width: number, height: number }} cell
 * @param {string} ink
 */
function paintNote(s, track, r, i, { x, y, width, height }, ink) {
  if (!(track.notes[r]?.[i] < track.loud)) return;
  const corner = Math.min(width / 2, height / 3);
  const [right, bottom] = [x + width, y + height]; // the other corner says that a change is beyond the colours
  if (track.marked === null) s.area([[right - corner, bottom], [right, bottom], [right, bottom - corner]], ink, 0.7);
  else if (isMarked(track, r, i)) s.frame(x + 0.5, y + 0.5, width - 1, height - 1, ink, 1);
}

/**
 * A corner that says: more than the colours can show.
 * @param {Surface} s
 * @param {Theme} theme
 * @param {number} x
 * @param {number} y
 * @param {number} width
 */
function paintBeyond(s, theme, x, y, width) {
  const side = Math.min(6, width * 0.6);
  s.area([[x + width, y], [x + width - side, y], [x + width, y + side]], theme.page);
}

/**
 * One colour per pixel: the strongest change there.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Track} track
 * @param {number} r
 * @param {number} y
 * @param {number} height
 * @param {number} reach
 */
function paintHeatPixels(s, picture, track, r, y, height, reach) {
  const { display, view, theme } = picture;
  const row = track.rows[r];
  /** @type {(string | null)[]} */
  const colors = new Array(Math.ceil(view.width)).fill(null);
  for (let px = 0; px < colors.length; px++) {
    const [from, to] = view.columnsUnder(px);
    let strongest = NaN;
    let onlyReference = r < BASES.length;
    for (let i = from; i < to; i++) {
      if (display.codes[i] === r) continue;
      onlyReference = false;
      if (!isMarked(track, r, i)) continue;
      if (!Number.isNaN(row[i]) && !(Math.abs(row[i]) <= Math.abs(strongest))) strongest = row[i];
    }
    if (!Number.isNaN(strongest)) {
      colors[px] = heatColor(theme, strongest / reach, isFaded(picture, track, strongest));
    } else if (onlyReference) colors[px] = theme.reference;
  }
  s.strip(view.left, y, height, colors);
}

/**
 * The letter that is there, in its own cell.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Track} track
 * @param {number} y
 */
function paintReferenceLetters(s, { display, view, theme }, track, y) {
  const [from, to] = view.columns();
  const width = view.pixelsPerBase;
  const height = track.height / track.rows.length;
  const size = Math.min(width, height) * 0.52;
  const inset = (width - gapBetween(width) - size) / 2;
  for (let i = from; i < to; i++) {
    const r = BASES.indexOf(display.bases[i]);
    if (r < 0) continue;
    const top = y + (r + 0.5) * height - size / 2 - 0.5;
    s.glyph(display.bases[i], view.xOf(i) + inset, top, size, size, theme.ink, undefined, 0.75);
  }
}
