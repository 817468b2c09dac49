// Colours: of letters, of everything else, and those of Streamlit's theme.
import { clamp } from "./numbers.mjs";
import { context2d } from "./surface.mjs";

/**
 * Fill of each letter, and the outline of those that are pale on the page.
 * @typedef {Record<string, string>} Fills
 * @typedef {{ fills: Fills, outlines: Fills }} Palette
 *
 * @typedef {[number, number, number]} Rgb
 *
 * @typedef {object} Theme
 * @property {boolean} dark
 * @property {string} ink  of text
 * @property {string} page  the background
 * @property {string} font
 * @property {string} primary
 * @property {string} reference  cells of the base that is there
 * @property {string} other  hatching, and letters that are not A, C, G or T
 * @property {string} line
 * @property {string} span
 * @property {string[]} heat  from the strongest decrease to the strongest increase
 * @property {string[]} faint  the same for changes that could be chance
 */

const BLACK = "#1c1c22";
const WHITE = "#f4f4f6";

/** @type {Record<string, { light: Palette, dark: Palette }>} */
const PALETTES = {
  classic: {
    light: { fills: { A: "#12863c", C: "#2058b8", G: "#e08e00", T: "#cc2936" }, outlines: { G: "#a06000" } },
    dark: { fills: { A: "#4fcb7d", C: "#76a9ff", G: "#ffbf47", T: "#ff6f74" }, outlines: {} },
  },
  "colour-safe": {
    light: {
      fills: { A: "#00795c", C: "#3f9be0", G: "#f0a800", T: "#33323b" },
      outlines: { G: "#8f6400", C: "#1c63a0" },
    },
    dark: { fills: { A: "#1fb98f", C: "#6dbcf5", G: "#f7c23c", T: "#eceaf2" }, outlines: {} },
  },
  mono: {
    light: {
      fills: { A: BLACK, C: "#ffffff", G: "#8c8c94", T: "#d9d9de" },
      outlines: { A: BLACK, C: BLACK, G: BLACK, T: BLACK },
    },
    dark: {
      fills: { A: WHITE, C: "#15161a", G: "#85858e", T: "#45454d" },
      outlines: { A: WHITE, C: WHITE, G: WHITE, T: WHITE },
    },
  },
};

const INKS = {
  light: { reference: "#c3c9d2", other: "#6b7280", line: "#3c6fb0", span: "#7a5ea8" },
  dark: { reference: "#565d6a", other: "#9aa0aa", line: "#7fb0f5", span: "#b79be6" },
};

/** @type {Record<string, { zero: Rgb, low: Rgb, high: Rgb }>} */
const HEAT = {
  light: { zero: [250, 250, 252], low: [33, 92, 170], high: [190, 30, 45] },
  dark: { zero: [30, 34, 42], low: [92, 158, 250], high: [250, 92, 92] },
};
const HEAT_STEPS = 128; // on each side of zero
const HEAT_POWER = 0.75; // so that small changes can be seen
const FAINT = 0.3; // of the strength of a colour

/** @type {(name: string, dark: boolean) => Palette} */
export const paletteOf = (name, dark) => PALETTES[name][dark ? "dark" : "light"];

/** @type {(dark: boolean, share: number) => string[]} */
function heatColors(dark, share) {
  const { zero, low, high } = HEAT[dark ? "dark" : "light"];
  return Array.from({ length: 2 * HEAT_STEPS + 1 }, (_, j) => {
    const value = j / HEAT_STEPS - 1;
    const strength = share * Math.abs(value) ** HEAT_POWER;
    const end = value > 0 ? high : low;
    return `rgb(${zero.map((from, n) => Math.round(from + (end[n] - from) * strength)).join()})`;
  });
}

/**
 * The colour of a change between -1 and 1.
 * @param {Theme} theme
 * @param {number} change
 * @param {boolean} [faint]
 */
export function heatColor(theme, change, faint = false) {
  return (faint ? theme.faint : theme.heat)[Math.round(clamp(change, -1, 1) * HEAT_STEPS) + HEAT_STEPS];
}

const PAPER_FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"; // of equal widths, and on every computer

/** The theme of the page in a file, where its own font is not at hand. @type {(theme: Theme) => Theme} */
export const fileTheme = (theme) => ({ ...theme, font: PAPER_FONT });

/** Colours for paper, whatever the page has. @type {() => Theme} */
export const paperTheme = () => ({
  ...INKS.light,
  dark: false,
  ink: "#1b2733",
  page: "#ffffff",
  font: PAPER_FONT,
  primary: "#2563a8",
  heat: heatColors(false, 1),
  faint: heatColors(false, FAINT),
});

/** Between 0 and 255. @type {(color: string) => number} */
function brightness(color) {
  const context = context2d(document.createElement("canvas"), { willReadFrequently: true });
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return 0.3 * red + 0.59 * green + 0.11 * blue;
}

/**
 * The theme that Streamlit gives this element.
 * @param {HTMLElement} box
 * @returns {Theme}
 */
export function themeOf(box) {
  const style = getComputedStyle(box);
  const dark = brightness(style.backgroundColor) < 128;
  return {
    ...INKS[dark ? "dark" : "light"],
    dark,
    ink: style.color,
    page: style.backgroundColor,
    font: style.fontFamily.replace(/"/g, "'"),
    primary: style.getPropertyValue("--st-primary-color").trim() || "#ff4b4b",
    heat: heatColors(dark, 1),
    faint: heatColors(dark, FAINT),
  };
}
