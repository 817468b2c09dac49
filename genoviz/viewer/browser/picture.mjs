// What a picture is made from, and what all its parts need.
import { written } from "./numbers.mjs";

/**
 * @import { Display } from "./display.mjs"
 * @import { Layout, Place, Row } from "./layout.mjs"
 * @import { Range, Track } from "./message.mjs"
 * @import { Surface } from "./surface.mjs"
 * @import { Palette, Theme } from "./theme.mjs"
 * @import { View } from "./view.mjs"
 *
 * All that a picture is made from.
 * @typedef {object} Picture
 * @property {string} title
 * @property {Display} display
 * @property {View} view
 * @property {Layout} layout
 * @property {Row[]} rows
 * @property {Theme} theme
 * @property {Palette} palette
 * @property {boolean} outlined  letters without colours
 * @property {boolean} fading  what stays below the null band, or is contested, is faded
 * @property {boolean} ghosts  the original is drawn behind
 * @property {boolean} waiting  tracks are faded until newer values arrive
 * @property {number} width
 * @property {Overview | null} overview
 * @property {(track: Track) => Range} scaleOf  heights to draw
 * @property {(track: Track) => number} reachOf  the value of a map's full colours
 *
 * @typedef {{ track: Track, extents: Range[] }} Overview
 *
 * What the pointer and the keyboard have marked.
 * @typedef {object} Marked
 * @property {Range | null} selection
 * @property {{ column: number, row: number | null, place: Place | null } | null} hover
 * @property {number | null} cursor
 * @property {boolean} focused
 */

/** The band in words. @type {(track: Track) => string} */
export const bandText = ({ band }) => `${written(-band[0])} to ${written(band[1], true)}`;

export const MUTED = 0.8; // of text beside the data
export const FADED = 0.25; // of what could be chance

/** Whether shuffled sequences reach as much. @type {(band: Range, value: number) => boolean} */
export const isWithin = ([lower, higher], value) => (value < 0 ? -value < lower : value < higher);

/** Whether it is known what they reach. @type {(track: Track) => boolean} */
export const hasBand = (track) => track.band[1] > 0;

/**
 * Whether the networks of an ensemble disagree on the sign of a base's score.
 * @type {(track: Track, column: number) => boolean}
 */
export const isContested = (track, column) => (track.agreed?.[column] ?? 1) < 1;

/** Whether something can be faded. @type {(track: Track) => boolean} */
export const canFade = (track) => hasBand(track) || track.agreed !== null;

/**
 * Whether a score is faded: shuffled sequences reach as much, or networks disagree on it.
 * @param {Picture} picture
 * @param {Track} track
 * @param {number} value
 * @param {number} [column]  of a logo; none where only the value counts
 */
export const isFaded = (picture, track, value, column = -1) =>
  picture.fading && (isWithin(track.band, value) || isContested(track, column));

/**
 * `text`, cut with an ellipsis so that it does not run out of its place.
 * @param {Surface} s
 * @param {string} text
 * @param {number} width
 * @param {number} [size]
 * @param {number} [weight]
 */
export function shortened(s, text, width, size, weight) {
  if (s.measure(text, size, weight) <= width) return text;
  let n = text.length;
  while (n > 1 && s.measure(`${text.slice(0, n)}…`, size, weight) > width) n--;
  return `${text.slice(0, n)}…`;
}
