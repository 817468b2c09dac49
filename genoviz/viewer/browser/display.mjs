// What is shown, column by column from left to right: the sequence as Python sent it, with the edits that Python has
// not answered yet, turned to the strand on show. Pure: the same rules as `genoviz/edits.py`, and a table of cases
// that Python writes holds the two together.
import { BASES, COMPLEMENT, reverseComplement } from "./bases.mjs";

/**
 * @import { Block, Locus, Mark, Message, Range, Span, Track } from "./message.mjs"
 *
 * Bases `start` to `end` become `bases`.
 * @typedef {{ start: number, end: number, bases: string }} Edit
 *
 * @typedef {object} Parts
 * @property {string} bases
 * @property {Block[]} blocks
 * @property {Mark[]} marks  edited bases
 * @property {Track[]} tracks
 */

/**
 * Where a stretch lies after an edit, or null when nothing of it is left.
 * @template {{ start: number, end: number }} T
 * @param {T} place
 * @param {Edit} edit
 * @param {boolean} replacedIsGone  whether one-for-one replacement of all of it leaves nothing of it
 * @returns {T | null}
 */
function through(place, { start, end, bases }, replacedIsGone) {
  const shift = bases.length - (end - start);
  if (place.end <= start) return place;
  if (place.start >= end) return { ...place, start: place.start + shift, end: place.end + shift };
  const covered = start <= place.start && place.end <= end;
  if (!shift && !(replacedIsGone && covered)) return place;
  if (covered) return null;
  return {
    ...place,
    start: place.start < start ? place.start : start + bases.length,
    end: place.end > end ? place.end + shift : start,
  };
}

/**
 * @template {{ start: number, end: number }} T
 * @param {T[]} places
 * @param {Edit} edit
 * @param {boolean} replacedIsGone
 * @returns {T[]}
 */
function allThrough(places, edit, replacedIsGone) {
  return places.map((place) => through(place, edit, replacedIsGone)).filter((place) => place !== null);
}

/**
 * Blocks after an edit; inserted bases are in none.
 * @param {Block[]} blocks
 * @param {Edit} edit
 * @returns {Block[]}
 */
function blocksAfter(blocks, { start, end, bases }) {
  const shift = bases.length - (end - start);
  if (!shift) return blocks;
  /** @type {Block[]} */
  const moved = [];
  for (const [here, there, length] of blocks) {
    const left = Math.min(length, start - here);
    const skip = Math.max(0, end - here);
    if (left > 0) moved.push([here, there, left]);
    if (skip < length) moved.push([here + skip + shift, there + skip, length - skip]);
  }
  return moved;
}

/**
 * Values after an edit: kept where bases are replaced one for one, else unknown.
 * @param {Float32Array} row
 * @param {Edit} edit
 */
function valuesAfter(row, { start, end, bases }) {
  const changed = new Float32Array(row.length + bases.length - (end - start));
  changed.set(row.subarray(0, start));
  if (bases.length === end - start) changed.set(row.subarray(start, end), start);
  else changed.fill(NaN, start, start + bases.length);
  changed.set(row.subarray(end), start + bases.length);
  return changed;
}

/**
 * The parts after an edit that Python does not know yet.
 * @param {Parts} parts
 * @param {Edit} edit
 * @returns {Parts}
 */
export function edited(parts, edit) {
  const { start, end, bases } = edit;
  const mark = { start, end: start + bases.length, label: "" };
  return {
    bases: parts.bases.slice(0, start) + bases + parts.bases.slice(end),
    blocks: blocksAfter(parts.blocks, edit),
    marks: [...allThrough(parts.marks, edit, true), mark],
    tracks: parts.tracks.map((track) => ({
      ...track,
      rows: track.rows.map((row) => valuesAfter(row, edit)),
      measured: track.measured && valuesAfter(track.measured, edit),
      agreed: track.agreed && valuesAfter(track.agreed, edit),
      notes: track.notes.map((row) => valuesAfter(row, edit)),
      ghost: track.ghost.map((row) => valuesAfter(row, edit)),
      items: allThrough(track.items, edit, false),
    })),
  };
}

/** @type {(row: Float32Array) => Float32Array} */
const backwards = (row) => Float32Array.from(row).reverse();

/**
 * Rows from the other strand: A and T change places, C and G too. An insertion goes before a base, so on the other
 * strand its value stands one column further on: what was before base 2 is before the base on the left of it. What
 * would go before the first column is after the last base of the given strand, which nobody has computed.
 * @param {Float32Array[]} given
 * @param {string[]} names
 */
function turnedRows(given, names) {
  const rows = given.map(backwards);
  const ordered = rows.length >= 4 ? [...rows.slice(0, 4).reverse(), ...rows.slice(4)] : rows;
  return ordered.map((row, r) => {
    if (names[r] !== "ins") return row;
    const moved = new Float32Array(row.length).fill(NaN);
    moved.set(row.subarray(0, row.length - 1), 1);
    return moved;
  });
}

/**
 * The parts seen from the other strand; blocks stay those of the given strand.
 * @param {Parts} parts
 * @returns {Parts}
 */
