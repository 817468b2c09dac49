// The picture in words, for screen readers and below it.
import { plural, written } from "./numbers.mjs";
import { valueAt } from "./values.mjs";

/** @import { Viewer } from "./viewer.mjs" */

/** Say what is shown. @param {Viewer} viewer */
export function describePicture({ data, screen }) {
  screen.summary.textContent = data.summary || "";
  const name = `${data.title || "Sequence"}, ${plural(data.seq.length)}, ${data.tracks.length} tracks.`;
  const help = "Arrow keys move the cursor, letters set a base, question mark lists all keys.";
  screen.canvas.setAttribute("aria-label", `${name} ${help}`);
}

/** Say what the cursor is on. @param {Viewer} viewer */
export function tellCursor({ display, cursor, screen }) {
  if (cursor === null) return;
  const told = display.tracks.filter((track) => track.rows.length && track.kind !== "heat");
  const values = told.map((track) => `${track.title}: ${written(valueAt(display, track, cursor))}`);
  screen.say([`Base ${display.position(cursor)}, ${display.bases[cursor]}`, ...values].join(", "));
}
