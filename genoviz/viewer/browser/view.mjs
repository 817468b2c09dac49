// Which columns are in sight, and where they lie on the picture. Pure.
import { clamp } from "./numbers.mjs";

/** @import { Range } from "./message.mjs" */

const LEAST_SPAN = 10; // columns

/** The window and its place: columns `start` to `end` of `length`, drawn from pixel `left` on `width` pixels. */
export class View {
  start = 0;
  end = 1;
  length = 1;
  left = 0;
  width = 20;

  get span() {
    return this.end - this.start;
  }

  get right() {
    return this.left + this.width;
  }

  get pixelsPerBase() {
    return this.width / this.span;
  }

  get all() {
    return this.start === 0 && this.end === this.length;
  }

  /** @param {number} column */
  xOf(column) {
    return this.left + (column - this.start) * this.pixelsPerBase;
  }

  /** @param {number} x */
  columnAt(x) {
    return this.start + (x - this.left) / this.pixelsPerBase;
  }

  /** Whole columns in sight. @returns {Range} */
  columns() {
    return [Math.max(0, Math.floor(this.start)), Math.min(this.length, Math.ceil(this.end))];
  }

  /**
   * Columns under the pixel that lies `px` to the right of the first, at least one.
   * @param {number} px
   * @returns {Range}
   */
  columnsUnder(px) {
    const [first, last] = this.columns();
    const from = clamp(Math.floor(this.columnAt(this.left + px)), first, last - 1);
    return [from, clamp(Math.floor(this.columnAt(this.left + px + 1)), from + 1, last)];
  }

  /**
   * Show these columns, as far as there are so many.
   * @param {number} start
   * @param {number} end
   */
  show(start, end) {
    const span = clamp(end - start, Math.min(LEAST_SPAN, this.length), this.length);
    this.start = clamp(start, 0, this.length - span);
    this.end = this.start + span;
  }

  /** The same columns of another length, or all of them where all were shown. @param {number} length */
  resize(length) {
    const end = this.all ? length : this.end;
    this.length = length;
    this.show(this.start, end);
  }

  /** The same bases counted from the other end. */
  turn() {
    [this.start, this.end] = [this.length - this.end, this.length - this.start];
  }

  /**
   * The window `factor` times as wide, with column `at` where it is.
   * @param {number} factor
   * @param {number} at
   * @returns {Range}
   */
  zoomed(factor, at) {
    return [at - (at - this.start) * factor, at + (this.end - at) * factor];
  }

  /** The window moved by some columns. @param {number} columns @returns {Range} */
  moved(columns) {
    return [this.start + columns, this.end + columns];
  }

  /**
   * The window from which this column can be seen, or null when it is in sight.
   * @param {number} column
   * @returns {Range | null}
   */
  revealing(column) {
    if (column < this.start + 1) return [column - this.span * 0.15, column + this.span * 0.85];
    if (column > this.end - 2) return [column - this.span * 0.85, column + this.span * 0.15];
    return null;
  }
}