export function turned(parts) {
  const length = parts.bases.length;
  /** @type {(place: { start: number, end: number }) => { start: number, end: number }} */
  const flipped = ({ start, end }) => ({ start: length - end, end: length - start });
  /** @type {Record<string, string>} */
  const other = { "+": "-", "-": "+" };
  return {
    bases: reverseComplement(parts.bases),
    blocks: parts.blocks,
    marks: parts.marks.map((mark) => ({ ...mark, ...flipped(mark) })),
    tracks: parts.tracks.map((track) => ({
      ...track,
      rows: turnedRows(track.rows, track.names),
      notes: turnedRows(track.notes, track.names),
      measured: track.measured && backwards(track.measured),
      agreed: track.agreed && backwards(track.agreed),
      ghost: turnedRows(track.ghost, track.names),
      items: track.items.map((item) => ({ ...item, ...flipped(item), strand: other[item.strand] || item.strand })),
    })),
  };
}

/** The sequence, its tracks and its coordinates on one strand. */
export class Display {
  /**
   * @param {Message} message
   * @param {Track[]} tracks  of the message
   * @param {Edit[]} edits  made since, each in the coordinates of its time on the given strand
   * @param {boolean} minus  show the other strand
   */
  constructor(message, tracks, edits, minus) {
    /** @type {Parts} */
    const sent = { bases: message.seq, blocks: message.blocks, marks: message.edits, tracks };
    const given = edits.reduce(edited, sent);
    const parts = minus ? turned(given) : given;
    this.minus = minus;
    this.bases = parts.bases;
    this.length = parts.bases.length;
    this.blocks = parts.blocks;
    this.marks = parts.marks;
    this.tracks = parts.tracks;
    this.codes = Uint8Array.from(parts.bases, (letter) => BASES.indexOf(letter)); // 255 for what is not A, C, G or T
    this.original = message.original;
    this.locus = message.locus;
    this.tss = message.tss;
    this.first = message.first;
    this.given = message.given;
    /** Letters of the original, a space for inserted bases; null while nothing is edited. @type {string | null} */
    this.before = null;
    if (this.original) this.before = Array.from(this.bases, (_, column) => this.letterBefore(column)).join("");
  }

  /**
   * Columns as bases of the given strand, and back.
   * @param {Range} range
   * @returns {Range}
   */
  flip([start, end]) {
    return this.minus ? [this.length - end, this.length - start] : [start, end];
  }

  /** The original's letter in a column, or a space for an inserted base. @param {number} column */
  letterBefore(column) {
    const origin = this.originOf(column);
    const letter = origin === null ? " " : (this.original?.[origin] ?? " ");
    return this.minus ? (COMPLEMENT[letter] ?? letter) : letter;
  }

  /** Whether the base in a column was given, and is no N added around it. @param {number} column */
  wasGiven(column) {
    const origin = this.given && this.originOf(column);
    return !this.given || origin === null || (origin >= this.given[0] && origin < this.given[1]);
  }

  /** 1-based, in the sequence. @param {number} column */
  position(column) {
    return this.minus ? this.length - column : column + 1;
  }

  /** 0-based in the original, or null for an inserted base. @param {number} column */
  originOf(column) {
    const base = this.position(column) - 1;
    const block = this.blocks.find(([here, , length]) => base >= here && base < here + length);
    return block ? block[1] + base - block[0] : null;
  }

  /** The column of a base of the original, or null for a deleted one. @param {number} origin */
  columnOf(origin) {
    const block = this.blocks.find(([, there, length]) => origin >= there && origin < there + length);
    if (!block) return null;
    const base = block[0] + origin - block[1];
    return this.minus ? this.length - 1 - base : base;
  }

  /** The 1-based place in the genome of a base of the original. @param {number} origin */
  genomeOf(origin) {
    const { start, end, strand } = /** @type {Locus} */ (this.locus);
    return strand === "-" ? end - origin : start + origin + 1;
  }

  /** The base of the original at a 1-based place in the genome. @param {number} place */
  originAt(place) {
    const { start, end, strand } = /** @type {Locus} */ (this.locus);
    return strand === "-" ? end - place : place - start - 1;
  }

  /** Counted from the transcription start, which is +1; there is no 0. @param {number} origin */
  fromTss(origin) {
    const tss = /** @type {number} */ (this.tss);
    return origin >= tss ? origin - tss + 1 : origin - tss;
  }

  /**
   * Columns that show here what columns `range` show in `other`: the edits of both say which bases belong together.
   * @param {Display} other
   * @param {Range} range
   * @returns {Range}
   */
  alike(other, [start, end]) {
    const base = other.flip([start, end])[0];
    let origin = 0;
    for (const [here, there, length] of other.blocks) {
      if (base >= here) origin = there + Math.min(base - here, length);
    }
    let from = base;
    for (const [here, there, length] of this.blocks) {
      if (origin >= there) from = here + Math.min(origin - there, length);
    }
    return this.flip([from, from + end - start]);
  }
}
