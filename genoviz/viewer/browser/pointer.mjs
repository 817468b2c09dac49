// Mouse, pen and fingers: what they point at, and what dragging, pinching and clicking do.
import { BASES } from "./bases.mjs";
import { OVERVIEW_HEIGHT, PAD } from "./layout.mjs";
import { closeMenu, openBaseMenu, openSelectionMenu } from "./menus.mjs";
import { clamp } from "./numbers.mjs";
import { tellCursor } from "./speech.mjs";
import { CLICK_PX, hideTip, showTip } from "./tip.mjs";
import { valueAt } from "./values.mjs";

/**
 * @import { Place } from "./layout.mjs"
 * @import { Span } from "./message.mjs"
 * @import { View } from "./view.mjs"
 * @import { Viewer } from "./viewer.mjs"
 *
 * @typedef {{ zone: "overview" | "none", x: number, y: number }} OtherHit
 *
 * @typedef {object} PlotHit
 * @property {"plot"} zone
 * @property {number} x
 * @property {number} y
 * @property {number} column
 * @property {Place | null} place  of the track
 * @property {number | null} row  of a mutation map
 * @property {Span | null} item
 *
 * What the pointers have been doing since they went down: where, and the window of that time.
 * @typedef {object} Drag
 * @property {"overview" | "select" | "pan" | "pinch"} kind
 * @property {number} x
 * @property {number} start
 * @property {number} end
 * @property {number} column
 * @property {number} gap  between two fingers
 * @property {boolean} moved
 */

const LEAST_MOVE = 4; // less is a click
const LEAST_GAP = 10;
const FINGER_PX = 20; // columns that a finger can hit
const TAP_PX = 9; // narrower columns are brought nearer by a tap
const NEAR_PX = 26; // columns after that
const CELL_PX = 9; // cells that a double click edits and does not zoom

/**
 * The column under the pointer, or the one with the strongest value where several stand under one pixel.
 * @param {Viewer} viewer
 * @param {View} view  of the row
 * @param {number} x
 * @param {Place | null} place
 * @param {number | null} row
 */
function columnAt({ display }, view, x, place, row) {
  const column = Math.floor(view.columnAt(x));
  if (view.pixelsPerBase >= 1 || !place?.track.rows.length) return column;
  const { track } = place;
  const [from, to] = view.columnsUnder(Math.floor(x - view.left));
  /** @type {(i: number) => number} */
  const size = (i) => Math.abs(row !== null ? track.rows[row][i] : valueAt(display, track, i));
  let strongest = from;
  for (let i = from; i < to; i++) if (size(i) > size(strongest)) strongest = i;
  return strongest;
}

/**
 * What lies under the pointer.
 * @param {Viewer} viewer
 * @param {MouseEvent} event
 * @returns {PlotHit | OtherHit}
 */
function hitOf(viewer, event) {
  const { screen, display } = viewer;
  const box = screen.canvas.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  const { view, layout } = viewer.rowAt(y);
  const overview = viewer.layout.overview;
  if (y >= overview && y < overview + OVERVIEW_HEIGHT) return { zone: "overview", x, y };
  const under = Math.floor(view.columnAt(x));
  if (x < view.left || under < 0 || under >= display.length || y < layout.letters - 4) return { zone: "none", x, y };
  const place = layout.places.find((one) => y >= one.y && y < one.y + one.track.height) ?? null;
  let row = null;
  if (place?.track.kind === "heat") {
    const { rows, height } = place.track;
    row = clamp(Math.floor((y - place.y) / (height / rows.length)), 0, rows.length - 1);
  }
  const column = columnAt(viewer, view, x, place, row);
  return { zone: "plot", x, y, column, place, row, item: place ? itemAt(place, column, y) : null };
}

/**
 * @param {Place} place
 * @param {number} column
 * @param {number} y
 */
function itemAt({ track, y: top }, column, y) {
  const lane = Math.floor((y - top) / (track.height / track.lanes));
  return track.items.find((item) => column >= item.start && column < item.end && lane === item.lane) ?? null;
}

