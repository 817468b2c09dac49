// The tooltip: all that is known about the column under the pointer.
import { BASES, COMPLEMENT } from "./bases.mjs";
import { element } from "./elements.mjs";
import { clamp, grouped, written } from "./numbers.mjs";
import { bandText, hasBand, isWithin } from "./picture.mjs";
import { noteAt, percentile, valueAt } from "./values.mjs";

/**
 * @import { Place } from "./layout.mjs"
 * @import { Display } from "./display.mjs"
 * @import { Track } from "./message.mjs"
 * @import { PlotHit } from "./pointer.mjs"
 * @import { Viewer } from "./viewer.mjs"
 *
 * Name and value.
 * @typedef {[string, string]} Line
 */

export const CLICK_PX = 4; // narrower columns can't be clicked
const MOST_RANKED = 50000; // bases of a map whose changes are put in order

/**
 * @param {Display} display
 * @param {number} column
 * @returns {Line[]}
 */
function placeLines(display, column) {
  const origin = display.originOf(column);
  if (origin === null) return [["inserted", ""]];
  const { locus, tss, first, original, minus } = display;
  /** @type {Line[]} */
  const lines = [];
  if (!display.wasGiven(column)) lines.push(["added N", "not given"]);
  else if (first !== 1) lines.push(["in the sequence given", grouped(first + origin)]);
  if (locus) lines.push([`${locus.chrom} (${locus.assembly || "?"})`, grouped(display.genomeOf(origin))]);
  if (tss !== null) lines.push(["from TSS", written(display.fromTss(origin), true)]);
  const letter = display.bases[column];
  const before = original?.[origin];
  const now = minus ? COMPLEMENT[letter] : letter;
  if (before && before !== now) lines.push(["original", minus ? COMPLEMENT[before] : before]);
  return lines;
}

/**
 * Whether shuffled sequences reach as much.
 * @param {Track} track
 * @param {number} value
 * @returns {Line[]}
 */
function bandLines(track, value) {
  if (!hasBand(track) || !Number.isFinite(value)) return [];
  return isWithin(track.band, value)
    ? [["could be chance: shuffles reach", bandText(track)]]
    : [["beyond shuffled sequences", bandText(track)]];
}

/**
 * How many networks of an ensemble agree on a score.
 * @param {Track} track
 * @param {number} column
 * @returns {Line[]}
 */
function agreedLines(track, column) {
  const agreed = track.agreed?.[column] ?? NaN;
  return Number.isFinite(agreed) ? [["networks that agree on the sign", `${Math.round(100 * agreed)} %`]] : [];
}

/**
 * @param {Display} display
 * @param {Track} track
 * @param {number} row
 * @param {number} column
 * @returns {Line[]}
 */
function mapLines(display, track, row, column) {
  const letter = display.bases[column];
  const name = track.names[row];
  const value = track.rows[row][column];
  if (name === letter) return [["shown base", "0"]];
  const change = BASES.includes(name) ? `${letter} → ${name}` : name;
  if (!Number.isFinite(value)) return [[change, "not computed"]];
  /** @type {Line[]} */
  const lines = [[change, `${written(value, true)} ${track.unit}`]];
  if (display.length <= MOST_RANKED) {
    const share = percentile(display, track, value);
    lines.push(["stronger than", share === 100 ? "all other changes" : `${share} % of the map`]);
  }
  const note = noteAt(track, row, column);
  if (note) lines.push([note, ""]);
  return [...lines, ...bandLines(track, value)];
}

/**
 * What the mutations of a column do.
 * @param {Track} track
 * @param {number} column
 * @returns {Line[]}
 */
function noteLines(track, column) {
  /** @type {Map<string, string[]>} */
  const said = new Map();
  track.names.forEach((name, row) => {
    const note = noteAt(track, row, column);
    if (note) said.set(note, [...(said.get(note) ?? []), name]);
  });
  /** @type {Line[]} */
  const lines = [];
  said.forEach((names, note) => lines.push([`→ ${names.join(", ")} ${note}`, ""]));
  return lines;
}

/**
 * @param {Display} display
 * @param {Place} place
 * @param {PlotHit} hit
 * @returns {Line[]}
 */
function trackLines(display, { track }, { column, place, row }) {
  if (track.kind === "heat") {
    return place?.track === track && row !== null ? mapLines(display, track, row, column) : noteLines(track, column);
  }
  if (!track.rows.length) return [];
  const value = valueAt(display, track, column);
  /** @type {Line[]} */
  const lines = [[track.title, written(value, true)]];
  if (track.ghost.length === 1) lines.push(["in the original", written(track.ghost[0][column], true)]);
  if (place?.track === track) lines.push(...bandLines(track, value));
  lines.push(...agreedLines(track, column));
  if (track.measured) lines.push([track.legend[1], written(track.measured[column], true)]);
  return lines;
}

/** @param {Viewer} viewer */
export function hideTip({ screen }) {
  screen.tip.hidden = true;
}

/**
 * @param {Viewer} viewer
 * @param {PlotHit} hit
 */
export function showTip(viewer, hit) {
  const { display } = viewer;
  const { view, layout } = viewer.rowOf(hit.column);
  const { tip, menu, width } = viewer.screen;
  tip.hidden = !menu.hidden;
  if (tip.hidden) return;
  const lines = placeLines(display, hit.column);
  if (hit.item) lines.push([hit.item.label || hit.item.style, hit.item.note || ""]);
  for (const place of layout.places) lines.push(...trackLines(display, place, hit));
  if (view.pixelsPerBase < CLICK_PX) lines.push(["a click zooms in", ""]);
  const title = `Base ${grouped(display.position(hit.column))} · ${display.bases[hit.column]}`;
  const rows = lines.map((line) => element("div", {}, ...line.map((text) => element("span", {}, text))));
  tip.replaceChildren(element("b", {}, title), ...rows);
  const size = tip.offsetWidth; // it stands left of the pointer when there is no room on its right
  const left = hit.x + 16 + size > width ? hit.x - size - 14 : hit.x + 16;
  tip.style.left = `${clamp(left, 0, Math.max(0, width - size))}px`;
  tip.style.top = `${hit.y + 14}px`;
}
