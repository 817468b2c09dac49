// The sequence viewer: tracks over one shared base axis on a canvas, with editing. No dependencies, no build step.
//
// Everything is drawn in display columns, left to right. `prepare` makes the display from the data: edits that
// Python has not answered yet are made, then the strand is turned. Events go back in the data's own coordinates.
const BASES = "ACGT";
const PAIR = { A: "T", C: "G", G: "C", T: "A", R: "Y", Y: "R", S: "S", W: "W", K: "M", M: "K", B: "V", V: "B", D: "H", H: "D", N: "N" };
const PALETTES = { // fill of each letter, and the outline of those that are pale on the page
  classic: {
    light: { A: "#12863c", C: "#2058b8", G: "#e08e00", T: "#cc2936", line: { G: "#a06000" } },
    dark: { A: "#4fcb7d", C: "#76a9ff", G: "#ffbf47", T: "#ff6f74", line: {} },
  },
  "colour-safe": {
    light: { A: "#00795c", C: "#3f9be0", G: "#f0a800", T: "#33323b", line: { G: "#8f6400", C: "#1c63a0" } },
    dark: { A: "#1fb98f", C: "#6dbcf5", G: "#f7c23c", T: "#eceaf2", line: {} },
  },
  mono: {
    light: { A: "#1c1c22", C: "#ffffff", G: "#8c8c94", T: "#d9d9de", line: { A: "#1c1c22", C: "#1c1c22", G: "#1c1c22", T: "#1c1c22" } },
    dark: { A: "#f4f4f6", C: "#15161a", G: "#85858e", T: "#45454d", line: { A: "#f4f4f6", C: "#f4f4f6", G: "#f4f4f6", T: "#f4f4f6" } },
  },
};
const INK = { // everything that is not a letter
  light: { zero: [250, 250, 252], low: [33, 92, 170], high: [190, 30, 45], ref: "#c3c9d2", other: "#6b7280", line: "#3c6fb0", span: "#7a5ea8" },
  dark: { zero: [30, 34, 42], low: [92, 158, 250], high: [250, 92, 92], ref: "#565d6a", other: "#9aa0aa", line: "#7fb0f5", span: "#b79be6" },
};
const ICONS = { // 16 x 16 strokes
  zoomIn: "M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9M10.4 10.4L14 14M5 7h4M7 5v4",
  zoomOut: "M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9M10.4 10.4L14 14M5 7h4",
  all: "M2 3v10M14 3v10M4 8h8M6.5 5.5L4 8l2.5 2.5M9.5 5.5L12 8l-2.5 2.5",
  select: "M3 3h2M7 3h2M11 3h2v2M13 7v2M13 11v2h-2M9 13H7M5 13H3v-2M3 9V7M3 5V3",
  fit: "M8 2v12M5.5 4.5L8 2l2.5 2.5M5.5 11.5L8 14l2.5-2.5M2 2h2M2 14h2M12 2h2M12 14h2",
  strand: "M2 5.5h11M10.5 3L13 5.5L10.5 8M14 10.5H3M5.5 8L3 10.5L5.5 13",
  undo: "M6 3L2.5 6.5L6 10M3 6.5h6.5a3.5 3.5 0 0 1 0 7H7",
  redo: "M10 3l3.5 3.5L10 10M13 6.5H6.5a3.5 3.5 0 0 0 0 7H9",
};
const KEYS = [
  ["← →", "move the cursor (with Shift: select)"], ["A C G T", "set the base under the cursor"], ["Delete", "delete the base or the selection"],
  ["i", "insert before the cursor"], ["Enter", "open the menu of the base"], ["Ctrl+Z, Ctrl+Shift+Z", "undo, redo"], ["Ctrl+C, Ctrl+V", "copy the selection, paste bases"],
  ["+  −  0", "zoom in, zoom out, show all"], ["z", "zoom to the selection"], ["Page Up, Page Down", "move the window"], ["Home, End", "first, last base"],
  ["r", "other strand"], ["y", "height follows the window"], ["s", "save PNG"], ["Esc", "close, clear the selection"], ["Wheel", "zoom, after a click into the picture"],
  ["Drag, Shift+drag", "move, select"], ["Double click", "zoom in"],
];
const PAD = 10, LETTER_PX = 5, CLICK_PX = 4, SEQ_H = 20, TITLE_H = 19, GAP = 8, OVER_H = 24, MIN_SPAN = 10, HEADER = 60; // HEADER: Streamlit's bar, which lies over the top of the window
const live = new WeakMap();
const groups = (window.__genovizGroups ??= new Map()); // name -> viewers that show the same window
const remembered = (window.__genovizViews ??= new Map()); // the window survives leaving a page and coming back

const clamp = (v, lo, hi) => Math.min(hi, Math.max(lo, v));
const grouped = (v) => v.toLocaleString("en-US");
const reverseComplement = (text) => [...text].reverse().map((c) => PAIR[c] || "N").join("");
const plural = (n) => `${grouped(n)} base${n === 1 ? "" : "s"}`;
function decode(text) {
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return new Float32Array(bytes.buffer);
}
function show(v, sign = false) {
  if (!Number.isFinite(v)) return "not computed";
  const a = Math.abs(v);
  const text = a === 0 ? "0" : a >= 1000 ? grouped(Math.round(a)) : a >= 0.001 ? String(Number(a.toPrecision(3))) : a.toExponential(1);
  return (v < 0 ? "−" : sign && v > 0 ? "+" : "") + text;
}
function niceStep(raw) {
  const p = 10 ** Math.floor(Math.log10(Math.max(raw, 1)));
  return [1, 2, 5, 10].find((m) => m * p >= raw) * p;
}
function brightness(color) {
  const g = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  g.fillStyle = color; g.fillRect(0, 0, 1, 1);
  const [r, green, b] = g.getImageData(0, 0, 1, 1).data;
  return 0.3 * r + 0.59 * green + 0.11 * b;
}
function splice(row, start, end, n) { // values after an edit: kept where bases are replaced one for one, else unknown
  const out = new Float32Array(row.length + n - (end - start));
  out.set(row.subarray(0, start));
  if (n === end - start) out.set(row.subarray(start, end), start); else out.fill(NaN, start, start + n);
  out.set(row.subarray(end), start + n);
  return out;
}

// ---------------------------------------------------------------- the display: what is shown, column by column
function readTrack(track, length) {
  const values = track.values ? decode(track.values) : null;
  const t = { ...track, rows: [] };
  if (!values) return t;
  if (track.step) { // bins: spread over the bases they cover
    const row = new Float32Array(length).fill(NaN);
    for (let i = Math.max(0, track.start); i < Math.min(length, track.start + values.length * track.step); i++) row[i] = values[Math.floor((i - track.start) / track.step)];
    t.rows = [row];
  } else for (let r = 0; r * length < values.length; r++) t.rows.push(values.subarray(r * length, (r + 1) * length));
  if (track.measured) t.measured = readTrack({ values: track.measured, step: track.step, start: track.start }, length).rows[0];
  return t;
}
function edited(m, { start, end, bases }) {
  const n = bases.length, shift = n - (end - start), move = (p) => (p >= end ? p + shift : Math.min(p, start + n));
  const shifted = (items) => items.map((s) => ({ ...s, start: s.start <= start ? s.start : move(s.start), end: s.end <= start ? s.end : move(s.end) }));
  const blocks = [];
  for (const [here, there, length] of shift ? m.blocks : []) {
    const left = Math.min(length, start - here), skip = Math.max(0, end - here);
    if (left > 0) blocks.push([here, there, left]);
    if (skip < length) blocks.push([here + skip + shift, there + skip, length - skip]);
  }
  return {
    seq: m.seq.slice(0, start) + bases + m.seq.slice(end),
    blocks: shift ? blocks : m.blocks,
    marks: [...shifted(m.marks), { start, end: start + n, label: "" }],
    tracks: m.tracks.map((t) => ({ ...t, rows: t.rows.map((row) => splice(row, start, end, n)), measured: t.measured && splice(t.measured, start, end, n), items: t.items && shifted(t.items) })),
  };
}
function turned(m) {
  const L = m.seq.length, back = (row) => Float32Array.from(row).reverse();
  const turn = (items) => items.map((s) => ({ ...s, start: L - s.end, end: L - s.start, strand: { "+": "-", "-": "+" }[s.strand] || s.strand }));
  return {
    seq: reverseComplement(m.seq), blocks: m.blocks, marks: turn(m.marks),
    tracks: m.tracks.map((t) => {
      const rows = t.rows.map(back);
      return { ...t, rows: rows.length >= 4 ? [...rows.slice(0, 4).reverse(), ...rows.slice(4)] : rows, measured: t.measured && back(t.measured), items: t.items && turn(t.items) };
    }),
  };
}

