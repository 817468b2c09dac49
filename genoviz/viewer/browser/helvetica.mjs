// How wide text is in the Helvetica that every PDF reader brings along, from the metrics that Adobe published with it.

/** Widths of the signs from the space on, in thousandths of the size. */
const REGULAR_WIDTHS =
  "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 " +
  "278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 " +
  "611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 " +
  "556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584";
const BOLD_WIDTHS =
  "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 " +
  "333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 " +
  "611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 " +
  "611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584";
const REGULAR_TABLE = REGULAR_WIDTHS.split(" ").map(Number);
const BOLD_TABLE = BOLD_WIDTHS.split(" ").map(Number);
const OTHER_WIDTHS = /** @type {Record<string, number>} */ ({ "\x85": 1000, "\xb7": 278, "\xb1": 584, "\xd7": 584 });
const USUAL_WIDTH = 556; // of digits, the en dash and most letters

/**
 * The length of a text of size 1, in WinAnsiEncoding.
 * @param {string} text
 * @param {boolean} bold
 */
export function helveticaWidth(text, bold) {
  const table = bold ? BOLD_TABLE : REGULAR_TABLE;
  let sum = 0;
  for (const sign of text) sum += table[sign.charCodeAt(0) - 32] ?? OTHER_WIDTHS[sign] ?? USUAL_WIDTH;
  return sum / 1000;
}
