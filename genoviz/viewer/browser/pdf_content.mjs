// The drawing operators of a PDF page, and the file around them (ISO 32000-1).

const POINTS_PER_PX = 0.75;
const REGULAR = "F1";
const BOLD = "F2";

/** Signs that Helvetica has beyond ASCII and Latin 1 (WinAnsiEncoding), and words for those that it has not. */
const SIGNS = {
  ...{ "…": "\x85", "–": "\x96", "—": "\x97", "’": "\x92", "‘": "\x91", "“": "\x93", "”": "\x94" },
  ...{ "−": "\x96", "→": "->", "≥": ">=", "≤": "<=", "▲": "^", "Δ": "delta ", "μ": "\xb5" },
};

/** Text with one sign for each byte of the file. @type {(text: string) => string} */
export const winAnsi = (text) =>
  Array.from(text, (sign) => {
    const other = /** @type {Record<string, string>} */ (SIGNS)[sign];
    return other ?? (sign >= " " && sign <= "\xff" && !(sign > "~" && sign < "\xa0") ? sign : "?");
  }).join("");

/** @type {(text: string) => string} */
const literal = (text) => `(${text.replace(/[\\()]/g, "\\$&")})`;

/** @type {(text: string) => string} */
const utf16 = (text) => {
  const words = Array.from({ length: text.length }, (_, k) => text.charCodeAt(k).toString(16).padStart(4, "0"));
  return `<FEFF${words.join("")}>`;
};

/** `rgb(1,2,3)` or `#010203` as three numbers from 0 to 1. @type {(color: string) => string} */
function rgb(color) {
  const hex = [1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16));
  const levels = color[0] === "#" ? hex : (color.match(/[\d.]+/g) ?? ["0", "0", "0"]).slice(0, 3).map(Number);
  return levels.map((level) => (level / 255).toFixed(3)).join(" ");
}

/** @type {(text: string) => Uint8Array<ArrayBuffer>} */
const bytesOf = (text) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

/** @param {Uint8Array<ArrayBuffer>} bytes */
const deflated = async (bytes) => {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

/** What is drawn on one page. */
export class Content {
  /** @param {number} width @param {number} height  CSS pixels */
  constructor(width, height) {
    this.width = width * POINTS_PER_PX;
    this.height = height * POINTS_PER_PX;
    /** @type {string[]} */
    this.out = [`${POINTS_PER_PX} 0 0 -${POINTS_PER_PX} 0 ${this.height.toFixed(2)} cm`];
    /** Opacities in use. @type {Map<string, string>} */
    this.alphas = new Map();
    this.filled = ""; // operators of the colours in use
    this.stroked = "";
  }

  /** The state of colours is not known any more. */
  forget() {
    this.filled = "";
    this.stroked = "";
  }

  /** @param {...(number | string)} words */
  add(...words) {
    this.out.push(words.map((word) => (typeof word === "number" ? word.toFixed(2) : word)).join(" "));
  }

  /** @param {number} alpha */
  opacity(alpha) {
    const value = alpha.toFixed(2);
    if (!this.alphas.has(value)) this.alphas.set(value, `G${this.alphas.size}`);
    return `/${this.alphas.get(value)} gs`;
  }

  /** @param {string} color @param {number} alpha */
  fill(color, alpha) {
    const words = `${rgb(color)} rg ${this.opacity(alpha)}`;
    if (words !== this.filled) this.out.push(words);
    this.forget();
    this.filled = words;
  }

  /** @param {string} color @param {number} width @param {number} alpha */
  stroke(color, width, alpha) {
    const words = `${rgb(color)} RG ${width} w ${this.opacity(alpha)}`;
    if (words !== this.stroked) this.out.push(words);
    this.forget();
    this.stroked = words;
  }

  /** @param {string} text @param {number} x @param {number} y @param {number} size @param {boolean} bold */
  text(text, x, y, size, bold) {
    const font = `/${bold ? BOLD : REGULAR} ${size} Tf`;
    this.add("BT", font, `1 0 0 -1 ${x.toFixed(2)} ${y.toFixed(2)} Tm`, literal(winAnsi(text)), "Tj ET");
  }

  save() {
    this.out.push("q");
    this.forget();
  }

  restore() {
    this.out.push("Q");
    this.forget();
  }

  /** The file. @param {string} title */
  async finish(title) {
    const stream = await deflated(bytesOf(this.out.join("\n")));
    const states = [...this.alphas].map(([value, name]) => `/${name} << /ca ${value} /CA ${value} >>`).join(" ");
    /** @type {(name: string) => string} */
    const font = (name) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
    const box = `[0 0 ${this.width.toFixed(2)} ${this.height.toFixed(2)}]`;
    const fonts = `/${REGULAR} 5 0 R /${BOLD} 6 0 R`;
    const used = `<< /Font << ${fonts} >> /ExtGState << ${states} >> >>`;
    const objects = [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      `<< /Type /Page /Parent 2 0 R /MediaBox ${box} /Contents 4 0 R /Resources ${used} >>`,
      `<< /Length ${stream.length} /Filter /FlateDecode >>`,
      font("Helvetica"),
      font("Helvetica-Bold"),
      `<< /Title ${utf16(title)} /Producer (genoviz) >>`,
    ];
    return assembled(objects, stream);
  }
}

/**
 * A file of numbered objects; the fourth has the stream.
 * @param {string[]} objects
 * @param {Uint8Array<ArrayBuffer>} stream
 */
function assembled(objects, stream) {
  const parts = [bytesOf("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")];
  let length = parts[0].length;
  /** @type {(part: Uint8Array<ArrayBuffer>) => void} */
  const put = (part) => {
    parts.push(part);
    length += part.length;
  };
  const places = objects.map((text, k) => {
    const place = length;
    put(bytesOf(`${k + 1} 0 obj\n${text}\n`));
    if (k === 3) [bytesOf("stream\n"), stream, bytesOf("\nendstream\n")].forEach(put);
    put(bytesOf("endobj\n"));
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  const count = objects.length + 1;
  const end = `trailer\n<< /Size ${count} /Root 1 0 R /Info ${objects.length} 0 R >>\nstartxref\n${length}\n%%EOF\n`;
  put(bytesOf(`xref\n0 ${count}\n0000000000 65535 f \n${table}${end}`));
  return new Blob(parts, { type: "application/pdf" });
}
