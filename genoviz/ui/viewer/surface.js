// What the viewer draws on: the same calls make pixels on a canvas or vectors in an SVG file.
//
// Joined in front of viewer.js. Lengths are CSS pixels; the y of a text is the middle of its line.
const GLYPHS = __GLYPHS__; // letter -> outline in a 100 x 100 box, y down
const PATHS = Object.fromEntries(Object.entries(GLYPHS).map(([letter, d]) => [letter, new Path2D(d)]));

const packedColors = new Map();
function packed(color) { // `rgb(1,2,3)` or `#010203` as one pixel of an ImageData
  let word = packedColors.get(color);
  if (word == null) {
    const [r, g, b] = color[0] === "#" ? [1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16)) : color.match(/\d+/g).map(Number);
    packedColors.set(color, (word = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0));
  }
  return word;
}
class CanvasSurface {
  constructor(context, ratio, theme) {
    this.g = context; this.ratio = ratio; this.theme = theme; this.alpha = 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const tile = document.createElement("canvas"); tile.width = tile.height = 6;
    const t = tile.getContext("2d"); t.strokeStyle = theme.other; t.globalAlpha = 0.55;
    t.beginPath(); for (const d of [-6, 0, 6]) { t.moveTo(d, 6); t.lineTo(d + 6, 0); } t.stroke();
    this.tile = context.createPattern(tile, "repeat");
  }
  rect(x, y, w, h, fill, alpha = 1) { this.g.globalAlpha = alpha * this.alpha; this.g.fillStyle = fill; this.g.fillRect(x, y, w, h); }
  frame(x, y, w, h, stroke, width = 1, alpha = 1) { this.g.globalAlpha = alpha * this.alpha; this.g.strokeStyle = stroke; this.g.lineWidth = width; this.g.strokeRect(x, y, w, h); }
  hatch(x, y, w, h) { this.g.globalAlpha = this.alpha; this.g.fillStyle = this.tile; this.g.fillRect(x, y, w, h); }
  trace(points) { this.g.beginPath(); points.forEach(([x, y], k) => (k ? this.g.lineTo(x, y) : this.g.moveTo(x, y))); }
  line(points, stroke, width = 1, alpha = 1) { this.trace(points); this.g.globalAlpha = alpha * this.alpha; this.g.strokeStyle = stroke; this.g.lineWidth = width; this.g.stroke(); }
  area(points, fill, alpha = 1) { this.trace(points); this.g.closePath(); this.g.globalAlpha = alpha * this.alpha; this.g.fillStyle = fill; this.g.fill(); }
  text(text, x, y, { size = 11, weight = 400, align = "left", fill = this.theme.fg, alpha = 1 } = {}) { // y is the middle of the line
    this.g.globalAlpha = alpha * this.alpha; this.g.fillStyle = fill; this.g.textAlign = align; this.g.textBaseline = "alphabetic";
    this.g.font = `${weight} ${size}px ${this.theme.font}`; this.g.fillText(text, x, y + size * 0.35);
  }
  measure(text, size = 11, weight = 400) { this.g.font = `${weight} ${size}px ${this.theme.font}`; return this.g.measureText(text).width; }
  glyph(letter, x, y, w, h, fill, line, alpha = 1) {
    const g = this.g, path = PATHS[letter] || PATHS.N;
    g.globalAlpha = alpha * this.alpha; g.fillStyle = fill;
    if (line && w > 7 && h > 4) {
      const placed = new Path2D(); placed.addPath(path, new DOMMatrix([w / 100, 0, 0, h / 100, x, y]));
      g.fill(placed); g.strokeStyle = line; g.lineWidth = 0.9; g.stroke(placed); return;
    }
    g.save(); g.translate(x, y); g.scale(w / 100, h / 100); g.fill(path); g.restore();
  }
  strip(x, y, h, colors) { // one colour per pixel from x on; null is hatched
    const runs = [], g = this.g, row = (this.row ??= document.createElement("canvas")); row.width = colors.length; row.height = 1;
    const t = row.getContext("2d"), image = t.createImageData(colors.length, 1), words = new Uint32Array(image.data.buffer);
    colors.forEach((color, k) => { if (color) words[k] = packed(color); else if (runs.length && runs.at(-1)[1] === k) runs.at(-1)[1]++; else runs.push([k, k + 1]); });
    t.putImageData(image, 0, 0);
    g.globalAlpha = this.alpha; g.imageSmoothingEnabled = false; g.drawImage(row, x, y, colors.length, h);
    for (const [from, to] of runs) this.hatch(x + from, y, to - from, h);
  }
  clip(x, y, w, h) { this.g.save(); this.g.beginPath(); this.g.rect(x, y, w, h); this.g.clip(); }
  unclip() { this.g.restore(); }
}
class SvgSurface {
  constructor(width, height, theme) {
    this.width = width; this.height = height; this.theme = theme; this.alpha = 1; this.out = []; this.clips = 0;
    this.ruler = document.createElement("canvas").getContext("2d");
  }
  n(v) { return String(Math.round(v * 100) / 100); }
  esc(text) { return String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`); }
  see(alpha) { const a = alpha * this.alpha; return a < 1 ? ` opacity="${this.n(a)}"` : ""; }
  box(x, y, w, h) { return `x="${this.n(x)}" y="${this.n(y)}" width="${this.n(Math.max(w, 0))}" height="${this.n(Math.max(h, 0))}"`; }
  path(points) { return points.map(([x, y], k) => `${k ? "L" : "M"}${this.n(x)} ${this.n(y)}`).join(""); }
  rect(x, y, w, h, fill, alpha = 1) { this.out.push(`<rect ${this.box(x, y, w, h)} fill="${this.esc(fill)}"${this.see(alpha)}/>`); }
  frame(x, y, w, h, stroke, width = 1, alpha = 1) { this.out.push(`<rect ${this.box(x, y, w, h)} fill="none" stroke="${this.esc(stroke)}" stroke-width="${width}"${this.see(alpha)}/>`); }
  hatch(x, y, w, h) { this.out.push(`<rect ${this.box(x, y, w, h)} fill="url(#gv-hatch)"${this.see(1)}/>`); }
  line(points, stroke, width = 1, alpha = 1) { this.out.push(`<path d="${this.path(points)}" fill="none" stroke="${this.esc(stroke)}" stroke-width="${width}"${this.see(alpha)}/>`); }
  area(points, fill, alpha = 1) { this.out.push(`<path d="${this.path(points)}Z" fill="${this.esc(fill)}"${this.see(alpha)}/>`); }
  text(text, x, y, { size = 11, weight = 400, align = "left", fill = this.theme.fg, alpha = 1 } = {}) {
    const anchor = { left: "start", right: "end", center: "middle" }[align];
    this.out.push(`<text x="${this.n(x)}" y="${this.n(y + size * 0.35)}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${this.esc(fill)}"${this.see(alpha)}>${this.esc(text)}</text>`);
  }
  measure(text, size = 11, weight = 400) { this.ruler.font = `${weight} ${size}px ${this.theme.font}`; return this.ruler.measureText(text).width; }
  glyph(letter, x, y, w, h, fill, line, alpha = 1) {
    const edge = line && w > 7 && h > 4 ? ` stroke="${line}" stroke-width=".9" vector-effect="non-scaling-stroke"` : "";
    this.out.push(`<path d="${GLYPHS[letter] || GLYPHS.N}" transform="matrix(${w / 100} 0 0 ${h / 100} ${this.n(x)} ${this.n(y)})" fill="${fill}"${edge}${this.see(alpha)}/>`);
  }
  strip(x, y, h, colors) {
    for (let k = 0, from = 0; k < colors.length; k++) {
      if (k + 1 < colors.length && colors[k + 1] === colors[k]) continue;
      if (colors[k]) this.rect(x + from, y, k + 1 - from + 0.1, h, colors[k]); else this.hatch(x + from, y, k + 1 - from, h);
      from = k + 1;
    }
  }
  clip(x, y, w, h) { const id = `gv-clip${this.clips++}`; this.out.push(`<clipPath id="${id}"><rect ${this.box(x, y, w, h)}/></clipPath><g clip-path="url(#${id})">`); }
  unclip() { this.out.push("</g>"); }
  finish(title) {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}" font-family="${this.esc(this.theme.font)}">` +
      `<title>${this.esc(title)}</title><defs><pattern id="gv-hatch" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M-6 6L0 0M0 6L6 0M6 6L12 0" stroke="${this.theme.other}" stroke-opacity=".55"/></pattern></defs>` +
      `<rect width="100%" height="100%" fill="${this.esc(this.theme.bg)}"/>${this.out.join("")}</svg>`;
  }
}
