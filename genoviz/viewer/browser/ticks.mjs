// Where the rulers have their ticks. Pure.
import { grouped, niceStep, written } from "./numbers.mjs";

/**
 * @import { Display } from "./display.mjs"
 * @import { View } from "./view.mjs"
 *
 * `base` counts the sequence, `record` the sequence that was given, `genome` the chromosome, `tss` from the
 * transcription start.
 * @typedef {"base" | "record" | "genome" | "tss"} RulerKind
 *
 * Column and text.
 * @typedef {[number, string]} Tick
 */

const MOST_TICKS = 400; // in a block
const TICK_PX = 70;
const GENOME_TICK_PX = 100;

/**
 * Numbers of a ruler for bases of the original, and back.
 * @param {RulerKind} kind
 * @param {Display} display
 */
function numbering(kind, display) {
  const { first, tss } = display;
  /** @type {(origin: number) => number} */
  let label = (origin) => display.fromTss(origin);
  /** @type {(value: number) => number} */
  let origin = (value) => (tss ?? 0) + (value > 0 ? value - 1 : value);
  if (kind === "genome") {
    label = (base) => display.genomeOf(base);
    origin = (value) => display.originAt(value);
  } else if (kind === "record") {
    label = (base) => first + base;
    origin = (value) => value - first;
  }
  return { label, origin };
}

/**
 * @param {RulerKind} kind
 * @param {number} value
 */
function tickText(kind, value) {
  if (kind !== "tss") return grouped(value);
  return value > 0 ? `+${grouped(value)}` : written(value);
}

/**
 * @param {Display} display
 * @param {View} view
 * @param {number} step
 * @returns {Tick[]}
 */
function baseTicks(display, view, step) {
  const [from, to] = view.columns();
  const ends = [display.position(from), display.position(to - 1)];
  const last = Math.max(...ends);
  /** @type {Tick[]} */
  const ticks = [];
  for (let place = Math.max(1, Math.ceil(Math.min(...ends) / step) * step); place <= last; place += step) {
    const column = display.minus ? display.length - place : place - 1;
    if (display.wasGiven(column)) ticks.push([column, grouped(place)]);
  }
  return ticks;
}

/**
 * Ticks of one block of the original's bases.
 * @param {RulerKind} kind
 * @param {Display} display
 * @param {View} view
 * @param {number} step
 * @param {number} there  first base of the block in the original
 * @param {number} length
 * @returns {Tick[]}
 */
function blockTicks(kind, display, view, step, there, length) {
  const [from, to] = view.columns();
  const { label, origin } = numbering(kind, display);
  const ends = [label(there), label(there + length - 1)];
  const seen = [from, to - 1].map((column) => display.originOf(column)).filter((base) => base !== null).map(label);
  const first = Math.ceil(Math.min(...ends) / step) * step;
  const firstSeen = seen.length === 2 ? Math.floor(Math.min(...seen) / step) * step : first; // skip what is far outside
  const start = Math.max(first, firstSeen);
  const most = Math.min(MOST_TICKS, Math.floor((Math.max(...ends) - start) / step) + 1);
  /** @type {Tick[]} */
  const ticks = [];
  for (let k = 0; k < most; k++) {
    const value = start + k * step;
    const shown = kind === "tss" && value === 0 ? 1 : value;
    const base = origin(shown);
    const column = base >= there && base < there + length ? display.columnOf(base) : null;
    const inSight = column !== null && column >= from && column < to;
    if (inSight && display.wasGiven(column)) ticks.push([column, tickText(kind, shown)]);
  }
  return ticks;
}

/**
 * The ticks in the window, from left to right.
 * @param {RulerKind} kind
 * @param {Display} display
 * @param {View} view
 * @returns {Tick[]}
 */
export function ticksOf(kind, display, view) {
  const apart = kind === "genome" ? GENOME_TICK_PX : TICK_PX;
  const step = niceStep(view.span / Math.max(2, view.width / apart));
  if (kind === "base") return baseTicks(display, view, step).sort((one, other) => one[0] - other[0]);
  const [from, to] = view.columns();
  /** @type {Tick[]} */
  const ticks = [];
  for (const [here, there, length] of display.blocks) {
    const [start, end] = display.flip([here, here + length]);
    if (end <= from || start >= to) continue;
    ticks.push(...blockTicks(kind, display, view, step, there, length));
  }
  return ticks.sort((one, other) => one[0] - other[0]);
}
