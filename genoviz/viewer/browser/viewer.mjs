// One viewer: its state, and what can be done with it.
import { Display } from "./display.mjs";
import { drawMarked, drawPicture, pictureOf } from "./drawing.mjs";
import { companyOf, joinGroup, leaveGroups } from "./groups.mjs";
import { listenToKeys } from "./keyboard.mjs";
import { gutterOf, layoutOf, PAD } from "./layout.mjs";
import { closeMenu } from "./menus.mjs";
import { readTrack } from "./message.mjs";
import { clamp, plural } from "./numbers.mjs";
import { Outbox } from "./outbox.mjs";
import { Pointer } from "./pointer.mjs";
import { Screen } from "./screen.mjs";
import { describePicture } from "./speech.mjs";
import { paletteOf } from "./theme.mjs";
import { hideTip } from "./tip.mjs";
import { listenToTools, showTools } from "./tools.mjs";
import { differenceOf } from "./values.mjs";
import { View } from "./view.mjs";

/**
 * @import { Message, Range, Track } from "./message.mjs"
 * @import { Action } from "./outbox.mjs"
 * @import { Row } from "./layout.mjs"
 * @import { Overview } from "./picture.mjs"
 * @import { PlotHit } from "./pointer.mjs"
 *
 * @typedef {(name: string, value: unknown) => void} Send
 * @typedef {{ view: Range, minus: boolean, palette: string }} Kept
 */

const SELECTED_MS = 250; // until a selection is told, as more of it may come
const MOVED_MS = 600; // until a window is told
const LEAST_WIDTH = 20; // of the columns, in pixels
const pageOfViews = /** @type {Window & { __genovizViews?: Map<string, Kept> }} */ (window);
const remembered = (pageOfViews.__genovizViews ??= new Map()); // windows survive leaving a page and coming back

