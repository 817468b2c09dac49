// The axis of a logo or curve, and where it has no values.

/**
 * @import { Place } from "./layout.mjs"
 * @import { Picture } from "./picture.mjs"
 * @import { Surface } from "./surface.mjs"
 *
 * How values become heights: the y of zero, and the pixels of one.
 * @typedef {{ zero: number, unit: number }} Axis
 */

/**
 * The axis for the heights that are drawn now, with a line at zero.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 * @param {number} alpha  of the line
 * @returns {Axis}
 */
export function paintAxis(s, picture, place, alpha) {
  const { track } = place;
  const [low, high] = picture.scaleOf(track);
  place.drawn = [low, high];
  const unit = track.height / (high - low);
  const zero = place.y + high * unit;
  paintUnknown(s, picture, place);
  s.rect(picture.view.left, zero - 0.5, picture.view.width, 1, picture.theme.ink, alpha);
  return { zero, unit };
}

/**
 * Hatch the runs of columns without a value.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 */
function paintUnknown(s, { view }, { track, y }) {
  const [from, to] = view.columns();
  const row = track.rows[0];
  for (let i = from; i < to; i++) {
    if (!Number.isNaN(row[i])) continue;
    const start = i;
    while (i < to && Number.isNaN(row[i])) i++;
    s.hatch(view.xOf(start), y, (i - start) * view.pixelsPerBase, track.height);
  }
}
