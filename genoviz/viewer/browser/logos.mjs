// Logos.
import { paintAxis } from "./axis.mjs";
import { BASES } from "./bases.mjs";
import { paintCuts, paintGhost, paintHeightsBefore } from "./ghosts.mjs";
import { FADED, hasBand, isFaded } from "./picture.mjs";
import { letterAt, valueAt } from "./values.mjs";

/**
 * @import { Axis } from "./axis.mjs"
 * @import { Place } from "./layout.mjs"
 * @import { Track } from "./message.mjs"
 * @import { Picture } from "./picture.mjs"
 * @import { Surface } from "./surface.mjs"
 */

const LETTER_PX = 4; // narrower letters are bars
const BAND_ALPHA = 0.045;

/**
 * Letters as high as their scores; bars where they are too narrow, and one column per pixel further out.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 */
export function paintLogo(s, picture, place) {
  const axis = paintAxis(s, picture, place, 0.35);
  paintBand(s, picture, place, axis);
  paintGhost(s, picture, place, axis);
  if (picture.view.pixelsPerBase >= LETTER_PX) paintLogoLetters(s, picture, place.track, axis);
  else if (picture.view.pixelsPerBase >= 1) paintLogoBars(s, picture, place.track, axis);
  else paintLogoPixels(s, picture, place.track, axis);
  paintHeightsBefore(s, picture, place, axis);
  paintCuts(s, picture, place);
}

/**
 * How far the scores of shuffled sequences reach on both sides of zero.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 * @param {Axis} axis
 */
function paintBand(s, picture, { track, y }, { zero, unit }) {
  if (!picture.fading || !hasBand(track)) return;
  const top = Math.max(y, zero - track.band[1] * unit);
  const bottom = Math.min(y + track.height, zero + track.band[0] * unit);
  s.rect(picture.view.left, top, picture.view.width, bottom - top, picture.theme.ink, BAND_ALPHA);
}

/**
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Track} track
 * @param {Axis} axis
 */
function paintLogoLetters(s, picture, track, { zero, unit }) {
  const { display, view } = picture;
  const [from, to] = view.columns();
  for (let i = from; i < to; i++) {
    if (track.rows.length === 1) {
      const value = track.rows[0][i];
      const alpha = isFaded(picture, track, value, i) ? FADED : 1;
      paintLetter(s, picture, display.bases[i], i, zero, value * unit, alpha);
    } else paintStack(s, picture, track, i, { zero, unit });
  }
}

/**
 * A letter from height `y`, upright on both sides of the axis.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {string} letter
 * @param {number} column
 * @param {number} y
 * @param {number} rise  pixels, negative below the axis
 * @param {number} [faded]
 */
function paintLetter(s, { view, theme, palette }, letter, column, y, rise, faded = 1) {
  const height = Math.abs(rise);
  if (!(height >= 0.4)) return;
  const size = view.pixelsPerBase;
  const pad = size > 9 ? 0.05 * size : 0;
  const top = rise > 0 ? y - height : y;
  const fill = palette.fills[letter] || theme.other;
  const alpha = rise < 0 ? 0.85 * faded : faded;
  s.glyph(letter, view.xOf(column) + pad, top, size - 2 * pad, height, fill, palette.outlines[letter], alpha);
}

/**
 * The scores of all four bases in a column, the smallest next to the axis.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Track} track
 * @param {number} column
 * @param {Axis} axis
 */
function paintStack(s, picture, track, column, { zero, unit }) {
  let up = zero;
  let down = zero;
  const scores = [...BASES].map((letter, r) => ({ letter, value: track.rows[r][column] }));
  scores.sort((one, other) => Math.abs(one.value) - Math.abs(other.value));
  for (const { letter, value } of scores) {
    const rise = value * unit;
    if (value > 0) {
      paintLetter(s, picture, letter, column, up, rise);
      up -= rise;
    } else if (value < 0) {
      paintLetter(s, picture, letter, column, down, rise);
      down -= rise;
    }
  }
}

/**
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Track} track
 * @param {Axis} axis
 */
function paintLogoBars(s, picture, track, { zero, unit }) {
  const { display, view, theme, palette } = picture;
  const [from, to] = view.columns();
  const size = view.pixelsPerBase;
  for (let i = from; i < to; i++) {
    const value = valueAt(display, track, i);
    const rise = value * unit;
    if (!rise) continue;
    const alpha = isFaded(picture, track, value, i) ? FADED : 1;
    const letter = letterAt(display, track, i);
    const top = rise > 0 ? zero - rise : zero;
    const outline = palette.outlines[letter];
    s.rect(view.xOf(i), top, Math.max(size - 0.4, 0.8), Math.abs(rise), palette.fills[letter] || theme.other, alpha);
    if (size > 3 && outline) s.frame(view.xOf(i), top, size - 0.4, Math.abs(rise), outline, 0.6, alpha);
  }
}

/**
 * The strongest base under a pixel keeps its colour.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Track} track
 * @param {Axis} axis
 */
function paintLogoPixels(s, picture, track, { zero, unit }) {
  const { display, view, theme, palette } = picture;
  /** @type {(column: number) => string} */
  const colorOf = (column) =>
    picture.outlined ? theme.ink : palette.fills[letterAt(display, track, column)] || theme.other;
  for (let px = 0; px < view.width; px++) {
    const [from, to] = view.columnsUnder(px);
    let [up, down, highest, lowest] = [0, 0, from, from];
    for (let i = from; i < to; i++) {
      const value = valueAt(display, track, i);
      if (value > up) [up, highest] = [value, i];
      else if (value < down) [down, lowest] = [value, i];
    }
    const x = view.left + px;
    /** @type {(value: number, column: number) => number} */
    const alpha = (value, column) => (isFaded(picture, track, value, column) ? FADED : 1);
    if (up > 0) s.rect(x, zero - up * unit, 1, up * unit, colorOf(highest), alpha(up, highest));
    if (down < 0) s.rect(x, zero, 1, -down * unit, colorOf(lowest), alpha(down, lowest));
  }
}
