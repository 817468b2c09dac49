// A PNG file that says how large it is on paper.

const INCH_MM = 25.4;
const HEADER_END = 33; // the signature and the first chunk, IHDR

/** Checksum of a chunk, as in the PNG specification. @type {(bytes: Uint8Array) => number} */
function crc(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let k = 0; k < 8; k++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return ~rest >>> 0;
}

/**
 * The file with its resolution noted in a chunk of its own.
 * @param {Blob} blob
 * @param {number} dpi
 */
export const withResolution = async (blob, dpi) => {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const chunk = new DataView(new ArrayBuffer(21));
  const perMetre = Math.round((dpi / INCH_MM) * 1000);
  chunk.setUint32(0, 9);
  [..."pHYs"].forEach((letter, k) => chunk.setUint8(4 + k, letter.charCodeAt(0)));
  chunk.setUint32(8, perMetre);
  chunk.setUint32(12, perMetre);
  chunk.setUint8(16, 1); // the unit is the metre
  chunk.setUint32(17, crc(new Uint8Array(chunk.buffer, 4, 13)));
  return new Blob([bytes.slice(0, HEADER_END), chunk.buffer, bytes.slice(HEADER_END)], { type: "image/png" });
};
