// The picture without its tracks' contents: title, overview, rulers, letters, edited bases and what the pointer does.
import { BASES } from "./bases.mjs";
import { paintLine } from "./curves.mjs";
import { paintHeat } from "./heat_maps.mjs";
import { LETTERS_HEIGHT, OVERVIEW_HEIGHT, PAD } from "./layout.mjs";
import { paintScale, paintTitle } from "./legends.mjs";
import { paintLogo } from "./logos.mjs";
import { clamp, grouped, plural } from "./numbers.mjs";
import { MUTED, shortened } from "./picture.mjs";
import { paintSpans } from "./spans.mjs";
import { ticksOf } from "./ticks.mjs";
import { wholeRange } from "./values.mjs";

/**
 * @import { CanvasSurface } from "./canvas_surface.mjs"
 * @import { Display } from "./display.mjs"
 * @import { Marked, Picture } from "./picture.mjs"
 * @import { Point, Surface } from "./surface.mjs"
 * @import { RulerKind } from "./ticks.mjs"
 */

const BOTTOM = 6; // below the tracks
const DOT = " · ";
const STALE = 0.4; // of what is of an earlier state
const ADDED = 0.3; // of the letters N that were not given
const PAINTERS = { logo: paintLogo, heat: paintHeat, line: paintLine, spans: paintSpans };

/**
 * @param {Surface} s
 * @param {Picture} picture
 */
export function paintPicture(s, picture) {
  s.alpha = 1;
  paintHead(s, picture);
  paintOverview(s, picture);
  for (const row of picture.rows) paintRow(s, { ...picture, ...row });
}

/**
 * Rulers, letters and tracks of some of the columns.
 * @param {Surface} s
 * @param {Picture} picture
 */
function paintRow(s, picture) {
  const { display, view, layout, theme } = picture;
  const bottom = layout.height - BOTTOM;
  for (const [kind, y] of layout.rulers) paintRuler(s, picture, kind, y);
  s.clip(view.left, layout.letters - 4, view.width, bottom - layout.letters + 4);
  for (const mark of display.marks) {
    const x = view.xOf(mark.start);
    const width = Math.max((mark.end - mark.start) * view.pixelsPerBase, 2);
    const left = mark.end > mark.start ? x : x - 1;
    s.rect(left, layout.letters, width, bottom - layout.letters, theme.primary, 0.1);
  }
  paintLetters(s, picture);
  paintAdded(s, picture, layout.letters, bottom);
  s.unclip();
  for (const place of layout.places) {
    const { track } = place;
    s.alpha = track.stale || (picture.waiting && track.kind !== "spans") ? STALE : 1;
    s.clip(view.left, place.y - 1, view.width, track.height + 2);
    PAINTERS[track.kind](s, picture, place);
    s.unclip();
    if (place.titleLines) paintTitle(s, picture, place);
    paintScale(s, picture, place);
    s.alpha = 1;
  }
}

/** @type {(picture: Picture) => string} */
function windowText({ display, view, waiting }) {
  const [from, to] = view.columns();
  const [first, last] = display.minus ? [display.position(from), display.position(to - 1)] : [from + 1, to];
  const shown = `${grouped(first)}–${grouped(last)} of ${plural(display.length)}`;
  return waiting ? `${shown}${DOT}updating` : shown;
}

/** @type {(display: Display) => string} */
function placeText({ locus, minus }) {
  if (!locus) return minus ? "reverse complement" : "";
  const strand = (locus.strand === "-") !== minus ? "−" : "+";
  const place = `${locus.chrom}:${grouped(locus.start + 1)}-${grouped(locus.end)}`;
  return [place, locus.assembly || "assembly not given", `${strand} strand`].join(DOT);
}

/**
 * The name, where it lies in the genome, and what is in sight.
 * @param {Surface} s
 * @param {Picture} picture
 */
function paintHead(s, picture) {
  const { display, layout, width } = picture;
  const shown = windowText(picture);
  const place = placeText(display);
  const right = s.measure(shown) + 12;
  s.text(shown, width - PAD, layout.title, { align: "right", alpha: MUTED });
  const ownLine = layout.locus > layout.title;
  const share = place && !ownLine ? 0.5 : 1;
  const name = shortened(s, picture.title, (width - right) * share, 12, 600);
  s.text(name, 2, layout.title, { size: 12, weight: 600 });
  const x = name && !ownLine ? s.measure(name, 12, 600) + 14 : 2;
  const room = width - x - (ownLine ? PAD : right);
  if (!place || room <= 60 || (ownLine && !display.locus)) return;
  s.text(shortened(s, place, room), x, layout.locus, { alpha: MUTED });
}

