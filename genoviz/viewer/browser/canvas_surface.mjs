// Pixels on a canvas.
import { BASELINE, canBeOutlined, context2d, GLYPHS, OUTLINE_WIDTH, TEXT_SIZE } from "./surface.mjs";

/**
 * @import { Point, TextStyle } from "./surface.mjs"
 * @import { Theme } from "./theme.mjs"
 */

const PATHS = Object.fromEntries(Object.entries(GLYPHS).map(([letter, d]) => [letter, new Path2D(d)]));
const HATCH_TILE = 6;
const HATCH_ALPHA = 0.55;

/** @type {Map<string, number>} */
const packedColors = new Map();

/** `rgb(1,2,3)` or `#010203` as one pixel of an ImageData. @type {(color: string) => number} */
function packed(color) {
  let word = packedColors.get(color);
  if (word === undefined) {
    const hex = [1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16));
    const [red, green, blue] = color[0] === "#" ? hex : (color.match(/\d+/g) ?? []).map(Number);
    word = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    packedColors.set(color, word);
  }
  return word;
}

/** Pixels. */
export class CanvasSurface {
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} ratio  device pixels in a CSS pixel
   * @param {Theme} theme
   */
  constructor(context, ratio, theme) {
    this.context = context;
    this.ratio = ratio;
    this.theme = theme;
    this.alpha = 1;
    this.strips = document.createElement("canvas");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.hatching = this.hatchPattern();
  }

  hatchPattern() {
    const tile = document.createElement("canvas");
    tile.width = tile.height = HATCH_TILE;
    const context = context2d(tile);
    context.strokeStyle = this.theme.other;
    context.globalAlpha = HATCH_ALPHA;
    context.beginPath();
    for (const x of [-HATCH_TILE, 0, HATCH_TILE]) {
      context.moveTo(x, HATCH_TILE);
      context.lineTo(x + HATCH_TILE, 0);
    }
    context.stroke();
    return /** @type {CanvasPattern} */ (this.context.createPattern(tile, "repeat"));
  }

  /** @param {number} width @param {number} height */
  clear(width, height) {
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.context.clearRect(0, 0, width, height);
  }

  /** @param {string | CanvasPattern} fill @param {number} alpha */
  fillWith(fill, alpha) {
    this.context.globalAlpha = alpha * this.alpha;
    this.context.fillStyle = fill;
  }

  /** @param {string} stroke @param {number} width @param {number} alpha */
  strokeWith(stroke, width, alpha) {
    this.context.globalAlpha = alpha * this.alpha;
    this.context.strokeStyle = stroke;
    this.context.lineWidth = width;
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height @param {string} fill */
  rect(x, y, width, height, fill, alpha = 1) {
    this.fillWith(fill, alpha);
    this.context.fillRect(x, y, width, height);
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height @param {string} stroke */
  frame(x, y, width, height, stroke, lineWidth = 1, alpha = 1) {
    this.strokeWith(stroke, lineWidth, alpha);
    this.context.strokeRect(x, y, width, height);
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  hatch(x, y, width, height) {
    this.fillWith(this.hatching, 1);
    this.context.fillRect(x, y, width, height);
  }

  /** @param {Point[]} points */
  trace(points) {
    this.context.beginPath();
    points.forEach(([x, y], k) => (k ? this.context.lineTo(x, y) : this.context.moveTo(x, y)));
  }

  /** @param {Point[]} points @param {string} stroke */
  line(points, stroke, width = 1, alpha = 1) {
    this.trace(points);
    this.strokeWith(stroke, width, alpha);
    this.context.stroke();
  }

  /** @param {Point[]} points @param {string} fill */
  area(points, fill, alpha = 1) {
    this.trace(points);
    this.context.closePath();
    this.fillWith(fill, alpha);
    this.context.fill();
  }

  /** @param {string} text @param {number} x @param {number} y @param {TextStyle} [style] */
  text(text, x, y, { size = TEXT_SIZE, weight = 400, align = "left", fill = this.theme.ink, alpha = 1 } = {}) {
    this.fillWith(fill, alpha);
    this.context.textAlign = align;
    this.context.textBaseline = "alphabetic";
    this.context.font = `${weight} ${size}px ${this.theme.font}`;
    this.context.fillText(text, x, y + size * BASELINE);
  }

  /** @param {string} text */
  measure(text, size = TEXT_SIZE, weight = 400) {
    this.context.font = `${weight} ${size}px ${this.theme.font}`;
    return this.context.measureText(text).width;
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
    const context = this.context;
    const path = PATHS[letter] || PATHS.N;
    this.fillWith(fill, alpha);
    if (outline && (fill === "none" || canBeOutlined(width, height))) {
      const placed = new Path2D();
      placed.addPath(path, new DOMMatrix([width / 100, 0, 0, height / 100, x, y]));
      if (fill !== "none") context.fill(placed);
      context.strokeStyle = outline;
      context.lineWidth = OUTLINE_WIDTH;
      context.stroke(placed);
      return;
    }
    context.save();
    context.translate(x, y);
    context.scale(width / 100, height / 100);
    context.fill(path);
    context.restore();
  }

  /**
   * One colour for each pixel from x on; null is hatched.
   * @param {number} x
   * @param {number} y
   * @param {number} height
   * @param {(string | null)[]} colors
   */
  strip(x, y, height, colors) {
    this.strips.width = colors.length;
    this.strips.height = 1;
    const context = context2d(this.strips);
    const image = context.createImageData(colors.length, 1);
    const words = new Uint32Array(image.data.buffer);
    /** @type {[number, number][]} */
    const unknown = []; // runs of pixels
    colors.forEach((color, k) => {
      const run = unknown.at(-1);
      if (color) words[k] = packed(color);
      else if (run && run[1] === k) run[1]++;
      else unknown.push([k, k + 1]);
    });
    context.putImageData(image, 0, 0);
    this.context.globalAlpha = this.alpha;
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(this.strips, x, y, colors.length, height);
    for (const [from, to] of unknown) this.hatch(x + from, y, to - from, height);
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  clip(x, y, width, height) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.context.clip();
  }

  unclip() {
    this.context.restore();
  }
}
