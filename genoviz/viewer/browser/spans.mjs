// Named stretches.
import { FADED, shortened } from "./picture.mjs";

/**
 * @import { Place } from "./layout.mjs"
 * @import { Span } from "./message.mjs"
 * @import { Picture } from "./picture.mjs"
 * @import { Surface } from "./surface.mjs"
 *
 * @typedef {{ x: number, y: number, width: number, height: number }} Box
 */

/**
 * Named stretches: boxes, exons, introns, transcription starts.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Place} place
 */
export function paintSpans(s, picture, { track, y }) {
  const { view } = picture;
  const lane = track.height / track.lanes;
  for (const item of track.items) {
    const x = view.xOf(item.start);
    const width = Math.max((item.end - item.start) * view.pixelsPerBase, 3);
    if (x + width < view.left || x > view.right) continue;
    const paint = { tss: paintTss, intron: paintIntron, box: paintBox, exon: paintBox, utr: paintBox }[item.style];
    s.alpha = item.faint && picture.fading ? FADED * 1.6 : 1;
    paint(s, picture, item, { x, width, y: y + item.lane * lane + 1, height: lane - 3 });
  }
  s.alpha = 1;
}

/** @type {(item: Span) => -1 | 0 | 1} */
function directionOf(item) {
  if (item.strand === "-") return -1;
  return item.strand === "+" ? 1 : 0;
}

/**
 * A bent arrow.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Span} item
 * @param {Box} box
 */
function paintTss(s, { theme }, item, { x, y, width, height }) {
  const direction = directionOf(item) || 1;
  const foot = direction < 0 ? x + width : x;
  const tip = x + direction * 16;
  s.line([[foot, y + height], [foot, y + 4], [tip, y + 4]], theme.ink, 1.6);
  s.area([[tip + direction * 5, y + 4], [tip, y], [tip, y + 8]], theme.ink);
  const align = direction < 0 ? "right" : "left";
  if (item.label) s.text(item.label, tip + 9 * direction, y + height / 2, { align });
}

/**
 * A line with small arrows.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Span} item
 * @param {Box} box
 */
function paintIntron(s, { theme, view }, item, { x, y, width, height }) {
  const direction = directionOf(item);
  const color = item.color || theme.span;
  const middle = y + height / 2;
  const from = Math.max(x, view.left);
  const to = Math.min(x + width, view.right);
  s.line([[from, middle], [to, middle]], color, 1.2);
  if (!direction) return;
  for (let at = from + 8; at < to - 6; at += 16) {
    s.line([[at, middle - 3], [at + 3 * direction, middle], [at, middle + 3]], color, 1.2);
  }
}

/**
 * A box with its name and strand where there is room.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {Span} item
 * @param {Box} box
 */
function paintBox(s, { theme, view }, item, { x, y, width, height }) {
  const direction = directionOf(item);
  const color = item.color || theme.span;
  const middle = y + height / 2;
  const thick = item.style === "utr" ? height / 2 : height;
  s.rect(x, middle - thick / 2, width, thick, color, item.style === "box" ? 0.2 : 0.55);
  s.frame(x + 0.5, middle - thick / 2 + 0.5, Math.max(width - 1, 1), thick - 1, color, 1);
  const from = Math.max(x, view.left);
  const to = Math.min(x + width, view.right);
  const room = to - from - 8;
  const head = direction && room > 10 ? 12 : 0;
  const text = room - head > 18 ? shortened(s, item.label, room - head) : "";
  const centre = (from + to - head * direction) / 2;
  if (text.length > 3 || text === item.label) s.text(text, centre, middle, { align: "center" });
  if (!head) return;
  const tip = direction < 0 ? from + 4 : to - 4;
  const back = tip - 4 * direction;
  s.line([[back, middle - 4], [tip, middle], [back, middle + 4]], theme.ink, 1.4, 0.8);
}