class Viewer {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    this.root = root; this.box = find(".gv"); this.stage = find(".gv-stage"); this.canvas = find(".gv-base"); this.over = find(".gv-over");
    this.tip = find(".gv-tip"); this.menu = find(".gv-menu"); this.help = find(".gv-help"); this.liveText = find(".gv-live"); this.summary = find(".gv-summary");
    this.client = Math.random().toString(36).slice(2, 10); this.count = 0; this.pending = [];
    this.fitY = true; this.selectMode = false; this.pointers = new Map(); this.frames = []; this.queued = 0;
    this.buttons = Object.fromEntries([...root.querySelectorAll("[data-act]")].map((b) => [b.dataset.act, b]));
    for (const [name, d] of Object.entries(ICONS)) this.buttons[name].append(icon(d));
    this.box.gvViewer = this;
    this.bind();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.box);
  }

  update(data, send) {
    const before = this.data, fresh = !before || before.id !== data.id;
    this.send = send; this.data = data;
    const company = data.group && this.company(data.group);
    let leader = null;
    if (fresh) {
      const kept = before ? null : remembered.get(data.id);
      this.pending = []; this.cursor = null; this.selection = null; this.closeMenu();
      this.minus = kept ? kept.minus : data.minus; this.palette = kept ? kept.palette : data.palette;
      [this.x0, this.x1] = kept ? kept.view : data.window || [0, data.seq.length]; this.L = 0;
      if (!kept && data.window && this.minus) [this.x0, this.x1] = [data.seq.length - this.x1, data.seq.length - this.x0];
      leader = company && [...company].find((v) => v !== this && v.L);
    } else {
      if (before.minus !== data.minus && this.minus !== data.minus) this.turn(false);
      if (before.palette !== data.palette) this.palette = data.palette;
    }
    if (data.ack && data.ack.client === this.client) this.pending = this.pending.filter((e) => e.nonce > data.ack.nonce);
    this.read = data.tracks.map((t) => readTrack(t, data.seq.length));
    this.prepare();
    if (leader) leader.lead(this);
    for (const other of company || []) if (other !== this && other.m) other.request(); // their scales are shared
    if (JSON.stringify(data.selection) !== JSON.stringify(before?.selection ?? null)) this.selection = data.selection && this.flip(data.selection);
    this.summary.textContent = data.summary || "";
    this.canvas.setAttribute("aria-label", `${data.title || "Sequence"}, ${plural(data.seq.length)}, ${data.tracks.length} tracks. Arrow keys move the cursor, letters set a base, question mark lists all keys.`);
    this.resize();
    this.box.dataset.rev = data.rev; // set after drawing, so that a test can wait for it
  }
  prepare() {
    let m = { seq: this.data.seq, blocks: this.data.blocks, marks: this.data.edits, tracks: this.read };
    for (const event of this.pending) if (event.edit) m = edited(m, event);
    if (this.minus) m = turned(m);
    for (const t of m.tracks) {
      t.all = t.kind === "heat" ? this.limits(t) : this.extent(t, 0, m.seq.length);
    }
    const whole = this.L && this.x0 === 0 && this.x1 === this.L; // everything was shown, and stays so after an indel
    this.m = m; this.seq = m.seq; this.L = m.seq.length; this.columns = null;
    this.codes = Uint8Array.from(m.seq, (letter) => BASES.indexOf(letter)); // 255 for what is not A, C, G or T
    this.waiting = this.data.updating || this.pending.some((e) => e.changes);
    this.setWindow(this.x0, whole ? this.L : this.x1, false);
    if (this.cursor != null) this.cursor = clamp(this.cursor, 0, this.L - 1);
    if (this.selection && this.selection[1] > this.L) this.selection = null;
    const pressed = { strand: this.minus, fit: this.fitY, select: this.selectMode };
    for (const [name, on] of Object.entries(pressed)) this.buttons[name].setAttribute("aria-pressed", String(on));
    this.buttons.palette.value = this.palette;
    this.box.querySelector(".gv-edit").hidden = !this.data.editable;
    this.buttons.undo.disabled = !this.data.can_undo && !this.pending.some((e) => e.edit);
    this.buttons.redo.disabled = !this.data.can_redo; this.buttons.reset.disabled = this.buttons.undo.disabled;
    this.buttons.link.hidden = !this.data.link;
  }

  // ---------------------------------------------------------------- coordinates
  get plotW() { return Math.max(20, this.W - this.gutter - PAD); }
  get ppb() { return this.plotW / (this.x1 - this.x0); } // pixels per base
  X(column) { return this.gutter + (column - this.x0) * this.ppb; }
  columnAt(px) { return this.x0 + (px - this.gutter) / this.ppb; }
  range() { return [Math.max(0, Math.floor(this.x0)), Math.min(this.L, Math.ceil(this.x1))]; }
  flip([start, end]) { return this.minus ? [this.L - end, this.L - start] : [start, end]; } // display <-> data, both ways
  position(column) { return this.minus ? this.L - column : column + 1; } // 1-based in the sequence
  originOf(column) { // 0-based in the original, or null for an inserted base
    const i = this.position(column) - 1, block = this.m.blocks.find(([here, , length]) => i >= here && i < here + length);
    return block ? block[1] + i - block[0] : null;
  }
  columnOf(origin) {
    const block = this.m.blocks.find(([, there, length]) => origin >= there && origin < there + length);
    if (!block) return null;
    const i = block[0] + origin - block[1];
    return this.minus ? this.L - 1 - i : i;
  }
  genome(origin) { const l = this.data.locus; return l.strand === "-" ? l.end - origin : l.start + origin + 1; }
  fromGenome(position) { const l = this.data.locus; return l.strand === "-" ? l.end - position : position - l.start - 1; }
  company(name) { // the viewers of this group, with this one
    if (!groups.has(name)) groups.set(name, new Set());
    return groups.get(name).add(this);
  }
  peers(t) { // the same track in the other viewers of the group: they share its scale
    const others = [...(groups.get(this.data.group) || [])].filter((v) => v !== this && v.m);
    return others.map((v) => [v, v.m.tracks.find((q) => q.kind === t.kind && q.title === t.title)]).filter(([, q]) => q);
  }
  lead(other) { // show the same bases there: the edits of both say which belong together
    const span = this.x1 - this.x0;
    if (span === this.L) return other.setWindow(0, other.L, true, false);
    let from = this.flip([this.x0, this.x1])[0], to = 0;
    for (const [here, there, length] of this.m.blocks) if (from >= here) to = there + Math.min(from - here, length);
    for (const [here, there, length] of other.m.blocks) if (to >= there) from = here + Math.min(to - there, length);
    other.setWindow(...other.flip([from, from + span]), true, false);
  }
  setWindow(a, b, draw = true, lead = draw) {
    const span = clamp(b - a, Math.min(MIN_SPAN, this.L), this.L);
    this.x0 = clamp(a, 0, this.L - span); this.x1 = this.x0 + span;
    remembered.set(this.data.id, { view: [this.x0, this.x1], minus: this.minus, palette: this.palette });
    if (draw) this.request();
    if (lead && this.data.group) for (const other of groups.get(this.data.group)) if (other !== this) this.lead(other);
  }
  zoom(factor, at = this.cursor != null && this.cursor >= this.x0 && this.cursor < this.x1 ? this.cursor + 0.5 : (this.x0 + this.x1) / 2) {
    this.setWindow(at - (at - this.x0) * factor, at + (this.x1 - at) * factor);
  }
  reveal(column) {
    const span = this.x1 - this.x0;
    if (column < this.x0 + 1) this.setWindow(column - span * 0.15, column + span * 0.85);
    else if (column > this.x1 - 2) this.setWindow(column - span * 0.85, column + span * 0.15);
  }
  turn(tell = true) {
    const L = this.L;
    this.minus = !this.minus; [this.x0, this.x1] = [L - this.x1, L - this.x0];
    if (this.cursor != null) this.cursor = L - 1 - this.cursor;
    if (this.selection) this.selection = [L - this.selection[1], L - this.selection[0]];
    this.closeMenu();
    if (tell) { this.prepare(); this.request(); this.say(this.minus ? "Other strand" : "Given strand"); this.report("display"); }
  }

  // ---------------------------------------------------------------- layout and theme
  resize() {
    if (!this.data || !this.box.clientWidth) return;
    this.hover = null; this.showTip(null); // what was under the pointer may lie elsewhere now
    const css = getComputedStyle(this.box), bg = css.backgroundColor, dark = brightness(bg) < 128;
    this.dark = dark;
    this.theme = { ...INK[dark ? "dark" : "light"], fg: css.color, bg, font: css.fontFamily.replace(/"/g, "'"), primary: css.getPropertyValue("--st-primary-color").trim() || "#ff4b4b" };
    this.heatColors = null;
    this.W = this.box.clientWidth; this.gutter = this.W < 520 ? 42 : 58;
    const narrow = this.W < 620;
    let y = narrow && this.data.locus ? 38 : 20; // the title, with the place on its own line where there is little room
    this.at = { title: 10, place: narrow ? 28 : 10 };
    this.at.overview = y; y += OVER_H + 4;
    this.at.rulers = [];
    for (const kind of ["base", this.data.first !== 1 && "record", this.data.locus && "genome", this.data.tss != null && "tss"]) if (kind) { this.at.rulers.push([kind, y]); y += 17; }
    this.at.seq = y + 3; y += SEQ_H + 9;
    for (const t of this.m.tracks) {
      t.titleLines = t.title && (t.kind === "heat" || t.measured) && narrow ? 2 : t.title ? 1 : 0;
      t.titleY = y + GAP; t.y = y + GAP + t.titleLines * TITLE_H; y = t.y + t.height;
    }
    this.H = Math.ceil(y + 8);
    this.ratio = window.devicePixelRatio || 1;
    for (const c of [this.canvas, this.over]) { c.width = Math.round(this.W * this.ratio); c.height = Math.round(this.H * this.ratio); }
    this.canvas.style.height = `${this.H}px`;
    this.surface = new CanvasSurface(this.canvas.getContext("2d"), this.ratio, this.theme);
    this.overlay = new CanvasSurface(this.over.getContext("2d"), this.ratio, this.theme);
    this.columns = null;
    this.draw();
  }
  request() { if (!this.queued) this.queued = requestAnimationFrame(() => { this.queued = 0; this.draw(); }); }
  draw() {
    const begun = performance.now(), s = this.surface;
    s.g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0); s.g.clearRect(0, 0, this.W, this.H);
    this.paint(s); this.drawOverlay();
    this.box.dataset.window = this.flip([this.x0, this.x1]).map((v) => Math.round(v)).join("-");
    this.frames.push(performance.now() - begun); if (this.frames.length > 600) this.frames.shift();
  }

  // ---------------------------------------------------------------- drawing
  paint(s) {
    this.letters = PALETTES[this.palette][this.dark ? "dark" : "light"];
    s.alpha = 1;
    this.paintTitle(s); this.paintOverview(s);
    this.at.rulers.forEach(([kind, y]) => this.paintRuler(s, kind, y));
    const left = this.gutter, bottom = this.H - 6;
    s.clip(left, this.at.seq - 4, this.plotW, bottom - this.at.seq + 4);
    for (const mark of this.m.marks) { // edited bases, through all tracks
      const x = this.X(mark.start), w = Math.max((mark.end - mark.start) * this.ppb, 2);
      s.rect(mark.end > mark.start ? x : x - 1, this.at.seq, w, bottom - this.at.seq, this.theme.primary, 0.1);
    }
    this.paintSequence(s, this.at.seq);
    s.unclip();
    for (const t of this.m.tracks) {
      s.alpha = this.waiting && t.kind !== "spans" ? 0.4 : 1;
      this.paintTitleOf(s, t);
      s.clip(left, t.y - 1, this.plotW, t.height + 2);
      ({ logo: this.paintLogo, heat: this.paintHeat, line: this.paintLine, spans: this.paintSpans })[t.kind].call(this, s, t);
      s.unclip();
      this.paintScale(s, t);
      s.alpha = 1;
    }
  }
  fit(s, text, width, size = 11, weight = 400) { // cut with an ellipsis, so that no label runs out of its place
    if (s.measure(text, size, weight) <= width) return text;
    let n = text.length;
    while (n > 1 && s.measure(`${text.slice(0, n)}…`, size, weight) > width) n--;
    return `${text.slice(0, n)}…`;
  }
  paintTitle(s) {
    const l = this.data.locus, [a, b] = this.range(), [first, last] = this.minus ? [this.position(a), this.position(b - 1)] : [a + 1, b];
    const shown = `${grouped(first)}–${grouped(last)} of ${plural(this.L)}${this.waiting ? " · updating" : ""}`, right = s.measure(shown) + 12;
    s.text(shown, this.W - PAD, this.at.title, { align: "right", alpha: 0.8 });
    const strand = l && (this.minus ? { "+": "−", "-": "+" }[l.strand] : l.strand === "-" ? "−" : "+");
    const place = l ? `${l.chrom}:${grouped(l.start + 1)}-${grouped(l.end)} · ${l.assembly || "assembly not given"} · ${strand} strand` : this.minus ? "reverse complement" : "";
    const ownLine = this.at.place > this.at.title, name = this.fit(s, this.data.title || "", (this.W - right) * (place && !ownLine ? 0.5 : 1), 12, 600);
    s.text(name, 2, this.at.title, { size: 12, weight: 600 });
    const x = name && !ownLine ? s.measure(name, 12, 600) + 14 : 2, room = this.W - x - (ownLine ? PAD : right);
    if (place && (l || !ownLine) && room > 60) s.text(this.fit(s, place, room), x, this.at.place, { alpha: 0.8 });
  }
  paintOverview(s) {
    const y = this.at.overview, w = this.plotW, t = this.m.tracks.find((q) => q.kind === "logo") || this.m.tracks.find((q) => q.kind === "line");
    s.rect(this.gutter, y, w, OVER_H, this.theme.fg, 0.05);
    if (t) {
      if (!this.columns || this.columns.length !== Math.floor(w)) this.columns = Array.from({ length: Math.floor(w) }, (_, px) => {
        const i0 = Math.floor(px / w * this.L), i1 = Math.max(i0 + 1, Math.floor((px + 1) / w * this.L));
        return this.extent(t, i0, Math.min(i1, this.L));
      });
      const [lo, hi] = t.all, k = (OVER_H - 2) / (hi - lo || 1), zero = y + 1 + hi * k;
      const edge = (side) => this.columns.flatMap((c, px) => [[this.gutter + px, zero - c[side] * k], [this.gutter + px + 1, zero - c[side] * k]]);
      s.area([...edge(1), ...edge(0).reverse()], this.theme.fg, 0.5); s.rect(this.gutter, zero - 0.25, w, 0.5, this.theme.fg, 0.5);
    }
    for (const mark of this.m.marks) s.rect(this.gutter + mark.start / this.L * w - 1, y + OVER_H - 5, Math.max((mark.end - mark.start) / this.L * w, 3), 5, this.theme.primary);
    const a = this.gutter + this.x0 / this.L * w, b = this.gutter + this.x1 / this.L * w;
    s.rect(a, y, b - a, OVER_H, this.theme.line, 0.16); s.frame(a + 0.5, y + 0.5, Math.max(b - a - 1, 2), OVER_H - 1, this.theme.line, 1.5);
  }
  ticks(kind) { // [column, text] of each tick in the window
    const [a, b] = this.range(), found = [];
    const wide = kind === "genome" ? 100 : 70, step = niceStep((this.x1 - this.x0) / Math.max(2, this.plotW / wide));
    if (kind === "base") {
      const lo = Math.min(this.position(a), this.position(b - 1)), hi = Math.max(this.position(a), this.position(b - 1));
      for (let p = Math.max(1, Math.ceil(lo / step) * step); p <= hi; p += step) found.push([this.minus ? this.L - p : p - 1, grouped(p)]);
      return found;
    }
    const tss = this.data.tss;
    for (const [here, there, length] of this.m.blocks) {
      const [from, to] = this.flip([here, here + length]);
      if (to <= a || from >= b) continue;
      const label = (o) => (kind === "genome" ? this.genome(o) : kind === "record" ? this.data.first + o : o >= tss ? o - tss + 1 : o - tss);
      const origin = (v) => (kind === "genome" ? this.fromGenome(v) : kind === "record" ? v - this.data.first : v > 0 ? tss + v - 1 : tss + v);
      const ends = [label(there), label(there + length - 1)], hi = Math.max(...ends);
      let v = Math.ceil(Math.min(...ends) / step) * step;
      const visible = [a, b - 1].map((c) => this.originOf(c)).filter((o) => o != null).map(label); // skip what is far outside
      if (visible.length === 2) v = Math.max(v, Math.floor(Math.min(...visible) / step) * step);
      for (let k = 0; v <= hi && k < 400; v += step, k++) {
        if (kind === "record" && v < 1) continue; // N added on the left
        const value = kind === "tss" && v === 0 ? 1 : v, o = origin(value);
        if (o < there || o >= there + length) continue;
        const column = this.columnOf(o);
        if (column >= a && column < b) found.push([column, kind === "tss" && value > 0 ? `+${grouped(value)}` : kind === "tss" ? show(value) : grouped(value)]);
      }
    }
    return found;
  }
  paintRuler(s, kind, y) {
    let name = { base: "base", record: "given", genome: this.data.locus?.chrom, tss: "TSS" }[kind];
    const right = this.W - 2;
    if (kind === "genome" && s.measure(name) > this.gutter - 10) name = "genome"; // the title has the long name
    s.text(this.fit(s, name, this.gutter - 10), this.gutter - 6, y + 9, { align: "right", alpha: 0.8 });
    let free = this.gutter - 4;
    for (const [column, text] of this.ticks(kind).sort((p, q) => p[0] - q[0])) {
      const x = this.X(column + 0.5), half = s.measure(text) / 2, at = clamp(x, this.gutter + half, right - half);
      if (x < this.gutter || x > this.gutter + this.plotW || at - half < free) continue;
      s.rect(x - 0.5, y + 15, 1, 3, this.theme.fg, 0.6);
      s.text(text, at, y + 8, { align: "center", alpha: 0.8 }); free = at + half + 8;
    }
  }
  paintSequence(s, y) {
    const [a, b] = this.range(), p = this.ppb, h = SEQ_H - 4;
    if (p >= 7) {
      const w = Math.min(p * 0.78, 12.5);
      for (let i = a; i < b; i++) {
        const letter = this.seq[i], x = this.X(i);
        if (!BASES.includes(letter)) s.rect(x, y, p, h, this.theme.fg, 0.12);
        const ink = this.palette === "mono" ? this.theme.fg : this.letters.line[letter] || this.letters[letter]; // dark enough for text
        s.glyph(letter, x + (p - w) / 2, y + 2, w, h - 4, ink || this.theme.fg, null);
      }
    } else if (p >= 1) {
      for (let i = a; i < b; i++) {
        const letter = this.seq[i], x = this.X(i), w = p > 3 ? p - 0.6 : p + 0.2;
        if (this.letters[letter]) s.rect(x, y + 3, w, h - 6, this.letters[letter]); else s.hatch(x, y + 1, w, h - 2);
      }
    } else {
      s.rect(this.gutter, y + 3, this.plotW, h - 6, this.theme.fg, 0.08);
      for (const gap of this.seq.matchAll(/[^ACGT]+/g)) s.hatch(this.X(gap.index), y + 1, Math.max(gap[0].length * p, 1), h - 2);
      s.text("Zoom in to see the letters", this.gutter + this.plotW / 2, y + h / 2, { align: "center", alpha: 0.8 });
    }
    for (const mark of this.m.marks) {
      const x = this.X(mark.start), w = (mark.end - mark.start) * p;
      if (w > 0) s.rect(x + (p > 4 ? 0.5 : 0), y + h + 1, Math.max(w - (p > 4 ? 1 : 0), 2), 3, this.theme.primary);
      else s.area([[x, y + h - 3], [x - 5, y + h + 4], [x + 5, y + h + 4]], this.theme.primary);
    }
  }
  paintTitleOf(s, t) {
    if (!t.title) return;
    const y = t.titleY + TITLE_H / 2, text = t.unit ? `${t.title} · ${t.unit}` : t.title;
    let right = this.W - PAD, own = this.W - PAD - this.gutter;
    const lineY = t.titleLines === 2 ? y + TITLE_H - 3 : y;
    if (t.kind === "heat") {
      const m = this.reach(t), hi = show(m, true), lo = show(-m), n = 44, w = this.W < 520 ? 66 : 88, tail = s.measure(hi) + 5;
      const x = t.titleLines === 2 ? this.gutter + s.measure(lo) + 5 : right - tail - w;
      for (let k = 0; k < n; k++) s.rect(x + k * w / n, lineY - 5, w / n + 0.4, 10, this.heatColor(2 * k / (n - 1) - 1));
      s.frame(x, lineY - 5, w, 10, this.theme.fg, 0.5, 0.5);
      s.text(hi, x + w + 5, lineY); s.text(lo, x - 5, lineY, { align: "right" });
      const grey = x + w + tail + 12;
      if (t.titleLines === 2) { s.rect(grey, lineY - 5, 10, 10, this.theme.ref); s.text("reference", grey + 14, lineY); }
      else { const before = x - s.measure(lo) - 90; s.rect(before, lineY - 5, 10, 10, this.theme.ref); s.text("reference", before + 14, lineY); right = before - 12; own = right - this.gutter; }
    } else if (t.measured) {
      const names = [[t.legend[0], t.color || this.theme.line], [t.legend[1], this.theme.fg]], widths = names.map(([n]) => s.measure(n) + 30);
      let x = t.titleLines === 2 ? this.gutter : right - widths[0] - widths[1];
      if (t.titleLines !== 2) own = x - 10 - this.gutter;
      names.forEach(([n, c], k) => { s.rect(x, lineY - (k ? 1 : 4), 12, k ? 2 : 8, c, k ? 1 : 0.75); s.text(n, x + 16, lineY); x += widths[k]; });
    }
    s.text(this.fit(s, text, own, 12, 600), this.gutter, y, { size: 12, weight: 600 });
  }
  paintScale(s, t) {
    const x = this.gutter - 6, width = this.gutter - 8;
    if (t.kind === "heat") {
      const h = t.height / t.rows.length;
      t.names.forEach((name, r) => s.text(name, x, t.y + (r + 0.5) * h, { align: "right", weight: 600 }));
    } else if (t.rows.length) {
      const [lo, hi] = t.drawn || t.all;
      s.text(this.fit(s, show(hi), width, 10.5), x, t.y + 5, { size: 10.5, align: "right", alpha: 0.8 });
      if (lo < 0 && t.height * -lo / (hi - lo) > 12) s.text(this.fit(s, show(lo), width, 10.5), x, t.y + t.height - 5, { size: 10.5, align: "right", alpha: 0.8 });
      const zero = t.y + t.height * hi / (hi - lo || 1);
      if (zero - t.y > 17 && (t.y + t.height - zero > 17 || lo === 0)) s.text("0", x, Math.min(zero, t.y + t.height - 4), { size: 10.5, align: "right", alpha: 0.8 });
    }
  }
  reach(t) { return Math.max(t.all[1], ...(t.limit ? [] : this.peers(t).map(([, q]) => q.all[1]))); } // value of a map's full colours
  limits(t) { // symmetric limits of a mutation map
    let m = t.limit || 0;
    if (!m) for (const row of t.rows) for (let i = 0; i < row.length; i++) { const v = Math.abs(row[i]); if (v > m) m = v; }
    return [-(m || 1), m || 1];
  }
  extent(t, a, b) { // lowest and highest height drawn in columns a to b; zero is always inside
    let lo = 0, hi = 0;
    for (let i = a; i < b; i++) {
      let down = 0, up = 0;
      for (const row of t.rows) { const v = row[i]; if (v > 0) up += v; else if (v < 0) down += v; }
      if (t.measured && t.measured[i] > up) up = t.measured[i];
      if (up > hi) hi = up; if (down < lo) lo = down;
    }
    return [lo, hi];
  }
  scaleOf(t) { // heights drawn: of the window, but never so fine that noise looks like signal (a tenth of all)
    const peers = this.peers(t), wider = (a, b) => [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
    const all = peers.reduce((range, [, q]) => wider(range, q.all), t.all);
    let [lo, hi] = all;
    if (t.limits) [lo, hi] = t.limits;
    else if (this.fitY) {
      const [l, h] = peers.reduce((range, [v, q]) => wider(range, v.extent(q, ...v.range())), this.extent(t, ...this.range()));
      const floor = 0.1 * Math.max(hi, -lo);
      hi = h || (hi ? floor : 0); lo = l || 0;
      if (Math.max(hi, -lo) < floor) { hi = all[1] > 0 ? floor : hi; lo = all[0] < 0 ? -floor : lo; }
    }
    if (hi - lo < 1e-12) hi = lo + 1;
    return (t.drawn = [lo, hi]);
  }
  unknown(s, t, a, b, isUnknown) { // hatch the runs of columns without a value
    for (let i = a; i < b; i++) if (isUnknown(i)) { const from = i; while (i < b && isUnknown(i)) i++; s.hatch(this.X(from), t.y, (i - from) * this.ppb, t.height); }
  }
  paintLogo(s, t) {
    const [a, b] = this.range(), p = this.ppb, [lo, hi] = this.scaleOf(t), k = t.height / (hi - lo), zero = t.y + hi * k, single = t.rows.length === 1;
    this.unknown(s, t, a, b, (i) => Number.isNaN(t.rows[0][i]));
    s.rect(this.gutter, zero - 0.5, this.plotW, 1, this.theme.fg, 0.35);
    if (p >= LETTER_PX) {
      for (let i = a; i < b; i++) {
        if (single) this.letter(s, this.seq[i], this.X(i), zero, t.rows[0][i] * k, p);
        else this.stack(s, t, i, zero, k, p);
      }
      return;
    }
    const value = (i) => this.valueAt(t, i), color = (i) => this.letters[this.letterAt(t, i)] || this.theme.other;
    if (p >= 1) {
      for (let i = a; i < b; i++) {
        const v = value(i) * k; if (!v) continue;
        s.rect(this.X(i), v > 0 ? zero - v : zero, Math.max(p - 0.4, 0.8), Math.abs(v), color(i));
        const line = this.letters.line[this.letterAt(t, i)];
        if (p > 3 && line) s.frame(this.X(i), v > 0 ? zero - v : zero, p - 0.4, Math.abs(v), line, 0.6);
      }
      return;
    }
    for (let px = 0; px < this.plotW; px++) { // one column per pixel; its strongest base keeps its colour
      const [i0, i1] = this.pixel(px, a, b); let up = 0, down = 0, iu = i0, id = i0;
      for (let i = i0; i < i1; i++) { const v = value(i); if (v > up) { up = v; iu = i; } else if (v < down) { down = v; id = i; } }
      const x = this.gutter + px, plain = this.palette === "mono" ? this.theme.fg : null;
      if (up > 0) s.rect(x, zero - up * k, 1, up * k, plain || color(iu));
      if (down < 0) s.rect(x, zero, 1, -down * k, plain || color(id));
    }
  }
  pixel(px, a, b) { const i0 = clamp(Math.floor(this.columnAt(this.gutter + px)), a, b - 1); return [i0, clamp(Math.floor(this.columnAt(this.gutter + px + 1)), i0 + 1, b)]; }
  letterAt(t, i) { // the base whose score stands for the column: the one that is there, or the one that scores most
    return t.strongest ? BASES[[1, 2, 3].reduce((best, r) => (Math.abs(t.rows[r][i]) > Math.abs(t.rows[best][i]) ? r : best), 0)] : this.seq[i];
  }
  valueAt(t, i) { return t.rows.length === 1 ? t.rows[0][i] : t.rows[Math.max(0, BASES.indexOf(this.letterAt(t, i)))][i]; }
  letter(s, letter, x, from, h, p) { // upright on both sides of the axis
    const height = Math.abs(h); if (!(height >= 0.4)) return;
    const pad = p > 9 ? 0.05 * p : 0;
    s.glyph(letter, x + pad, h > 0 ? from - height : from, p - 2 * pad, height, this.letters[letter] || this.theme.other, this.letters.line[letter], h < 0 ? 0.85 : 1);
  }
  stack(s, t, i, zero, k, p) {
    let up = zero, down = zero;
    for (const [letter, v] of [...BASES].map((c, r) => [c, t.rows[r][i]]).sort((m, n) => Math.abs(m[1]) - Math.abs(n[1]))) {
      if (v > 0) { this.letter(s, letter, this.X(i), up, v * k, p); up -= v * k; } else if (v < 0) { this.letter(s, letter, this.X(i), down, v * k, p); down -= v * k; }
    }
  }
  heatColor(v) { // from a table of 257 ready strings
    this.heatColors ??= Array.from({ length: 257 }, (_, j) => {
      const u = j / 128 - 1, m = Math.abs(u) ** 0.75, end = u > 0 ? this.theme.high : this.theme.low;
      return `rgb(${this.theme.zero.map((z, n) => Math.round(z + (end[n] - z) * m)).join()})`;
    });
    return this.heatColors[Math.round(clamp(v, -1, 1) * 128) + 128];
  }
  paintHeat(s, t) {
    const [a, b] = this.range(), p = this.ppb, h = t.height / t.rows.length, m = this.reach(t), gap = p > 4 ? 0.8 : 0;
    t.rows.forEach((row, r) => {
      const y = t.y + r * h, letter = BASES[r];
      if (p >= 1) {
        for (let i = a; i < b; i++) {
          const x = this.X(i), w = gap ? p - gap : p + 0.4;
          if (this.codes[i] === r) s.rect(x, y, w, h - 1, this.theme.ref);
          else if (Number.isNaN(row[i]) || (letter && this.codes[i] > 3)) s.hatch(x, y, w, h - 1);
          else s.rect(x, y, w, h - 1, this.heatColor(row[i] / m));
        }
        return;
      }
      const colors = new Array(Math.ceil(this.plotW)).fill(null); // one colour per pixel: the strongest change there
      for (let px = 0; px < colors.length; px++) {
        const [i0, i1] = this.pixel(px, a, b); let best = NaN, onlyReference = letter != null;
        for (let i = i0; i < i1; i++) {
          if (this.codes[i] === r) continue;
          onlyReference = false;
          if (!(Math.abs(row[i]) <= Math.abs(best)) && row[i] === row[i]) best = row[i];
        }
        if (best === best) colors[px] = this.heatColor(best / m); else if (onlyReference) colors[px] = this.theme.ref;
      }
      s.strip(this.gutter, y, h - 1, colors);
    });
    if (p < 9) return;
    for (let i = a; i < b; i++) { // the reference letter in its own cell
      const r = BASES.indexOf(this.seq[i]), size = Math.min(p, h) * 0.52;
      if (r >= 0) s.glyph(this.seq[i], this.X(i) + (p - gap - size) / 2, t.y + (r + 0.5) * h - size / 2 - 0.5, size, size, this.theme.fg, null, 0.75);
    }
  }
  paintLine(s, t) {
    const [a, b] = this.range(), [lo, hi] = this.scaleOf(t), k = t.height / (hi - lo), zero = t.y + hi * k, color = t.color || this.theme.line, row = t.rows[0];
    this.unknown(s, t, a, b, (i) => Number.isNaN(row[i]));
    s.rect(this.gutter, zero - 0.5, this.plotW, 1, this.theme.fg, 0.25);
    const bars = this.ppb >= 1;
    const top = [], bottom = [];
    for (let c = bars ? a : 0; c < (bars ? b : this.plotW); ) {
      let i0 = c, i1 = c + 1, up = 0, down = 0;
      if (bars) while (i1 < b && row[i1] === row[i0]) i1++; else [i0, i1] = this.pixel(c, a, b);
      for (let i = i0; i < i1; i++) { if (row[i] > up) up = row[i]; if (row[i] < down) down = row[i]; }
      const x = bars ? this.X(i0) : this.gutter + c, end = bars ? this.X(i1) : x + 1;
      top.push([x, zero - up * k], [end, zero - up * k]); bottom.push([x, zero - down * k], [end, zero - down * k]);
      c = bars ? i1 : c + 1;
    }
    s.area([...top, ...bottom.reverse()], color, 0.75);
    if (!t.measured) return;
    let points = [];
    const end = () => { if (points.length > 1) s.line(points, this.theme.fg, 1.3, 0.9); points = []; };
    for (let c = bars ? a : 0; c < (bars ? b : this.plotW); c++) {
      let v = t.measured[c];
      if (!bars) { const [i0, i1] = this.pixel(c, a, b); v = t.measured[i0]; for (let i = i0; i < i1; i++) if (t.measured[i] > v) v = t.measured[i]; }
      if (Number.isNaN(v)) end(); else if (bars) points.push([this.X(c), zero - v * k], [this.X(c + 1), zero - v * k]); else points.push([this.gutter + c, zero - v * k]);
    }
    end();
  }
  paintSpans(s, t) {
    const h = t.height / t.lanes, right = this.gutter + this.plotW;
    for (const item of t.items) {
      const x = this.X(item.start), w = Math.max((item.end - item.start) * this.ppb, 3), y = t.y + item.lane * h + 1, tall = h - 3, color = item.color || this.theme.span, mid = y + tall / 2;
      if (x + w < this.gutter || x > right) continue;
      const shownFrom = Math.max(x, this.gutter), shownTo = Math.min(x + w, right), arrow = item.strand === "-" ? -1 : item.strand === "+" ? 1 : 0;
      if (item.style === "tss") {
        const tip = x + (arrow || 1) * 16, at = arrow < 0 ? x + w : x;
        s.line([[at, y + tall], [at, y + 4], [tip, y + 4]], this.theme.fg, 1.6);
        s.area([[tip + (arrow || 1) * 5, y + 4], [tip, y], [tip, y + 8]], this.theme.fg);
        if (item.label) s.text(item.label, tip + 9 * (arrow || 1), mid, { align: arrow < 0 ? "right" : "left" });
        continue;
      }
      if (item.style === "intron") {
        s.line([[shownFrom, mid], [shownTo, mid]], color, 1.2);
        for (let q = shownFrom + 8; arrow && q < shownTo - 6; q += 16) s.line([[q, mid - 3], [q + 3 * arrow, mid], [q, mid + 3]], color, 1.2);
        continue;
      }
      const thick = item.style === "utr" ? tall / 2 : tall, solid = item.style === "exon" || item.style === "utr";
      s.rect(x, mid - thick / 2, w, thick, color, solid ? 0.55 : 0.2); s.frame(x + 0.5, mid - thick / 2 + 0.5, Math.max(w - 1, 1), thick - 1, color, 1);
      const room = shownTo - shownFrom - 8, head = arrow && room > 10 ? 12 : 0, text = room - head > 18 ? this.fit(s, item.label, room - head) : "";
      if (text.length > 3 || text === item.label) s.text(text, (shownFrom + shownTo - head * arrow) / 2, mid, { align: "center" });
      const tip = arrow < 0 ? shownFrom + 4 : shownTo - 4;
      if (head) s.line([[tip - 4 * arrow, mid - 4], [tip, mid], [tip - 4 * arrow, mid + 4]], this.theme.fg, 1.4, 0.8);
    }
  }
  drawOverlay() {
    const s = this.overlay, g = s.g, top = this.at.seq - 4, height = this.H - top - 2;
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0); g.clearRect(0, 0, this.W, this.H);
    s.clip(this.gutter - 1, top - 30, this.plotW + 2, height + 32);
    if (this.selection) {
      const [a, b] = this.selection, x = this.X(a), w = (b - a) * this.ppb;
      s.rect(x, top, w, height, this.theme.primary, 0.13); s.frame(x, top, w, height, this.theme.primary, 1.2, 0.9);
    }
    if (this.hover) {
      const w = Math.max(this.ppb, 1), x = this.X(this.hover.column), t = this.hover.track;
      s.rect(x, top, w, height, this.theme.fg, 0.1);
      if (this.hover.row != null && this.ppb > 2) s.frame(x + 0.5, t.y + this.hover.row * t.height / t.rows.length, w - 1, t.height / t.rows.length - 1, this.theme.fg, 1.5);
    }
    if (this.cursor != null) {
      const x = this.X(this.cursor), w = Math.max(this.ppb, 2);
      s.frame(x + 0.5, top + 1, w - 1, SEQ_H + 4, this.theme.primary, this.focused() ? 2 : 1.2);
      s.rect(x, top + SEQ_H + 6, w, height - SEQ_H - 8, this.theme.primary, this.focused() ? 0.16 : 0.1);
    }
    s.unclip();
  }

  // ---------------------------------------------------------------- events to Python
  emit(event) { // every event goes again with the next one until Python has confirmed it, so none is lost
    const [start, end] = event.start == null ? [0, 0] : this.flip([event.start, event.end]);
    const bases = this.minus && event.kind !== "motif" ? reverseComplement(event.bases || "") : event.bases || "";
    const full = { kind: event.kind, start, end, bases, strand: this.minus ? "-" : "+", nonce: ++this.count, ...event.extra };
    full.edit = ["substitute", "delete", "insert"].includes(event.kind); full.changes = full.edit || ["undo", "redo", "reset", "motif"].includes(event.kind);
    if (!full.changes) this.pending = this.pending.filter((e) => e.kind !== event.kind); // only the last of these counts
    this.pending.push(full);
    if (full.changes) { this.prepare(); this.request(); }
    this.box.dataset.sent = String(performance.now());
    this.send("event", { client: this.client, events: this.pending.map(({ edit, changes, ...wire }) => wire) });
  }
  report(kind) { // only what the page asked to be told
    if (!this.data.report.includes(kind)) return;
    const [a, b] = this.flip([this.x0, this.x1]);
    this.emit({ kind, extra: { start: Math.round(a), end: Math.round(b), minus: this.minus, palette: this.palette } });
  }
  change(kind, start, end, bases = "") {
    if (!this.data.editable) return;
    this.closeMenu();
    if (this.pending.some((e) => e.changes && !e.edit)) return this.say("Wait for the update"); // what undo leaves is not known here
    if (kind === "substitute" && this.seq.slice(start, end) === bases) return this.say("No change");
    if (kind === "delete" && end - start >= this.L) return this.say("At least one base must stay");
    const where = this.position(start);
    this.selection = null;
    this.emit({ kind, start, end, bases });
    this.say({ substitute: `Base ${where} set to ${bases}`, delete: `${plural(end - start)} deleted at ${where}`, insert: `${plural(bases.length)} inserted at ${where}` }[kind]);
  }
  history(kind) { if (this.data.editable && !this.buttons[kind].disabled) { this.closeMenu(); this.emit({ kind }); this.say(kind); } }
  select(range, tell = true) {
    this.selection = range && range[1] > range[0] ? range : null; this.drawOverlay();
    clearTimeout(this.selectTimer);
    if (tell) this.selectTimer = setTimeout(() => {
      const [a, b] = this.selection || [0, 0];
      this.emit({ kind: "select", start: a, end: b, bases: this.seq.slice(a, b) });
    }, 250);
  }
  say(text) { this.liveText.textContent = text; }
  focused() { return this.root.activeElement === this.canvas || document.activeElement === this.canvas; }

  // ---------------------------------------------------------------- pointer
  hit(e) {
    const r = this.canvas.getBoundingClientRect(), px = e.clientX - r.left, py = e.clientY - r.top;
    if (py >= this.at.overview && py < this.at.overview + OVER_H) return { zone: "overview", px, py };
    let column = Math.floor(this.columnAt(px));
    if (px < this.gutter || column < 0 || column >= this.L || py < this.at.seq - 4) return { zone: "none", px, py };
    const track = this.m.tracks.find((t) => py >= t.y && py < t.y + t.height) || null;
    const row = track && track.kind === "heat" ? clamp(Math.floor((py - track.y) / (track.height / track.rows.length)), 0, track.rows.length - 1) : null;
    if (this.ppb < 1 && track && track.rows.length) { // under one pixel stand several bases: point at the strongest
      const [i0, i1] = this.pixel(Math.floor(px - this.gutter), ...this.range()), v = (i) => Math.abs(row != null ? track.rows[row][i] : this.valueAt(track, i));
      for (let i = column = i0; i < i1; i++) if (v(i) > v(column)) column = i;
    }
    const item = track && track.items ? track.items.find((q) => column >= q.start && column < q.end && Math.floor((py - track.y) / (track.height / track.lanes)) === q.lane) : null;
    return { zone: "plot", px, py, column, track, row, item };
  }
  bind() {
    const c = this.canvas, on = (type, f, options) => c.addEventListener(type, f, options);
    on("wheel", (e) => {
      const h = this.hit(e), sideways = Math.abs(e.deltaX) > Math.abs(e.deltaY) || e.shiftKey;
      if (!this.focused()) return; // before a click into the picture the wheel scrolls the page
      e.preventDefault(); this.closeMenu();
      if (sideways) { const d = (e.deltaX || e.deltaY) / this.ppb; this.setWindow(this.x0 + d, this.x1 + d); }
      else this.zoom(Math.exp(clamp(e.deltaY, -80, 80) * 0.003), this.columnAt(clamp(h.px, this.gutter, this.W - PAD)));
      this.reportSoon();
    }, { passive: false });
    on("pointerdown", (e) => {
      if (e.button) return;
      c.focus({ preventScroll: true }); c.setPointerCapture(e.pointerId); this.closeMenu();
      const h = this.hit(e);
      this.pointers.set(e.pointerId, { x: e.clientX, now: e.clientX });
      if (this.pointers.size === 2) {
        const [p, q] = [...this.pointers.values()].map((v) => v.now - c.getBoundingClientRect().left);
        this.drag = { kind: "pinch", gap: Math.max(10, Math.abs(p - q)), at: this.columnAt((p + q) / 2), a: this.x0, b: this.x1, moved: true };
        return;
      }
      const kind = h.zone === "overview" ? "overview" : (e.shiftKey || this.selectMode) && h.zone === "plot" ? "select" : "pan";
      this.drag = { kind, x: e.clientX, a: this.x0, b: this.x1, column: h.column, moved: false };
      if (kind === "overview") this.centre(h.px);
    });
    on("pointermove", (e) => {
      const d = this.drag, p = this.pointers.get(e.pointerId), left = c.getBoundingClientRect().left;
      if (p) p.now = e.clientX;
      if (!d) { this.hover = this.hit(e); if (this.hover.zone !== "plot") this.hover = null; this.showTip(e.pointerType === "touch" ? null : this.hover); this.drawOverlay(); return; }
      if (d.kind === "pinch") {
        const [u, v] = [...this.pointers.values()].map((q) => q.now - left); if (v == null) return;
        const span = (d.b - d.a) * d.gap / Math.max(10, Math.abs(u - v)), middle = (u + v) / 2;
        const start = d.at - (middle - this.gutter) / this.plotW * span; this.setWindow(start, start + span); return;
      }
      const dx = e.clientX - d.x; if (Math.abs(dx) > 4) d.moved = true;
      if (d.kind === "overview") this.centre(e.clientX - left);
      else if (d.kind === "select") {
        const at = clamp(Math.floor(this.columnAt(e.clientX - left)), 0, this.L - 1);
        if (d.moved) { this.select([Math.min(at, d.column), Math.max(at, d.column) + 1], false); this.showTip(null); }
      } else if (d.moved) { c.classList.add("gv-pan"); this.hover = null; this.showTip(null); const by = dx / this.ppb; this.setWindow(d.a - by, d.b - by); }
    });
    const release = (e) => {
      const d = this.drag; this.pointers.delete(e.pointerId); c.classList.remove("gv-pan");
      if (this.pointers.size) return;
      this.drag = null; if (!d || e.type === "pointercancel") return;
      if (d.kind === "select" && d.moved) { this.select(this.selection); this.openSelectionMenu(); }
      else if (d.moved || d.kind === "overview") this.reportSoon();
      else this.click(this.hit(e), e);
    };
    on("pointerup", release); on("pointercancel", release);
    on("pointerleave", () => { this.hover = null; this.showTip(null); this.drawOverlay(); });
    on("dblclick", (e) => { const h = this.hit(e); if (h.zone === "plot" && (this.ppb < 9 || h.row == null)) { this.closeMenu(); this.zoom(0.35, h.column + 0.5); } });
    on("focus", () => this.drawOverlay()); on("blur", () => this.data && this.drawOverlay());
    on("copy", (e) => { if (this.selection) { e.clipboardData.setData("text/plain", this.seq.slice(...this.selection)); e.preventDefault(); this.say("Copied"); } });
    on("paste", (e) => this.paste(e.clipboardData.getData("text/plain"), e));
    this.box.addEventListener("keydown", (e) => this.key(e));
    this.box.addEventListener("transitionend", (e) => { if (e.target === this.box) this.resize(); }); // the theme changed
    for (const [name, button] of Object.entries(this.buttons)) button.addEventListener(name === "palette" ? "change" : "click", () => this.act(name));
  }
  reportSoon() { clearTimeout(this.viewTimer); this.viewTimer = setTimeout(() => this.report("view"), 600); }
  centre(px) { const span = this.x1 - this.x0, at = (px - this.gutter) / this.plotW * this.L; this.setWindow(at - span / 2, at + span / 2); }
  click(h, e) {
    if (h.zone !== "plot") return;
    this.cursor = h.column; this.anchor = null; this.showTip(null);
    if (this.selection) this.select(null);
    this.drawOverlay(); this.tell();
    if (this.ppb < CLICK_PX || !this.data.editable) return;
    const name = h.row != null ? h.track.names[h.row] : null, fine = e.pointerType !== "touch" || this.ppb > 20;
    if (name && fine && BASES.includes(name) && name !== this.seq[h.column]) this.change("substitute", h.column, h.column + 1, name);
    else if (name === "del" && fine) this.change("delete", h.column, h.column + 1);
    else this.openMenu(h.column, h.py, name === "ins");
  }
  paste(text, e) {
    const bases = text.replace(/^>.*$/gm, "").toUpperCase().replace(/[^A-Z]/g, "").replace(/U/g, "T");
    if (!this.data.editable || (this.cursor == null && !this.selection)) return;
    e.preventDefault();
    if (!bases || /[^ACGTN]/.test(bases) || bases.length > 10000) return this.say("Only A, C, G, T and N can be pasted, at most 10,000.");
    if (this.selection) this.change("substitute", ...this.selection, bases); else this.change("insert", this.cursor, this.cursor, bases);
  }

  // ---------------------------------------------------------------- keyboard
  key(e) {
    if (e.key === "Escape") {
      const open = !this.menu.hidden || !this.help.hidden;
      if (!open && this.selection) this.select(null); else if (!open && this.cursor != null) { this.cursor = null; this.drawOverlay(); }
      if (open) { this.closeMenu(); this.toggleHelp(false); this.canvas.focus({ preventScroll: true }); }
      return e.stopPropagation();
    }
    const inMenu = this.menu.contains(e.target), typing = /^(INPUT|SELECT)$/.test(e.target.tagName);
    if (typing || e.altKey || (e.target !== this.canvas && !inMenu)) return;
    const control = e.ctrlKey || e.metaKey, letter = e.key.toUpperCase();
    if (control) {
      const kind = letter === "Z" ? (e.shiftKey ? "redo" : "undo") : letter === "Y" ? "redo" : null;
      if (kind) { e.preventDefault(); e.stopPropagation(); this.history(kind); }
      return;
    }
    const at = this.cursor, span = this.x1 - this.x0, inPlace = at ?? Math.floor((this.x0 + this.x1) / 2);
    const actions = {
      ArrowLeft: () => this.moveTo(at == null ? inPlace : at - 1, e.shiftKey), ArrowRight: () => this.moveTo(at == null ? inPlace : at + 1, e.shiftKey),
      Home: () => this.moveTo(0, e.shiftKey), End: () => this.moveTo(this.L - 1, e.shiftKey),
      PageUp: () => this.setWindow(this.x0 - span * 0.8, this.x1 - span * 0.8), PageDown: () => this.setWindow(this.x0 + span * 0.8, this.x1 + span * 0.8),
      "+": () => this.zoom(0.7), "=": () => this.zoom(0.7), "-": () => this.zoom(1.4), 0: () => this.act("all"), "?": () => this.toggleHelp(),
    };
    const plain = { z: () => this.selection && this.setWindow(this.selection[0] - 1, this.selection[1] + 1), r: () => this.act("strand"), y: () => this.act("fit"), s: () => this.act("png") };
    let action = actions[e.key] || plain[e.key];
    if (inMenu) action = null; // arrows and Enter belong to the buttons there
    if (this.data.editable && at != null) {
      const [a, b] = this.selection || [at, at + 1];
      if (BASES.includes(letter)) action = () => this.change("substitute", at, at + 1, letter);
      else if (e.key === "Delete" || e.key === "Backspace") action = () => this.change("delete", a, b);
      else if (e.key === "i") action = () => this.openMenu(at, null, true);
      else if (e.key === "Enter" && !inMenu) action = () => (this.selection ? this.openSelectionMenu() : this.openMenu(at));
    }
    if (action) { e.preventDefault(); e.stopPropagation(); action(); if (!actions[e.key]) return; this.reportSoon(); }
  }
  moveTo(column, extend) {
    const from = this.cursor ?? column;
    this.cursor = clamp(column, 0, this.L - 1);
    if (extend) { this.anchor ??= from; this.select([Math.min(this.anchor, this.cursor), Math.max(this.anchor, this.cursor) + 1]); }
    else { this.anchor = null; if (this.selection) this.select(null); }
    this.closeMenu(); this.reveal(this.cursor); this.drawOverlay(); this.tell();
  }
  tell() { // the base under the cursor, for screen readers
    const parts = this.m.tracks.filter((t) => t.rows.length && t.kind !== "heat").map((t) => `${t.title}: ${show(this.valueAt(t, this.cursor))}`);
    this.say([`Base ${this.position(this.cursor)}, ${this.seq[this.cursor]}`, ...parts].join(", "));
  }

  // ---------------------------------------------------------------- popovers
  placeMenu(x, py, label) { // above the letters, so that the logo stays in sight; under the pointer where that is off the screen
    this.menu.hidden = false; this.menu.setAttribute("aria-label", label); this.showTip(null);
    const w = this.menu.offsetWidth, above = this.at.seq - 8 - this.menu.offsetHeight, seen = this.stage.getBoundingClientRect().top + above >= HEADER;
    this.menu.style.left = `${clamp(x - w / 2, 0, Math.max(0, this.W - w))}px`;
    this.menu.style.top = `${seen ? above : (py ?? this.at.seq + SEQ_H - 8) + 14}px`;
    this.menu.querySelector(this.menu.dataset.focus || "button")?.focus({ preventScroll: true });
  }
  openMenu(column, y = null, insert = false) {
    const reference = this.seq[column], title = el("strong", {}, `Base ${grouped(this.position(column))} · ${reference}`);
    const choose = el("div", {}, ...[...BASES].map((base) => {
      const b = el("button", { type: "button", class: "gv-base-button", "aria-label": `Set to ${base}` }, base);
      b.disabled = base === reference; b.onclick = () => { this.change("substitute", column, column + 1, base); this.canvas.focus({ preventScroll: true }); };
      return b;
    }));
    const remove = el("button", { type: "button" }, "Delete");
    remove.onclick = () => { this.change("delete", column, column + 1); this.canvas.focus({ preventScroll: true }); };
    const field = this.form("Insert before", "bases before it", (bases) => this.change("insert", column, column, bases));
    const typed = el("div", {}, field);
    choose.prepend(title); choose.append(remove);
    this.menu.replaceChildren(choose, typed);
    if (this.data.motifs.length) {
      const list = el("datalist", { id: "gv-motifs" }, ...this.data.motifs.map((name) => el("option", { value: name })));
      const motif = this.form("Motif by name", "Motif name", (name) => this.emit({ kind: "motif", start: column, end: column, bases: name }), true);
      motif.querySelector("input").setAttribute("list", "gv-motifs"); typed.append(list, motif);
    }
    this.menu.dataset.focus = insert ? "form input" : "button:not(:disabled)";
    this.cursor = column; this.drawOverlay();
    this.placeMenu(this.X(column + 0.5), y, `Edit base ${this.position(column)}`);
  }
  form(label, placeholder, use, anyText = false) {
    const input = el("input", { type: "text", "aria-label": label, placeholder, maxlength: "10000", autocomplete: "off", spellcheck: "false" });
    const form = el("form", {}, input, el("button", { type: "submit" }, anyText ? "Drop in" : label.split(" ")[0]));
    form.onsubmit = (e) => {
      e.preventDefault();
      const text = anyText ? input.value.trim() : input.value.toUpperCase().replace(/\s/g, "").replace(/U/g, "T");
      if (!text || (!anyText && /[^ACGTN]/.test(text))) { input.setCustomValidity("Type A, C, G, T or N"); input.reportValidity(); return; }
      this.closeMenu(); use(text); this.canvas.focus({ preventScroll: true });
    };
    input.oninput = () => input.setCustomValidity("");
    return form;
  }
  openSelectionMenu() {
    const [a, b] = this.selection, bases = this.seq.slice(a, b), [first, last] = [this.position(a), this.position(b - 1)].sort((p, q) => p - q);
    const button = (text, use) => { const made = el("button", { type: "button" }, text); made.onclick = () => { this.closeMenu(); use(); this.canvas.focus({ preventScroll: true }); }; return made; };
    const row = el("div", {}, el("strong", {}, `${plural(b - a)} · ${grouped(first)}–${grouped(last)}`), button("Zoom", () => this.setWindow(a - 1, b + 1)), button("Copy", () => this.copyText(bases)), button("Clear", () => this.select(null)));
    if (this.data.editable) row.append(button("Delete", () => this.change("delete", a, b)));
    this.menu.replaceChildren(row);
    if (this.data.editable) this.menu.append(this.form("Replace selection", "ACGT…", (text) => this.change("substitute", a, b, text)));
    this.menu.dataset.focus = "button";
    this.placeMenu((this.X(a) + this.X(b)) / 2, null, "Selected region");
  }
  closeMenu() { if (!this.menu.hidden) { this.menu.hidden = true; this.menu.replaceChildren(); } }
  toggleHelp(open = this.help.hidden) {
    const close = el("button", { type: "button", "aria-label": "Close" }, "×"); close.onclick = () => { this.toggleHelp(false); this.canvas.focus(); };
    this.help.replaceChildren(el("div", {}, el("strong", {}, "Keys and mouse"), close), el("table", {}, ...KEYS.map(([key, does]) => el("tr", {}, el("td", {}, key), el("td", {}, does)))));
    this.help.hidden = !open; this.buttons.help.setAttribute("aria-expanded", String(open)); if (open) close.focus({ preventScroll: true });
  }
  showTip(h) {
    this.tip.hidden = !h || !this.menu.hidden; if (this.tip.hidden) return;
    const letter = this.seq[h.column], origin = this.originOf(h.column), row = (k, v) => el("div", {}, el("span", {}, k), el("span", {}, v));
    const lines = [el("b", {}, `Base ${grouped(this.position(h.column))} · ${letter}`)];
    if (origin == null) lines.push(row("inserted", ""));
    else {
      if (this.data.first !== 1) lines.push(row("in the sequence given", this.data.first + origin > 0 ? grouped(this.data.first + origin) : "added"));
      if (this.data.locus) lines.push(row(`${this.data.locus.chrom} (${this.data.locus.assembly || "?"})`, grouped(this.genome(origin))));
      if (this.data.tss != null) lines.push(row("from TSS", show(origin >= this.data.tss ? origin - this.data.tss + 1 : origin - this.data.tss, true)));
      const was = this.data.original && this.data.original[origin], now = this.minus ? PAIR[letter] : letter;
      if (was && was !== now) lines.push(row("original", this.minus ? PAIR[was] : was));
    }
    if (h.item) lines.push(row(h.item.label || h.item.style, h.item.note || ""));
    for (const t of this.m.tracks) {
      if (t.kind === "heat" && h.track === t) {
        const v = t.rows[h.row][h.column], name = t.names[h.row];
        lines.push(name === letter ? row("reference base", "0") : row(`${BASES.includes(name) ? `${letter} → ${name}` : name}`, Number.isFinite(v) ? `${show(v, true)} ${t.unit}` : "not computed"));
        if (name !== letter && Number.isFinite(v) && this.L <= 50000) lines.push(row("stronger than", `${this.percentile(t, v)} % of the map`));
      } else if (t.kind !== "heat" && t.rows.length) {
        lines.push(row(t.title, show(this.valueAt(t, h.column), true)));
        if (t.measured) lines.push(row(t.legend[1], show(t.measured[h.column], true)));
      }
    }
    if (this.ppb < CLICK_PX) lines.push(row("double-click zooms in", ""));
    this.tip.replaceChildren(...lines);
    const w = this.tip.offsetWidth; // left of the pointer when there is no room on its right
    this.tip.style.left = `${clamp(h.px + 16 + w > this.W ? h.px - w - 14 : h.px + 16, 0, Math.max(0, this.W - w))}px`; this.tip.style.top = `${h.py + 14}px`;
  }
  percentile(t, v) {
    t.sorted ??= Float32Array.from(t.rows.flatMap((row, r) => [...row].filter((x, i) => Number.isFinite(x) && this.seq[i] !== BASES[r]).map(Math.abs))).sort();
    let lo = 0, hi = t.sorted.length; const a = Math.abs(v);
    while (lo < hi) { const mid = (lo + hi) >> 1; if (t.sorted[mid] < a) lo = mid + 1; else hi = mid; }
    return Math.round(100 * lo / Math.max(1, t.sorted.length));
  }

  // ---------------------------------------------------------------- toolbar and files
  act(name) {
    const actions = {
      zoomIn: () => this.zoom(0.5), zoomOut: () => this.zoom(2), all: () => this.setWindow(0, this.L), strand: () => this.turn(),
      fit: () => { this.fitY = !this.fitY; this.prepare(); this.resize(); }, select: () => { this.selectMode = !this.selectMode; this.prepare(); this.resize(); },
      palette: () => { this.palette = this.buttons.palette.value; this.setWindow(this.x0, this.x1); this.report("display"); },
      undo: () => this.history("undo"), redo: () => this.history("redo"), reset: () => this.history("reset"),
      svg: () => this.save("svg"), png: () => this.save("png"), help: () => this.toggleHelp(), link: () => this.copyLink(),
    };
    this.closeMenu(); actions[name]();
    if (["zoomIn", "zoomOut", "all"].includes(name)) this.reportSoon();
  }
  svgText() { const s = new SvgSurface(this.W, this.H, this.theme); this.paint(s); return s.finish([this.data.title, this.data.summary].filter(Boolean).join(". ")); }
  save(kind) {
    const name = `${this.data.filename || "sequence"}.${kind}`;
    const give = (blob) => { const a = el("a", { href: URL.createObjectURL(blob), download: name }); a.click(); setTimeout(() => URL.revokeObjectURL(a.href), 5000); };
    if (kind === "svg") return give(new Blob([this.svgText()], { type: "image/svg+xml" }));
    const c = document.createElement("canvas"); c.width = this.W * 2; c.height = this.H * 2;
    const s = new CanvasSurface(c.getContext("2d"), 2, this.theme);
    s.rect(0, 0, this.W, this.H, this.theme.bg); this.paint(s); c.toBlob(give);
  }
  copyText(text) { navigator.clipboard?.writeText(text).then(() => this.say("Copied"), () => this.say("The browser did not allow copying")); }
  copyLink() {
    const url = new URL(location.href), [a, b] = this.flip([this.x0, this.x1]);
    url.searchParams.set(this.data.link, `${Math.round(a) + 1}-${Math.round(b)}`); this.copyText(url.href);
  }
  destroy() {
    for (const members of groups.values()) if (members.delete(this)) for (const other of members) other.request(); // on a scale of its own again
    this.observer.disconnect(); cancelAnimationFrame(this.queued); clearTimeout(this.selectTimer); clearTimeout(this.viewTimer);
  }
}
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
function icon(d) {
  const ns = "http://www.w3.org/2000/svg", svg = document.createElementNS(ns, "svg"), path = document.createElementNS(ns, "path");
  svg.setAttribute("viewBox", "0 0 16 16"); svg.setAttribute("aria-hidden", "true"); path.setAttribute("d", d); svg.append(path);
  return svg;
}

export default function ({ data, parentElement, setTriggerValue }) {
  let viewer = live.get(parentElement);
  if (!viewer) live.set(parentElement, (viewer = new Viewer(parentElement)));
  viewer.update(data, setTriggerValue);
  return () => { viewer.destroy(); live.delete(parentElement); };
}
