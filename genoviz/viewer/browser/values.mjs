// What the values of a track say about columns, and how high they are drawn. Pure.
import { BASES } from "./bases.mjs";

/**
 * @import { Display } from "./display.mjs"
 * @import { Range, Track } from "./message.mjs"
 */

/**
 * The base whose score stands for the column: the one that is there, or the one that scores most.
 * @param {Display} display
 * @param {Track} track
 * @param {number} column
 */
export function letterAt(display, track, column) {
  if (!track.strongest) return display.bases[column];
  let best = 0;
  for (let r = 1; r < 4; r++) if (Math.abs(track.rows[r][column]) > Math.abs(track.rows[best][column])) best = r;
  return BASES[best];
}

/**
 * @param {Display} display
 * @param {Track} track
 * @param {number} column
 */
export function valueAt(display, track, column) {
  if (track.rows.length === 1) return track.rows[0][column];
  return track.rows[Math.max(0, BASES.indexOf(letterAt(display, track, column)))][column];
}

/**
 * What is said of a cell of a map; empty for most.
 * @param {Track} track
 * @param {number} row
 * @param {number} column
 */
export const noteAt = (track, row, column) => track.texts[track.notes[row]?.[column]] ?? "";

/**
 * Whether a cell is one of those that are looked for; all are where nothing is.
 * @param {Track} track
 * @param {number} row
 * @param {number} column
 */
export const isMarked = ({ marked, notes }, row, column) => marked === null || notes[row]?.[column] < marked;

/**
 * Lowest and highest height drawn in columns `from` to `to`; zero is always inside.
 * @param {Track} track
 * @param {number} from
 * @param {number} to
 * @returns {Range}
 */
export function extent(track, from, to) {
  let low = 0;
  let high = 0;
  for (let i = from; i < to; i++) {
    let down = 0;
    let up = 0;
    for (const row of track.rows) {
      const value = row[i];
      if (value > 0) up += value;
      else if (value < 0) down += value;
    }
    if (track.measured && track.measured[i] > up) up = track.measured[i];
    if (up > high) high = up;
    if (down < low) low = down;
  }
  return [low, high];
}

/** By how much a letter must go beyond the heights drawn to be marked. @type {(drawn: Range) => number} */
export const leastCut = ([low, high]) => 0.03 * (high - low);

export const BEYOND = 1.001; // of the value that the picture ends with; more is cut

/** @type {WeakMap<Track, number>} */
const largestSizes = new WeakMap();

/** The largest size of a value. @type {(track: Track) => number} */
export function largestOf(track) {
  let largest = largestSizes.get(track) ?? 0;
  if (largest) return largest;
  for (const row of track.rows) {
    for (let i = 0; i < row.length; i++) if (Math.abs(row[i]) > largest) largest = Math.abs(row[i]);
  }
  largestSizes.set(track, largest);
  return largest;
}

/** @type {WeakMap<Track, Range>} */
const wholeRanges = new WeakMap();

/**
 * Lowest and highest value of a whole track; the same on both sides of zero for a map.
 * @param {Track} track
 * @returns {Range}
 */
export function wholeRange(track) {
  let range = wholeRanges.get(track);
  if (!range) {
    const largest = track.kind === "heat" ? track.limit || largestOf(track) || 1 : 0;
    range = track.kind === "heat" ? [-largest, largest] : extent(track, 0, track.rows[0]?.length ?? 0);
    wholeRanges.set(track, range);
  }
  return range;
}

/** @type {WeakMap<Track, Track>} */
const originals = new WeakMap();

/**
 * The track whose values say how high it is drawn: that of the original, so that an edit does not change the scale, or
 * its own where there is no other or it is fitted anew.
 * @param {Track} track
 * @param {boolean} refit
 * @returns {Track}
 */
export function scaledBy(track, refit) {
  if (refit || (!track.ghost.length && !track.reach)) return track;
  let original = originals.get(track);
  if (!original) {
    original = { ...track, rows: track.ghost.length ? track.ghost : track.rows, limit: track.limit ?? track.reach };
    originals.set(track, original);
  }
  return original;
}

/**
 * What is shown minus the original, for logos that have one; on the scale of the original.
 * @param {Track} track
 * @returns {Track}
 */
export function differenceOf(track) {
  if (track.kind !== "logo" || !track.ghost.length) return track;
  const rows = track.rows.map((row, r) => row.map((value, i) => value - track.ghost[r][i]));
  const band = /** @type {Range} */ ([0, 0]);
  const changed = { ...track, rows, title: `${track.title}: shown minus original`, band, agreed: null };
  originals.set(changed, { ...track, rows: track.ghost });
  return changed;
}

/** The range that holds both. @type {(one: Range, other: Range) => Range} */
export const wider = (one, other) => [Math.min(one[0], other[0]), Math.max(one[1], other[1])];

/**
 * Heights that are drawn: of the window, but never so fine that noise looks like signal (a tenth of all).
 * @param {Track} track
 * @param {Range} all  of the whole track
 * @param {Range | null} seen  of the window, when the height follows it
 * @returns {Range}
 */
export function drawnRange(track, all, seen) {
  let [low, high] = track.limits ?? all;
  if (!track.limits && seen) {
    const floor = 0.1 * Math.max(high, -low);
    high = seen[1] || (high ? floor : 0);
    low = seen[0];
    if (Math.max(high, -low) < floor) {
      high = all[1] > 0 ? floor : high;
      low = all[0] < 0 ? -floor : low;
    }
  }
  return [low, high - low < 1e-12 ? low + 1 : high];
}

/** @type {WeakMap<Track, Float32Array>} */
const sortedChanges = new WeakMap();

/** Sizes of all changes in a map, in order. @type {(display: Display, track: Track) => Float32Array} */
function changesInOrder(display, track) {
  let sorted = sortedChanges.get(track);
  if (!sorted) {
    const sizes = track.rows.flatMap((row, r) =>
      [...row].filter((value, i) => Number.isFinite(value) && display.bases[i] !== BASES[r]).map(Math.abs),
    );
    sorted = Float32Array.from(sizes).sort();
    sortedChanges.set(track, sorted);
  }
  return sorted;
}

/**
 * Than how many percent of a map's other changes this one is stronger; 100 is all of them, never a rounded 99.8.
 * @param {Display} display
 * @param {Track} track
 * @param {number} value
 */
export function percentile(display, track, value) {
  const sorted = changesInOrder(display, track);
  const size = Math.abs(value);
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < size) low = middle + 1;
    else high = middle;
  }
  return Math.floor((100 * low) / Math.max(1, sorted.length - 1));
}

/**
 * Lowest and highest height under each pixel of the whole sequence drawn `width` pixels wide.
 * @param {Track} track
 * @param {number} length
 * @param {number} width
 * @returns {Range[]}
 */
export function extentsByPixel(track, length, width) {
  return Array.from({ length: Math.floor(width) }, (_, px) => {
    const from = Math.floor((px / width) * length);
    const to = Math.max(from + 1, Math.floor(((px + 1) / width) * length));
    return extent(track, from, Math.min(to, length));
  });
}
