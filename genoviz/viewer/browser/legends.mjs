// Beside the tracks: their titles with a legend, and the numbers and names on their left.
import { PAD, TITLE_HEIGHT, veryNarrow } from "./layout.mjs";
import { written } from "./numbers.mjs";
import { bandText, hasBand, isFaded, MUTED, shortened } from "./picture.mjs";
import { heatColor } from "./theme.mjs";
import { BEYOND, extent, largestOf, leastCut, wholeRange } from "./values.mjs";

/**
 * @import { Place } from "./layout.mjs"
 * @import { Track } from "./message.mjs"
 * @import { Picture } from "./picture.mjs"
 * @import { Surface } from "./surface.mjs"
 */

const SCALE_SIZE = 10.5; // of its text
const HEAT_STEPS_SHOWN = 44;
const LEGEND_SHARE = 0.66; // of the line above a logo; the title has the rest

/**
 * The line above a track.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 */
export function paintTitle(s, picture, place) {
  const { track, titleLines, titleY } = place;
  if (!track.title) return;
  const y = titleY + TITLE_HEIGHT / 2;
  const unit = track.unit ? `${track.title} · ${track.unit}` : track.title;
  const text = track.stale ? `${unit} · being computed` : unit;
  const below = titleLines === 2; // the legend has a line of its own
  const legendY = below ? y + TITLE_HEIGHT - 3 : y;
  let end = picture.width - PAD; // of the room for the text
  if (track.kind === "heat") end = paintHeatLegend(s, picture, place, legendY);
  else if (track.measured) end = paintLineLegend(s, picture, place, legendY);
  else if (track.kind === "logo") end = paintLogoLegend(s, picture, place, legendY);
  const { left } = picture.view;
  s.text(shortened(s, text, end - left, 12, 600), left, y, { size: 12, weight: 600 });
}

/**
 * A map's colours and what they mean.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 * @param {number} y
 * @returns {number} where the title must end
 */
function paintHeatLegend(s, picture, { track, titleLines }, y) {
  const { theme, view, width, reachOf } = picture;
  const right = width - PAD;
  const below = titleLines === 2;
  const reach = reachOf(track);
  const beyond = track.reach && largestOf(track) > reach * BEYOND ? ["≤ ", "≥ "] : ["", ""];
  const [low, high] = [beyond[0] + written(-reach), beyond[1] + written(reach, true)];
  const tail = s.measure(high) + 5;
  const bar = veryNarrow(width) ? 66 : 88;
  const x = below ? view.left + s.measure(low) + 5 : right - tail - bar;
  for (let k = 0; k < HEAT_STEPS_SHOWN; k++) {
    const change = (2 * k) / (HEAT_STEPS_SHOWN - 1) - 1;
    const color = heatColor(theme, change, isFaded(picture, track, change * reach));
    s.rect(x + (k * bar) / HEAT_STEPS_SHOWN, y - 5, bar / HEAT_STEPS_SHOWN + 0.4, 10, color);
  }
  s.frame(x, y - 5, bar, 10, theme.ink, 0.5, 0.5);
  s.text(high, x + bar + 5, y);
  s.text(low, x - 5, y, { align: "right" });
  const grey = below ? x + bar + tail + 12 : x - s.measure(low) - 68;
  s.rect(grey, y - 5, 10, 10, theme.reference);
  s.text("shown", grey + 14, y);
  return paintFadedBelow(s, picture, track, below, grey, y);
}

/**
 * Which changes of a map are faded, beside the sign of the base that is shown.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Track} track
 * @param {boolean} below  on a line of its own
 * @param {number} grey  where that sign begins
 * @param {number} y
 * @returns {number} where the title must end
 */
function paintFadedBelow(s, picture, track, below, grey, y) {
  const right = picture.width - PAD;
  const text = picture.fading && hasBand(track) ? `faded: ${bandText(track)}` : "";
  const room = s.measure(text) + 14;
  if (!text || (below && grey + 58 + room > right)) return below ? right : grey - 12;
  s.text(text, below ? grey + 58 : grey - room, y, { alpha: MUTED });
  return below ? right : grey - room - 12;
}

