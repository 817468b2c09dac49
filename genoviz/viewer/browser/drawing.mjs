// Drawing a viewer: what its picture is made from, and when the canvas must grow.
import { wrappedRows } from "./layout.mjs";
import { sharedReach, sharedScale } from "./groups.mjs";
import { paintOverlay, paintPicture } from "./painting.mjs";
import { paletteOf } from "./theme.mjs";
import { extentsByPixel } from "./values.mjs";

/**
 * @import { Display } from "./display.mjs"
 * @import { Overview, Picture } from "./picture.mjs"
 * @import { Viewer } from "./viewer.mjs"
 */

const MOST_FRAMES = 600; // whose times are kept

/**
 * The first logo, or else the first curve, in small.
 * @param {Display} display
 * @param {number} width
 * @returns {Overview | null}
 */
export function overviewOf({ tracks, length }, width) {
  const track = tracks.find(({ kind }) => kind === "logo") ?? tracks.find(({ kind }) => kind === "line");
  return track ? { track, extents: extentsByPixel(track, length, width) } : null;
}

/** @param {Viewer} viewer @returns {Picture} */
export function pictureOf(viewer) {
  const { display, view, layout, screen, palette } = viewer;
  viewer.overview ??= overviewOf(display, view.width);
  return {
    title: viewer.data.title || "",
    display,
    view,
    layout,
    rows: viewer.rows,
    theme: screen.theme,
    palette: paletteOf(palette, screen.theme.dark),
    outlined: palette === "mono",
    fading: viewer.fading,
    ghosts: viewer.compare === "outline",
    waiting: viewer.waiting,
    width: screen.width,
    overview: viewer.overview,
    scaleOf: (track) => sharedScale(viewer, track),
    reachOf: (track) => sharedReach(viewer, track),
  };
}

/** Lay the window out in rows, and make the canvas as high as they are. @param {Viewer} viewer */
function layRows(viewer) {
  const { display, view, layout, screen, wrapped } = viewer;
  viewer.rows = wrappedRows(display, view, layout, screen.width, wrapped);
  screen.fit(viewer.rows[viewer.rows.length - 1].layout.height);
}

/** @param {Viewer} viewer */
export function drawPicture(viewer) {
  const begun = performance.now();
  const { screen, display, view, frames } = viewer;
  layRows(viewer);
  screen.surface.clear(screen.width, screen.height);
  paintPicture(screen.surface, pictureOf(viewer));
  drawMarked(viewer);
  const shown = display.flip([view.start, view.end]);
  screen.box.dataset.window = shown.map((base) => Math.round(base)).join("-");
  frames.push(performance.now() - begun);
  if (frames.length > MOST_FRAMES) frames.shift();
}

/** What the pointer and the keyboard have marked. @param {Viewer} viewer */
export function drawMarked(viewer) {
  const { selection, hover, cursor, screen } = viewer;
  screen.overlay.clear(screen.width, screen.height);
  const picture = pictureOf(viewer);
  for (const row of viewer.rows) {
    paintOverlay(screen.overlay, { ...picture, ...row }, { selection, hover, cursor, focused: screen.focused });
  }
}