/**
 * The whole sequence in small, with the window on it.
 * @param {Surface} s
 * @param {Picture} picture
 */
function paintOverview(s, { display, view, layout, theme, overview }) {
  const { left, width } = view;
  const y = layout.overview;
  const scale = width / display.length;
  s.rect(left, y, width, OVERVIEW_HEIGHT, theme.ink, 0.05);
  if (overview) {
    const [low, high] = wholeRange(overview.track);
    const unit = (OVERVIEW_HEIGHT - 2) / (high - low || 1);
    const zero = y + 1 + high * unit;
    /** @type {(side: 0 | 1) => Point[]} */
    const edge = (side) =>
      overview.extents.flatMap((range, px) => {
        const height = zero - range[side] * unit;
        return /** @type {Point[]} */ ([[left + px, height], [left + px + 1, height]]);
      });
    s.area([...edge(1), ...edge(0).reverse()], theme.ink, 0.5);
    s.rect(left, zero - 0.25, width, 0.5, theme.ink, 0.5);
  }
  for (const mark of display.marks) {
    const size = Math.max((mark.end - mark.start) * scale, 3);
    s.rect(left + mark.start * scale - 1, y + OVERVIEW_HEIGHT - 5, size, 5, theme.primary);
  }
  const start = left + view.start * scale;
  const end = left + view.end * scale;
  s.rect(start, y, end - start, OVERVIEW_HEIGHT, theme.line, 0.16);
  s.frame(start + 0.5, y + 0.5, Math.max(end - start - 1, 2), OVERVIEW_HEIGHT - 1, theme.line, 1.5);
}

/**
 * @param {Surface} s
 * @param {Picture} picture
 * @param {RulerKind} kind
 */
function rulerName(s, { display, view }, kind) {
  if (kind !== "genome" || !display.locus) return { base: "base", record: "given", genome: "", tss: "TSS" }[kind];
  const { chrom } = display.locus;
  return s.measure(chrom) > view.left - 10 ? "genome" : chrom; // the head has the long name
}

/**
 * @param {Surface} s
 * @param {Picture} picture
 * @param {RulerKind} kind
 * @param {number} y
 */
function paintRuler(s, picture, kind, y) {
  const { display, view, theme, width } = picture;
  const name = rulerName(s, picture, kind);
  s.text(shortened(s, name, view.left - 10), view.left - 6, y + 9, { align: "right", alpha: MUTED });
  let free = view.left - 4; // where the next number may begin
  for (const [column, text] of ticksOf(kind, display, view)) {
    const x = view.xOf(column + 0.5);
    const half = s.measure(text) / 2;
    const middle = clamp(x, view.left + half, width - 2 - half);
    if (x < view.left || x > view.right || middle - half < free) continue;
    s.rect(x - 0.5, y + 15, 1, 3, theme.ink, 0.6);
    s.text(text, middle, y + 8, { align: "center", alpha: MUTED });
    free = middle + half + 8;
  }
}

/**
 * A letter of the sequence.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {number} column
 * @param {number} y
 */
function paintLetterOf(s, { display, view, theme, palette, outlined }, column, y) {
  const size = view.pixelsPerBase;
  const width = Math.min(size * 0.78, 12.5);
  const height = LETTERS_HEIGHT - 4;
  const letter = display.bases[column];
  const x = view.xOf(column);
  if (!BASES.includes(letter)) s.rect(x, y, size, height, theme.ink, 0.12);
  const legible = palette.outlines[letter] || palette.fills[letter] || theme.ink; // dark enough for text
  const alpha = display.wasGiven(column) ? 1 : ADDED;
  const ink = outlined ? theme.ink : legible;
  s.glyph(letter, x + (size - width) / 2, y + 2, width, height - 4, ink, undefined, alpha);
}

/**
 * The sequence: letters, or coloured bars where they are too small, or what to do to see them.
 * @param {Surface} s
 * @param {Picture} picture
 */
