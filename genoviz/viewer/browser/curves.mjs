// Profiles.
import { paintAxis } from "./axis.mjs";

/**
 * @import { Axis } from "./axis.mjs"
 * @import { Place } from "./layout.mjs"
 * @import { Range, Track } from "./message.mjs"
 * @import { Picture } from "./picture.mjs"
 * @import { Point, Surface } from "./surface.mjs"
 *
 * A piece of a curve: where it begins and ends, and how far it goes up and down.
 * @typedef {{ x: number, end: number, up: number, down: number }} Step
 */

/**
 * A filled curve, and what was measured as an outline over it.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 */
export function paintLine(s, picture, place) {
  const { track } = place;
  const axis = paintAxis(s, picture, place, 0.25);
  const color = track.color || picture.theme.line;
  const steps = picture.view.pixelsPerBase >= 1 ? curveByBase(picture, track) : curveByPixel(picture, track);
  /** @type {Point[]} */
  const top = [];
  /** @type {Point[]} */
  const bottom = [];
  for (const { x, end, up, down } of steps) {
    const [high, low] = [axis.zero - up * axis.unit, axis.zero - down * axis.unit];
    top.push([x, high], [end, high]);
    bottom.push([x, low], [end, low]);
  }
  s.area([...top, ...bottom.reverse()], color, 0.75);
  if (track.measured) paintMeasured(s, picture, track.measured, axis);
}

/**
 * One step for each run of equal values.
 * @param {Picture} picture
 * @param {Track} track
 * @returns {Step[]}
 */
function curveByBase({ view }, track) {
  const [from, to] = view.columns();
  const row = track.rows[0];
  const steps = [];
  for (let start = from; start < to; ) {
    let end = start + 1;
    while (end < to && row[end] === row[start]) end++;
    const up = row[start] > 0 ? row[start] : 0;
    const down = row[start] < 0 ? row[start] : 0;
    steps.push({ x: view.xOf(start), end: view.xOf(end), up, down });
    start = end;
  }
  return steps;
}

/**
 * One step for each pixel, from its lowest to its highest value.
 * @param {Picture} picture
 * @param {Track} track
 * @returns {Step[]}
 */
function curveByPixel({ view }, track) {
  const row = track.rows[0];
  const steps = [];
  for (let px = 0; px < view.width; px++) {
    const [from, to] = view.columnsUnder(px);
    let [up, down] = [0, 0];
    for (let i = from; i < to; i++) {
      if (row[i] > up) up = row[i];
      if (row[i] < down) down = row[i];
    }
    steps.push({ x: view.left + px, end: view.left + px + 1, up, down });
  }
  return steps;
}

/**
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Float32Array} values
 * @param {Axis} axis
 */
function paintMeasured(s, { view, theme }, values, { zero, unit }) {
  const byBase = view.pixelsPerBase >= 1;
  const [from, to] = byBase ? view.columns() : [0, view.width];
  /** @type {Point[]} */
  let points = [];
  const finish = () => {
    if (points.length > 1) s.line(points, theme.ink, 1.3, 0.9);
    points = [];
  };
  for (let at = from; at < to; at++) {
    const value = byBase ? values[at] : highestUnder(values, view.columnsUnder(at));
    const y = zero - value * unit;
    if (Number.isNaN(value)) finish();
    else if (byBase) points.push([view.xOf(at), y], [view.xOf(at + 1), y]);
    else points.push([view.left + at, y]);
  }
  finish();
}

/** @type {(values: Float32Array, range: Range) => number} */
function highestUnder(values, [from, to]) {
  let highest = values[from];
  for (let i = from; i < to; i++) if (values[i] > highest) highest = values[i];
  return highest;
}
