// Vectors in an SVG file.
import { helveticaWidth } from "./helvetica.mjs";
import { BASELINE, canBeOutlined, GLYPHS, TEXT_SIZE } from "./surface.mjs";

/**
 * @import { Point, TextStyle } from "./surface.mjs"
 * @import { Theme } from "./theme.mjs"
 */

// The page's own font is not on other computers. These have the widths of Helvetica, and most systems have one of them;
// what takes their place elsewhere (DejaVu Sans) is up to a quarter wider, and must not run into the next text.
const FONT = "Helvetica, Arial, Liberation Sans, Nimbus Sans, sans-serif";
const BOLD_FROM = 600;
const ROOM = 1.25;

/** At most two digits after the point. @type {(value: number) => string} */
const rounded = (value) => String(Math.round(value * 100) / 100);

/** @type {(text: string) => string} */
const escaped = (text) =>
  text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, " ") // XML holds no others
    .replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** @type {(x: number, y: number, width: number, height: number) => string} */
function svgBox(x, y, width, height) {
  const size = `width="${rounded(Math.max(width, 0))}" height="${rounded(Math.max(height, 0))}"`;
  return `x="${rounded(x)}" y="${rounded(y)}" ${size}`;
}

/** @type {(points: Point[]) => string} */
const svgPath = (points) => points.map(([x, y], k) => `${k ? "L" : "M"}${rounded(x)} ${rounded(y)}`).join("");

/** Vectors. */
export class SvgSurface {
  /**
   * @param {number} width
   * @param {number} height
   * @param {Theme} theme
   */
  constructor(width, height, theme) {
    this.width = width;
    this.height = height;
    this.theme = theme;
    this.alpha = 1;
    /** @type {string[]} */
    this.out = [];
    this.clips = 0;
  }

  /** @param {number} alpha */
  opacity(alpha) {
    const value = alpha * this.alpha;
    return value < 1 ? ` opacity="${rounded(value)}"` : "";
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height @param {string} fill */
  rect(x, y, width, height, fill, alpha = 1) {
    this.out.push(`<rect ${svgBox(x, y, width, height)} fill="${escaped(fill)}"${this.opacity(alpha)}/>`);
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height @param {string} stroke */
  frame(x, y, width, height, stroke, lineWidth = 1, alpha = 1) {
    const style = `fill="none" stroke="${escaped(stroke)}" stroke-width="${lineWidth}"${this.opacity(alpha)}`;
    this.out.push(`<rect ${svgBox(x, y, width, height)} ${style}/>`);
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  hatch(x, y, width, height) {
    this.out.push(`<rect ${svgBox(x, y, width, height)} fill="url(#gv-hatch)"${this.opacity(1)}/>`);
  }

  /** @param {Point[]} points @param {string} stroke */
  line(points, stroke, width = 1, alpha = 1) {
    const style = `fill="none" stroke="${escaped(stroke)}" stroke-width="${width}"${this.opacity(alpha)}`;
    this.out.push(`<path d="${svgPath(points)}" ${style}/>`);
  }

  /** @param {Point[]} points @param {string} fill */
  area(points, fill, alpha = 1) {
    this.out.push(`<path d="${svgPath(points)}Z" fill="${escaped(fill)}"${this.opacity(alpha)}/>`);
  }

  /** @param {string} text @param {number} x @param {number} y @param {TextStyle} [style] */
  text(text, x, y, { size = TEXT_SIZE, weight = 400, align = "left", fill = this.theme.ink, alpha = 1 } = {}) {
    const anchor = { left: "start", right: "end", center: "middle" }[align];
    const place = `x="${rounded(x)}" y="${rounded(y + size * BASELINE)}"`;
    const font = `font-size="${size}" font-weight="${weight >= BOLD_FROM ? "bold" : "normal"}"`;
    const style = `${font} text-anchor="${anchor}" fill="${escaped(fill)}"`;
    this.out.push(`<text ${place} ${style}${this.opacity(alpha)}>${escaped(text)}</text>`);
  }

  /** @param {string} text */
  measure(text, size = TEXT_SIZE, weight = 400) {
    return helveticaWidth(text, weight >= BOLD_FROM) * size * ROOM;
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
    const path = `d="${GLYPHS[letter] || GLYPHS.N}"`;
    const matrix = `matrix(${width / 100} 0 0 ${height / 100} ${rounded(x)} ${rounded(y)})`;
    const outlined = outline && (fill === "none" || canBeOutlined(width, height));
    const edge = outlined ? ` stroke="${outline}" stroke-width=".9" vector-effect="non-scaling-stroke"` : "";
    this.out.push(`<path ${path} transform="${matrix}" fill="${fill}"${edge}${this.opacity(alpha)}/>`);
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
    const id = `gv-clip${this.clips++}`;
    const box = `<clipPath id="${id}"><rect ${svgBox(x, y, width, height)}/></clipPath>`;
    this.out.push(`${box}<g clip-path="url(#${id})">`);
  }

  unclip() {
    this.out.push("</g>");
  }

  /**
   * The file's text.
   * @param {string} title
   * @param {number} mm  of a pixel on paper
   */
  finish(title, mm) {
    const { width, height, theme } = this;
    const box = `viewBox="0 0 ${rounded(width)} ${rounded(height)}"`;
    const size = `width="${rounded(width * mm)}mm" height="${rounded(height * mm)}mm" ${box}`;
    const hatch = `<path d="M-6 6L0 0M0 6L6 0M6 6L12 0" stroke="${theme.other}" stroke-opacity=".55"/>`;
    const pattern = `<pattern id="gv-hatch" width="6" height="6" patternUnits="userSpaceOnUse">${hatch}</pattern>`;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="${FONT}">`,
      `<title>${escaped(title)}</title><defs>${pattern}</defs>`,
      `<rect width="100%" height="100%" fill="${escaped(theme.page)}"/>${this.out.join("")}</svg>`,
    ].join("");
  }
}