function paintLetters(s, picture) {
  const { display, view, layout, theme, palette } = picture;
  const y = layout.letters;
  const [from, to] = view.columns();
  const size = view.pixelsPerBase;
  const height = LETTERS_HEIGHT - 4;
  if (size >= 4) {
    for (let i = from; i < to; i++) paintLetterOf(s, picture, i, y);
  } else if (size >= 1) {
    const width = size > 3 ? size - 0.6 : size + 0.2;
    for (let i = from; i < to; i++) {
      const fill = palette.fills[display.bases[i]];
      if (fill) s.rect(view.xOf(i), y + 3, width, height - 6, fill);
      else s.hatch(view.xOf(i), y + 1, width, height - 2);
    }
  } else {
    s.rect(view.left, y + 3, view.width, height - 6, theme.ink, 0.08);
    for (const gap of display.bases.matchAll(/[^ACGT]+/g)) {
      s.hatch(view.xOf(gap.index), y + 1, Math.max(gap[0].length * size, 1), height - 2);
    }
    const middle = view.left + view.width / 2;
    s.text("Zoom in to see the letters", middle, y + height / 2, { align: "center", alpha: MUTED });
  }
  paintMarks(s, picture, y + height);
}

/**
 * Grey over the N that were added around the bases given.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {number} top
 * @param {number} bottom
 */
function paintAdded(s, { display, view, theme }, top, bottom) {
  if (!display.given) return;
  const [from, to] = view.columns();
  for (let i = from; i < to; i++) {
    if (display.wasGiven(i)) continue;
    const start = i;
    while (i < to && !display.wasGiven(i)) i++;
    s.rect(view.xOf(start), top, (i - start) * view.pixelsPerBase, bottom - top, theme.ink, 0.08);
    const text = "added N";
    const room = (i - start) * view.pixelsPerBase - 8;
    if (s.measure(text) < room) {
      s.text(text, view.xOf((start + i) / 2), top + LETTERS_HEIGHT + 8, { align: "center", alpha: MUTED });
    }
  }
}

/**
 * Edited bases are underlined; a small triangle shows where bases are gone.
 * @param {Surface} s
 * @param {Picture} picture
 * @param {number} y
 */
function paintMarks(s, { display, view, theme }, y) {
  const inset = view.pixelsPerBase > 4 ? 0.5 : 0;
  for (const mark of display.marks) {
    const x = view.xOf(mark.start);
    const width = (mark.end - mark.start) * view.pixelsPerBase;
    if (width > 0) s.rect(x + inset, y + 1, Math.max(width - 2 * inset, 2), 3, theme.primary);
    else s.area([[x, y - 3], [x - 5, y + 4], [x + 5, y + 4]], theme.primary);
  }
}

/**
 * The selection, the column under the pointer and the cursor, on a canvas of their own.
 * @param {CanvasSurface} s
 * @param {Picture} picture
 * @param {Marked} marked
 */
export function paintOverlay(s, { view, layout, theme }, { selection, hover, cursor, focused }) {
  const top = layout.letters - 4;
  const height = layout.height - top - 2;
  const size = view.pixelsPerBase;
  s.clip(view.left - 1, top - 30, view.width + 2, height + 32);
  if (selection) {
    const x = view.xOf(selection[0]);
    const selected = (selection[1] - selection[0]) * size;
    s.rect(x, top, selected, height, theme.primary, 0.13);
    s.frame(x, top, selected, height, theme.primary, 1.2, 0.9);
  }
  if (hover) {
    const x = view.xOf(hover.column);
    const column = Math.max(size, 1);
    s.rect(x, top, column, height, theme.ink, 0.1);
    if (hover.row !== null && hover.place && size > 2) {
      const { track, y } = hover.place;
      const row = track.height / track.rows.length;
      s.frame(x + 0.5, y + hover.row * row, column - 1, row - 1, theme.ink, 1.5);
    }
  }
  if (cursor !== null) {
    const x = view.xOf(cursor);
    const column = Math.max(size, 2);
    s.frame(x + 0.5, top + 1, column - 1, LETTERS_HEIGHT + 4, theme.primary, focused ? 2 : 1.2);
    const below = top + LETTERS_HEIGHT + 6;
    s.rect(x, below, column, height - LETTERS_HEIGHT - 8, theme.primary, focused ? 0.16 : 0.1);
  }
  s.unclip();
}