/**
 * What the legend of a logo says.
 * @param {Picture} picture
 * @param {Place} place
 * @param {boolean} long
 */
function logoWords(picture, place, long) {
  const { track } = place;
  const words = [];
  if (isCut(picture, place)) words.push(long ? "▲ cut at the original's scale" : "▲ cut");
  if (picture.fading && hasBand(track)) {
    const fades = largestOf(track) < track.band[1] ? "nothing above" : "faded below";
    words.push(`${fades} ±${written(track.band[1])}${long ? ", which shuffled sequences reach" : ""}`);
  }
  if (picture.fading && track.agreed) words.push("faded where networks disagree");
  if (picture.ghosts && track.ghost.length === 1) words.push("outline: original");
  return words.join(" · ");
}

/**
 * What is faded in a logo, and how far it goes beyond the scale of the original.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 * @param {number} y
 * @returns {number} where the title must end
 */
function paintLogoLegend(s, picture, place, y) {
  const { titleLines } = place;
  const right = picture.width - PAD;
  const room = (right - picture.view.left) * (titleLines === 2 ? 1 : LEGEND_SHARE);
  const long = logoWords(picture, place, true);
  const text = shortened(s, s.measure(long) > room ? logoWords(picture, place, false) : long, room);
  if (!text) return right;
  if (titleLines === 2) s.text(text, picture.view.left, y, { alpha: MUTED });
  else s.text(text, right, y, { align: "right", alpha: MUTED });
  return titleLines === 2 ? right : right - s.measure(text) - 12;
}

/**
 * Whether a letter in sight is taller than what is drawn.
 * @param {Picture} picture
 * @param {Place} place
 */
function isCut({ view }, { track, drawn }) {
  if (!drawn || !track.ghost.length) return false;
  const [low, high] = extent(track, ...view.columns());
  return high > drawn[1] + leastCut(drawn) || low < drawn[0] - leastCut(drawn);
}

/**
 * Names of a curve and of the outline over it.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 * @param {number} y
 * @returns {number} where the title must end
 */
function paintLineLegend(s, { theme, view, width }, { track, titleLines }, y) {
  const right = width - PAD;
  const below = titleLines === 2;
  const [curve, outline] = track.legend;
  const [first, second] = track.legend.map((name) => s.measure(name) + 30);
  const x = below ? view.left : right - first - second;
  s.rect(x, y - 4, 12, 8, track.color || theme.line, 0.75);
  s.text(curve, x + 16, y);
  s.rect(x + first, y - 1, 12, 2, theme.ink, 1);
  s.text(outline, x + first + 16, y);
  return below ? right : x - 10;
}

/**
 * Names of a map's rows, or the heights of a curve or logo.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 */
export function paintScale(s, { view }, { track, y, drawn }) {
  const right = view.left - 6;
  const bottom = y + track.height;
  if (track.kind === "heat") {
    const row = track.height / track.rows.length;
    track.names.forEach((name, r) => s.text(name, right, y + (r + 0.5) * row, { align: "right", weight: 600 }));
    return;
  }
  if (!track.rows.length) return;
  const [low, high] = drawn ?? wholeRange(track);
  /** @type {(text: string, at: number) => void} */
  const number = (text, at) => s.text(text, right, at, { size: SCALE_SIZE, align: "right", alpha: MUTED });
  /** @type {(value: number) => string} */
  const fitting = (value) => shortened(s, written(value), view.left - 8, SCALE_SIZE);
  number(fitting(high), y + 5);
  if (low < 0 && (track.height * -low) / (high - low) > 12) number(fitting(low), bottom - 5);
  const zero = y + (track.height * high) / (high - low || 1);
  if (zero - y > 17 && (bottom - zero > 17 || low === 0)) number("0", Math.min(zero, bottom - 4));
}