/** Listens on the canvas of a viewer. */
export class Pointer {
  /** @param {Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    /** Where each pointer that is down is now. @type {Map<number, number>} */
    this.down = new Map();
    /** @type {Drag | null} */
    this.drag = null;
    const { canvas } = viewer.screen;
    canvas.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.onDown(event));
    canvas.addEventListener("pointermove", (event) => this.onMove(event));
    canvas.addEventListener("pointerup", (event) => this.onUp(event));
    canvas.addEventListener("pointercancel", (event) => this.onUp(event));
    canvas.addEventListener("pointerleave", () => this.point(null));
    canvas.addEventListener("dblclick", (event) => this.onDoubleClick(event));
  }

  get left() {
    return this.viewer.screen.canvas.getBoundingClientRect().left;
  }

  /** Show what is under the pointer. @param {PlotHit | null} hit @param {boolean} [withTip] */
  point(hit, withTip = true) {
    const { viewer } = this;
    viewer.hover = hit;
    if (hit && withTip) showTip(viewer, hit);
    else hideTip(viewer);
    viewer.drawOverlay();
  }

  /** Zoom, or move sideways. @param {WheelEvent} event */
  onWheel(event) {
    const { viewer } = this;
    const { view, screen } = viewer;
    if (!screen.focused) return; // before a click into the picture the wheel scrolls the page
    event.preventDefault();
    closeMenu(viewer);
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
      viewer.setWindow(...view.moved((event.deltaX || event.deltaY) / view.pixelsPerBase));
    } else {
      const x = clamp(event.clientX - this.left, view.left, screen.width - PAD);
      viewer.zoom(Math.exp(clamp(event.deltaY, -80, 80) * 0.003), view.columnAt(x));
    }
    viewer.reportSoon();
  }

  /** @param {PointerEvent} event */
  onDown(event) {
    if (event.button) return;
    const { viewer } = this;
    const { view } = viewer;
    viewer.screen.focus();
    viewer.screen.canvas.setPointerCapture(event.pointerId);
    closeMenu(viewer);
    this.down.set(event.pointerId, event.clientX);
    const { start, end } = view;
    if (this.down.size === 2) {
      const [one, other] = [...this.down.values()].map((x) => x - this.left);
      const gap = Math.max(LEAST_GAP, Math.abs(one - other));
      this.drag = { kind: "pinch", x: 0, start, end, column: view.columnAt((one + other) / 2), gap, moved: true };
      return;
    }
    const hit = hitOf(viewer, event);
    const column = hit.zone === "plot" ? hit.column : 0;
    const selects = hit.zone === "plot" && (event.shiftKey || viewer.selectMode);
    const elsewhere = selects ? "select" : "pan";
    const kind = hit.zone === "overview" ? "overview" : elsewhere;
    this.drag = { kind, x: event.clientX, start, end, column, gap: 0, moved: false };
    if (kind === "overview") this.centre(hit.x);
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const { viewer, drag } = this;
    if (this.down.has(event.pointerId)) this.down.set(event.pointerId, event.clientX);
    if (!drag) {
      const hit = hitOf(viewer, event);
      this.point(hit.zone === "plot" ? hit : null, event.pointerType !== "touch");
      return;
    }
    if (drag.kind === "pinch") {
      this.pinch(drag);
      return;
    }
    const moved = event.clientX - drag.x;
    if (Math.abs(moved) > LEAST_MOVE) drag.moved = true;
    if (drag.kind === "overview") this.centre(event.clientX - this.left);
    else if (drag.moved && drag.kind === "select") this.selectTo(drag, event);
    else if (drag.moved) this.pan(drag, moved);
  }

  /** Keep the columns under two fingers. @param {Drag} drag */
  pinch(drag) {
    const { viewer } = this;
    const [one, other] = [...this.down.values()].map((x) => x - this.left);
    if (other === undefined) return;
    const span = ((drag.end - drag.start) * drag.gap) / Math.max(LEAST_GAP, Math.abs(one - other));
    const middle = (one + other) / 2;
    const start = drag.column - ((middle - viewer.view.left) / viewer.view.width) * span;
    viewer.setWindow(start, start + span);
  }

  /** @param {Drag} drag @param {PointerEvent} event */
  selectTo(drag, event) {
    const { viewer } = this;
    const box = viewer.screen.canvas.getBoundingClientRect();
    const { view } = viewer.rowAt(event.clientY - box.top);
    const to = clamp(Math.floor(view.columnAt(event.clientX - box.left)), 0, viewer.display.length - 1);
    viewer.select([Math.min(to, drag.column), Math.max(to, drag.column) + 1], false);
    hideTip(viewer);
  }

  /** @param {Drag} drag @param {number} moved */
  pan(drag, moved) {
    const { viewer } = this;
    viewer.screen.canvas.classList.add("gv-pan");
    viewer.hover = null;
    hideTip(viewer);
    const columns = moved / viewer.rows[0].view.pixelsPerBase;
    viewer.setWindow(drag.start - columns, drag.end - columns);
  }

  /** Bring the middle of the window where the overview was touched. @param {number} x */
  centre(x) {
    const { view } = this.viewer;
    const middle = ((x - view.left) / view.width) * view.length;
    this.viewer.setWindow(middle - view.span / 2, middle + view.span / 2);
  }

  /** @param {PointerEvent} event */
  onUp(event) {
    const { viewer, drag } = this;
    this.down.delete(event.pointerId);
    viewer.screen.canvas.classList.remove("gv-pan");
    if (this.down.size) return;
    this.drag = null;
    if (!drag || event.type === "pointercancel") return;
    if (drag.kind === "select" && drag.moved) {
      viewer.select(viewer.selection);
      openSelectionMenu(viewer);
    } else if (drag.moved || drag.kind === "overview") {
      viewer.reportSoon();
    } else {
      const hit = hitOf(viewer, event);
      if (hit.zone === "plot") this.click(hit, event.pointerType === "touch");
    }
  }

  /** @param {PlotHit} hit @param {boolean} touch */
  click(hit, touch) {
    const { viewer } = this;
    const { column } = hit;
    viewer.anchor = null;
    hideTip(viewer);
    if (viewer.selection) viewer.select(null);
    viewer.moveCursor(column);
    tellCursor(viewer);
    const width = viewer.rowOf(column).view.pixelsPerBase;
    if (width < (touch ? TAP_PX : CLICK_PX)) this.approach(column);
    else if (viewer.data.editable) this.edit(hit, !touch || width > FINGER_PX);
    else if (viewer.data.picks) viewer.select([column, column + 1]);
  }

  /** Zoom in on a column that is too narrow to hit. @param {number} column */
  approach(column) {
    const { viewer } = this;
    const columns = viewer.view.width / NEAR_PX;
    viewer.setWindow(column + 0.5 - columns / 2, column + 0.5 + columns / 2);
    viewer.reportSoon();
  }

  /**
   * Make the edit of a map's cell, or open the menu of the base.
   * @param {PlotHit} hit
   * @param {boolean} aimed  whether it is certain which cell was meant
   */
  edit({ column, place, row, y }, aimed) {
    const { viewer } = this;
    const name = place && row !== null ? place.track.names[row] : "";
    const sets = name && BASES.includes(name) && name !== viewer.display.bases[column];
    if (sets && aimed) viewer.change("substitute", column, column + 1, name);
    else if (name === "del" && aimed) viewer.change("delete", column, column + 1);
    else openBaseMenu(viewer, column, y, name === "ins");
  }

  /** @param {MouseEvent} event */
  onDoubleClick(event) {
    const { viewer } = this;
    const hit = hitOf(viewer, event);
    if (hit.zone !== "plot" || (viewer.rowOf(hit.column).view.pixelsPerBase >= CELL_PX && hit.row !== null)) return;
    closeMenu(viewer);
    viewer.zoom(0.35, hit.column + 0.5);
  }
}
