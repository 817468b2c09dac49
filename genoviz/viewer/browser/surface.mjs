// What is drawn on: the same calls make pixels on a canvas or vectors in an SVG or PDF file.
//
// Lengths are CSS pixels; the y of a text is the middle of its line.

/**
 * @import { CanvasSurface } from "./canvas_surface.mjs"
 * @import { PdfSurface } from "./pdf_surface.mjs"
 * @import { SvgSurface } from "./svg_surface.mjs"
 *
 * @typedef {[number, number]} Point
 * @typedef {CanvasSurface | PdfSurface | SvgSurface} Surface
 *
 * @typedef {object} TextStyle
 * @property {number} [size]
 * @property {number} [weight]
 * @property {"left" | "right" | "center"} [align]
 * @property {string} [fill]
 * @property {number} [alpha]
 */

/** Outline of each letter in a 100 x 100 box, y down; written here by Python. @type {Record<string, string>} */
export const GLYPHS = __GLYPHS__;
export const TEXT_SIZE = 11;
export const BASELINE = 0.35; // of the size, below the middle of the line
export const OUTLINE_WIDTH = 0.9;

/** Whether a letter is large enough to show its outline. @type {(width: number, height: number) => boolean} */
export const canBeOutlined = (width, height) => width > 7 && height > 4;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function context2d(canvas, settings) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", settings));
}
