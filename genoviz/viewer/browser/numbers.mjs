// Small arithmetic, and how numbers are written. Pure.

/** `value`, or the nearer end where it lies outside. @type {(value: number, low: number, high: number) => number} */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** With commas between the thousands. @type {(value: number) => string} */
export const grouped = (value) => value.toLocaleString("en-US");

/** "1 base", "2 bases". @type {(n: number) => string} */
export const plural = (n) => `${grouped(n)} base${n === 1 ? "" : "s"}`;

/**
 * A score with three digits.
 * @param {number} value
 * @param {boolean} [withSign]  write the plus too
 */
export function written(value, withSign = false) {
  if (!Number.isFinite(value)) return "not computed";
  const size = Math.abs(value);
  let digits = "0";
  if (size >= 1000) digits = grouped(Math.round(size));
  else if (size >= 0.001) digits = String(Number(size.toPrecision(3)));
  else if (size > 0) digits = size.toExponential(1);
  if (value < 0) return `−${digits}`;
  return withSign && value > 0 ? `+${digits}` : digits;
}

/** The next of 1, 2, 5, 10, 20 ... from `least` on. @type {(least: number) => number} */
export function niceStep(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  const factor = [1, 2, 5, 10].find((f) => f * power >= least) ?? 10;
  return factor * power;
}
