// What an edit changed in a logo: the original as an outline, and marks where something is cut.
import { FADED, isFaded } from "./picture.mjs";
import { leastCut } from "./values.mjs";

/**
 * @import { Axis } from "./axis.mjs"
 * @import { Place } from "./layout.mjs"
 * @import { Picture } from "./picture.mjs"
 * @import { Surface } from "./surface.mjs"
 */

const LEAST_CHANGE = 0.02; // of the height drawn; less is not worth an outline
const GHOST_ALPHA = 0.55;
const LEAST_LETTER = 4; // pixels; smaller outlines are boxes

/**
 * Outlines of the original's letters, behind those of today, where they differ.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 * @param {Axis} axis
 */
export function paintGhost(s, picture, place, { zero, unit }) {
  const { view, display, theme } = picture;
  for (const [column, value] of changedColumns(picture, place)) {
    const height = Math.abs(value) * unit;
    const letter = display.before?.[column] ?? " ";
    const [x, y] = [view.xOf(column), value > 0 ? zero - height : zero];
    const alpha = isFaded(picture, place.track, value) ? FADED : GHOST_ALPHA;
    if (letter !== " " && view.pixelsPerBase > LEAST_LETTER && height > LEAST_LETTER) {
      s.glyph(letter, x + 0.5, y, view.pixelsPerBase - 1, height, "none", theme.ink, alpha);
    } else if (view.pixelsPerBase > 2) s.frame(x, y, view.pixelsPerBase, height, theme.ink, 0.8, alpha);
  }
}

/**
 * How high the original's letters were, across those of today that are taller.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 * @param {Axis} axis
 */
export function paintHeightsBefore(s, picture, place, { zero, unit }) {
  const { view, theme } = picture;
  for (const [column, value] of changedColumns(picture, place)) {
    const now = place.track.rows[0][column];
    if (now * value <= 0 || Math.abs(now) < Math.abs(value)) continue;
    const alpha = isFaded(picture, place.track, now) ? FADED : GHOST_ALPHA;
    s.rect(view.xOf(column), zero - value * unit - 0.5, view.pixelsPerBase, 1, theme.ink, alpha);
  }
}

/**
 * Columns in which the original differs, with its score there.
 * @param {Picture} picture
 * @param {Place} place
 * @returns {[number, number][]}
 */
function changedColumns({ view, display, ghosts }, { track, drawn }) {
  if (!ghosts || track.ghost.length !== 1 || !drawn || view.pixelsPerBase < 1) return [];
  const [before, now] = [track.ghost[0], track.rows[0]];
  const least = LEAST_CHANGE * (drawn[1] - drawn[0]);
  const [from, to] = view.columns();
  /** @type {[number, number][]} */
  const changed = [];
  for (let i = from; i < to; i++) {
    const other = display.before !== null && display.before[i] !== display.bases[i];
    if (before[i] && (other || Math.abs(before[i] - now[i]) > least)) changed.push([i, before[i]]);
  }
  return changed;
}

/**
 * A triangle at the edge over each column that goes beyond it.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 */
export function paintCuts(s, { view, theme }, { track, y, drawn }) {
  if (!drawn || track.limits || view.pixelsPerBase < 1) return;
  const [from, to] = view.columns();
  const bottom = y + track.height;
  const least = leastCut(drawn);
  for (let i = from; i < to; i++) {
    let [up, down] = [0, 0];
    for (const row of track.rows) {
      if (row[i] > 0) up += row[i];
      else if (row[i] < 0) down += row[i];
    }
    const x = view.xOf(i + 0.5);
    if (up > drawn[1] + least) s.area([[x - 5, y + 7], [x + 5, y + 7], [x, y]], theme.primary);
    if (down < drawn[0] - least) s.area([[x - 5, bottom - 7], [x + 5, bottom - 7], [x, bottom]], theme.primary);
  }
}