/** Everything is drawn in columns of the display, from left to right; events go back on the given strand. */
export class Viewer {
  /**
   * @param {HTMLElement | ShadowRoot} root
   * @param {Message} data
   * @param {Send} send
   */
  constructor(root, data, send) {
    this.screen = new Screen(root);
    this.data = data;
    this.send = send;
    this.outbox = new Outbox(Math.random().toString(36).slice(2, 10));
    this.view = new View();
    this.fitHeight = true;
    this.selectMode = false;
    this.fading = true;
    this.refit = false;
    this.wrapped = false;
    /** How the original is shown beside an edited sequence. @type {"outline" | "difference" | "off"} */
    this.compare = "outline";
    /** @type {Range | null} */
    this.selection = null;
    /** @type {number | null} */
    this.cursor = null;
    /** Where the selection began. @type {number | null} */
    this.anchor = null;
    /** @type {PlotHit | null} */
    this.hover = null;
    /** Milliseconds of the last drawings. @type {number[]} */
    this.frames = [];
    this.queued = 0;
    this.selectTimer = 0;
    this.viewTimer = 0;
    /** @type {Overview | null} */
    this.overview = null;
    const kept = remembered.get(data.id);
    this.minus = kept ? kept.minus : data.minus;
    this.palette = kept ? kept.palette : data.palette;
    /** @type {Track[]} */
    this.tracks = [];
    this.waiting = false;
    this.display = new Display(data, this.tracks, [], this.minus);
    this.layout = layoutOf(this.display, this.screen.width);
    /** The picture's rows: one, or several where long sequences are wrapped. @type {Row[]} */
    this.rows = [{ view: this.view, layout: this.layout }];
    this.listen();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.screen.box);
    this.begin(kept ?? null);
    this.receive(null, true);
  }

  listen() {
    const { box, canvas } = this.screen;
    /** @type {HTMLElement & { gvViewer?: Viewer }} */ (box).gvViewer = this; // for the browser tests
    this.pointer = new Pointer(this);
    listenToKeys(this);
    listenToTools(this);
    canvas.addEventListener("focus", () => this.drawOverlay());
    canvas.addEventListener("blur", () => this.drawOverlay());
    box.addEventListener("transitionend", (event) => {
      if (event.target === box) this.resize(); // the theme changed
    });
  }

  // ---- data from Python

  /**
   * @param {Message} data
   * @param {Send} send
   */
  update(data, send) {
    const before = this.data;
    const fresh = before.id !== data.id;
    this.data = data;
    this.send = send;
    if (fresh) {
      this.minus = data.minus;
      this.palette = data.palette;
      this.begin(null);
    } else {
      if (before.minus !== data.minus && this.minus !== data.minus) this.turnOver();
      if (before.palette !== data.palette) this.palette = data.palette;
    }
    this.receive(before, fresh);
  }

  /** Look at something else. @param {Kept | null} kept  how it was left */
  begin(kept) {
    const { data, view } = this;
    this.outbox.pending = [];
    this.cursor = null;
    this.selection = null;
    closeMenu(this);
    view.length = data.seq.length;
    [view.start, view.end] = kept?.view ?? data.window ?? [0, data.seq.length];
    if (!kept && data.window && this.minus) view.turn();
    view.length = 0; // so that it is not taken for all of what was shown before
  }

  /**
   * Show the data.
   * @param {Message | null} before
   * @param {boolean} fresh
   */
  receive(before, fresh) {
    const { data } = this;
    if (data.group) joinGroup(this, data.group);
    const company = data.group ? companyOf(this) : [];
    this.outbox.confirm(data.ack);
    this.tracks = data.tracks.map((track) => readTrack(track, data.seq.length));
    this.prepare();
    if (fresh && company.length) company[0].lead(this);
    company.forEach((other) => other.request()); // their scales are shared
    if (JSON.stringify(data.selection) !== JSON.stringify(before?.selection ?? null)) {
      this.selection = data.selection && this.display.flip(data.selection);
    }
    describePicture(this);
    this.resize();
    this.screen.box.dataset.rev = data.rev; // set after drawing, so that a test can wait for it
  }

  /** Make the display from the data, the edits made since and the strand. */
  prepare() {
    this.display = new Display(this.data, this.tracks, this.outbox.edits, this.minus);
    if (this.compare === "difference") this.display.tracks = this.display.tracks.map(differenceOf);
    this.layout = layoutOf(this.display, this.screen.width);
    this.overview = null;
    this.waiting = this.data.updating || this.outbox.waiting;
    const { length } = this.display;
    this.view.resize(length);
    this.remember();
    if (this.cursor !== null) this.cursor = clamp(this.cursor, 0, length - 1);
    if (this.selection && this.selection[1] > length) this.selection = null;
    showTools(this);
  }

  // ---- window, strand and scales

  remember() {
    const { view, minus, palette } = this;
    remembered.set(this.data.id, { view: [view.start, view.end], minus, palette });
  }

  /**
   * @param {number} start
   * @param {number} end
   * @param {boolean} [lead]  whether the other viewers of the group come along
   */
  setWindow(start, end, lead = true) {
    this.view.show(start, end);
    this.remember();
    this.request();
    if (lead && this.data.group) companyOf(this).forEach((other) => this.lead(other));
  }

  /** Show the same bases there. @param {Viewer} other */
  lead(other) {
    const { start, end, all } = this.view;
    const window = all ? [0, other.display.length] : other.display.alike(this.display, [start, end]);
    other.setWindow(window[0], window[1], false);
  }

  /**
   * @param {number} factor
   * @param {number} [at]  the column that stays; the cursor, or the middle
   */
  zoom(factor, at) {
    const { view, cursor } = this;
    const inSight = cursor !== null && cursor >= view.start && cursor < view.end;
    const middle = inSight ? cursor + 0.5 : (view.start + view.end) / 2;
    this.setWindow(...view.zoomed(factor, at ?? middle));
  }

  /** Turn to the other strand; the display is made anew afterwards. */
  turnOver() {
    const { length } = this.display;
    this.minus = !this.minus;
    this.view.turn();
    if (this.cursor !== null) this.cursor = length - 1 - this.cursor;
    if (this.selection) this.selection = [length - this.selection[1], length - this.selection[0]];
    closeMenu(this);
  }

  turn() {
    this.turnOver();
    this.prepare();
    this.request();
    this.screen.say(this.minus ? "Other strand" : "Given strand");
    this.report("display");
  }

  // ---- drawing

  /** Take the size and the theme that the page gives. */
  resize() {
    const { screen, view } = this;
    if (!screen.measure()) return;
    this.hover = null; // what was under the pointer may lie elsewhere now
    hideTip(this);
    this.layout = layoutOf(this.display, screen.width);
    view.left = gutterOf(screen.width);
    view.width = Math.max(LEAST_WIDTH, screen.width - view.left - PAD);
    screen.height = 0; // so that the canvases are made anew
    this.overview = null;
    this.draw();
  }

  /** Draw with the next frame. */
  request() {
    this.queued ||= requestAnimationFrame(() => {
      this.queued = 0;
      this.draw();
    });
  }

  get letters() {
    return paletteOf(this.palette, this.screen.theme.dark);
  }

  get picture() {
    return pictureOf(this);
  }

  draw() {
    drawPicture(this);
  }

  drawOverlay() {
    drawMarked(this);
  }

  /** The row of the picture that has a column. @param {number} column */
  rowOf(column) {
    return this.rows.find(({ view }) => column < view.end) ?? this.rows[this.rows.length - 1];
  }

  /** The row of the picture at a height. @param {number} y */
  rowAt(y) {
    return this.rows.find(({ layout }) => y < layout.height) ?? this.rows[this.rows.length - 1];
  }

  // ---- what a person does

  /** Tell Python. @param {Action} action */
  emit(action) {
    if (this.outbox.add(action, this.display)) {
      this.prepare();
      this.request();
    }
    this.screen.box.dataset.sent = String(performance.now());
    this.send("event", this.outbox.message);
  }

  /** Tell what is no edit, if the page asked to be told. @param {"view" | "display"} kind */
  report(kind) {
    if (!this.data.report.includes(kind)) return;
    const [start, end] = this.display.flip([this.view.start, this.view.end]).map(Math.round);
    this.emit({ kind, extra: { start, end, minus: this.minus, palette: this.palette } });
  }

  reportSoon() {
    clearTimeout(this.viewTimer);
    this.viewTimer = setTimeout(() => this.report("view"), MOVED_MS);
  }

  /**
   * Edit columns `start` to `end`.
   * @param {string} kind
   * @param {number} start
   * @param {number} end
   * @param {string} bases
   */
  change(kind, start, end, bases = "") {
    const { display } = this;
    if (!this.data.editable) return;
    closeMenu(this);
    if (this.outbox.uncertain) {
      this.screen.say("Wait for the update"); // what undo leaves is not known here
    } else if (kind === "substitute" && display.bases.slice(start, end) === bases) {
      this.screen.say("No change");
    } else if (kind === "delete" && end - start >= display.length) {
      this.screen.say("At least one base must stay");
    } else {
      const place = display.position(start);
      this.selection = null;
      this.emit({ kind, start, end, bases });
      if (kind === "substitute") this.screen.say(`Base ${place} set to ${bases}`);
      else if (kind === "delete") this.screen.say(`${plural(end - start)} deleted at ${place}`);
      else this.screen.say(`${plural(bases.length)} inserted at ${place}`);
    }
  }

  /** @param {"undo" | "redo"} kind */
  history(kind) {
    const can = { undo: this.data.can_undo || this.outbox.edits.length > 0, redo: this.data.can_redo };
    if (!this.data.editable || !can[kind]) return;
    closeMenu(this);
    this.emit({ kind });
    this.screen.say(kind);
  }

  /**
   * @param {Range | null} range
   * @param {boolean} [tell]
   */
  select(range, tell = true) {
    this.selection = range && range[1] > range[0] ? range : null;
    this.drawOverlay();
    clearTimeout(this.selectTimer);
    if (!tell) return;
    this.selectTimer = setTimeout(() => {
      const [start, end] = this.selection ?? [0, 0];
      this.emit({ kind: "select", start, end, bases: this.display.bases.slice(start, end) });
    }, SELECTED_MS);
  }

  /** @param {number | null} column */
  moveCursor(column) {
    this.cursor = column;
    this.drawOverlay();
  }

  /** @param {string} name */
  usePalette(name) {
    this.palette = name;
    this.setWindow(this.view.start, this.view.end);
    this.report("display");
  }

  destroy() {
    leaveGroups(this);
    this.observer.disconnect();
    cancelAnimationFrame(this.queued);
    clearTimeout(this.selectTimer);
    clearTimeout(this.viewTimer);
  }
}
