// Vectors in a PDF file. Lengths are CSS pixels with y down, as elsewhere; the page turns them into points.
import { helveticaWidth } from "./helvetica.mjs";
import { Content, winAnsi } from "./pdf_content.mjs";
import { BASELINE, canBeOutlined, GLYPHS, OUTLINE_WIDTH, TEXT_SIZE } from "./surface.mjs";

/**
 * @import { Point, TextStyle } from "./surface.mjs"
 * @import { Theme } from "./theme.mjs"
 */

const HATCH_GAP = 6;
const HATCH_STRENGTH = 0.55;

/**
 * An SVG path of M, L, Q, C and Z with all numbers put through `place`, as PDF operators; Q becomes a cubic curve.
 * @param {string} d
 * @param {(x: number, y: number) => Point} place
 */
function operators(d, place) {
  const out = [];
  /** @type {Point} */
  let at = [0, 0];
  for (const [, command, text] of d.matchAll(/([MLQCZ])([^MLQCZ]*)/g)) {
    const numbers = text.trim().split(/\s+/).map(Number);
    /** @type {Point[]} */
    const points = [];
    for (let k = 0; k + 1 < numbers.length; k += 2) points.push(place(numbers[k], numbers[k + 1]));
    if (command === "Q") {
      const [control, end] = points;
      /** @type {(from: Point) => Point} */
      const towards = ([x, y]) => [x + (2 / 3) * (control[0] - x), y + (2 / 3) * (control[1] - y)];
      points.splice(0, 1, towards(at), towards(end));
    }
    at = points.at(-1) ?? at;
    const written = points.flat().map((value) => value.toFixed(2)).join(" ");
    out.push(command === "Z" ? "h" : `${written} ${{ M: "m", L: "l", Q: "c", C: "c" }[command]}`);
  }
  return out.join("\n");
}

/** Vectors. */
export class PdfSurface {
  /**
   * @param {number} width
   * @param {number} height
   * @param {Theme} theme
   */
  constructor(width, height, theme) {
    this.theme = theme;
    this.alpha = 1;
    this.content = new Content(width, height);
    this.rect(0, 0, width, height, theme.page);
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height @param {string} fill */
  rect(x, y, width, height, fill, alpha = 1) {
    this.content.fill(fill, alpha * this.alpha);
    this.content.add(x, y, Math.max(width, 0), Math.max(height, 0), "re f");
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height @param {string} stroke */
  frame(x, y, width, height, stroke, lineWidth = 1, alpha = 1) {
    this.content.stroke(stroke, lineWidth, alpha * this.alpha);
    this.content.add(x, y, width, height, "re S");
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  hatch(x, y, width, height) {
    this.clip(x, y, width, height);
    this.content.stroke(this.theme.other, 1, HATCH_STRENGTH * this.alpha);
    for (let at = x - height; at < x + width; at += HATCH_GAP) {
      this.content.add(at, y + height, "m", at + height, y, "l S");
    }
    this.unclip();
  }

  /** @param {Point[]} points */
  trace(points) {
    points.forEach(([x, y], k) => this.content.add(x, y, k ? "l" : "m"));
  }

  /** @param {Point[]} points @param {string} stroke */
  line(points, stroke, width = 1, alpha = 1) {
    this.content.stroke(stroke, width, alpha * this.alpha);
    this.trace(points);
    this.content.add("S");
  }

  /** @param {Point[]} points @param {string} fill */
  area(points, fill, alpha = 1) {
    this.content.fill(fill, alpha * this.alpha);
    this.trace(points);
    this.content.add("h f");
  }

  /** @param {string} text @param {number} x @param {number} y @param {TextStyle} [style] */
  text(text, x, y, { size = TEXT_SIZE, weight = 400, align = "left", fill = this.theme.ink, alpha = 1 } = {}) {
    const share = { left: 0, center: 0.5, right: 1 }[align];
    const from = x - share * this.measure(text, size, weight);
    this.content.fill(fill, alpha * this.alpha);
    this.content.text(text, from, y + size * BASELINE, size, weight >= 600);
  }

  /** @param {string} text */
  measure(text, size = TEXT_SIZE, weight = 400) {
    return size * helveticaWidth(winAnsi(text), weight >= 600);
  }

  /**
   * A letter that fills a box.
   * @param {string} letter
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   * @param {string} fill
   * @param {string | undefined} outline
   */
  glyph(letter, x, y, width, height, fill, outline, alpha = 1) {
    const hollow = fill === "none";
    const edged = outline && (hollow || canBeOutlined(width, height));
    if (edged) this.content.stroke(outline, OUTLINE_WIDTH, alpha * this.alpha);
    if (!hollow) this.content.fill(fill, alpha * this.alpha);
    const filled = edged ? "B" : "f";
    const path = operators(GLYPHS[letter] || GLYPHS.N, (a, b) => [x + (a * width) / 100, y + (b * height) / 100]);
    this.content.add(path, hollow ? "S" : filled);
  }

  /**
   * One colour for each pixel from x on; null is hatched.
   * @param {number} x
   * @param {number} y
   * @param {number} height
   * @param {(string | null)[]} colors
   */
  strip(x, y, height, colors) {
    let from = 0;
    colors.forEach((color, k) => {
      if (k + 1 < colors.length && colors[k + 1] === color) return;
      if (color) this.rect(x + from, y, k + 1 - from + 0.1, height, color);
      else this.hatch(x + from, y, k + 1 - from, height);
      from = k + 1;
    });
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  clip(x, y, width, height) {
    this.content.save();
    this.content.add(x, y, width, height, "re W n");
  }

  unclip() {
    this.content.restore();
  }
}
