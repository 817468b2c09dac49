// The display model against the edit model: cases.json is what Python says (viewer_cases.py).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { areBases, asTyped, BASES } from "../../genoviz/viewer/browser/bases.mjs";
import { Display } from "../../genoviz/viewer/browser/display.mjs";
import { readTrack } from "../../genoviz/viewer/browser/message.mjs";
import { Outbox } from "../../genoviz/viewer/browser/outbox.mjs";
import { ticksOf } from "../../genoviz/viewer/browser/ticks.mjs";
import { isMarked, noteAt } from "../../genoviz/viewer/browser/values.mjs";
import { View } from "../../genoviz/viewer/browser/view.mjs";

const table = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf-8"));

const tracksOf = (message) => message.tracks.map((track) => readTrack(track, message.seq.length));
const displayOf = (message, edits, minus) => new Display(message, tracksOf(message), edits, minus);
const numbersOf = (row) => [...row].map((value) => (Number.isNaN(value) ? null : value));

/** The display after the actions of a case, made one after the other on what is shown then. */
function played({ message, minus, actions }) {
  const outbox = new Outbox("test");
  for (const action of actions) outbox.add(action, displayOf(message, outbox.edits, minus));
  return { outbox, display: displayOf(message, outbox.edits, minus) };
}

for (const one of table.edits) {
  test(`edits: ${one.name}`, () => {
    const { outbox, display } = played(one);
    const columns = [...display.bases].map((_, column) => column);
    assert.deepEqual(outbox.message.events, one.events.map((event, k) => ({ ...event, nonce: k + 1 })));
    assert.equal(display.bases, one.bases);
    assert.deepEqual(display.marks.map(({ start, end }) => [start, end]), one.marks);
    assert.deepEqual(columns.map((column) => display.position(column)), one.positions);
    assert.deepEqual(columns.map((column) => display.originOf(column)), one.origins);
    one.origins.forEach((origin, column) => origin === null || assert.equal(display.columnOf(origin), column));
    const kept = columns.filter((column) => one.origins[column] !== null);
    for (const column of kept) {
      assert.equal(display.fromTss(one.origins[column]), one.from_tss[column]);
      if (!one.genome) continue;
      assert.equal(display.genomeOf(one.origins[column]), one.genome[column]);
      assert.equal(display.originAt(one.genome[column]), one.origins[column]);
    }
  });

  test(`tracks: ${one.name}`, () => {
    const { display } = played(one);
    const [line, spans] = display.tracks;
    // Bases replaced one for one keep their values until the page sends new ones.
    assert.deepEqual(numbersOf(line.rows[0]), one.values);
    for (const [label, [start, end]] of Object.entries(one.items)) {
      const item = spans.items.find((span) => span.label === label);
      assert.deepEqual([item.start, item.end, item.strand], [start, end, one.minus ? "-" : "+"], label);
    }
  });

  test(`rulers: ${one.name}`, () => {
    const { display } = played(one);
    const view = new View();
    view.width = 2000;
    view.resize(display.length);
    view.show(0, display.length);
    const signed = (value) => (value > 0 ? `+${value}` : `−${-value}`);
    const labels = {
      base: one.positions.map(String),
      record: one.origins.map((origin) => String(one.message.first + origin)),
      genome: one.genome?.map(String),
      tss: one.from_tss.map(signed),
    };
    for (const [kind, texts] of Object.entries(labels)) {
      if (!texts) continue;
      const ticks = ticksOf(kind, display, view);
      assert.ok(ticks.length > 0, kind);
      for (const [column, text] of ticks) assert.equal(text, texts[column], `${kind} at column ${column}`);
    }
  });
}

for (const one of table.cells) {
  test(`a cell shows the effect of what it edits on the ${one.minus ? "other" : "given"} strand`, () => {
    const [map] = displayOf(one.message, [], one.minus).tracks;
    assert.deepEqual(map.rows.map(numbersOf), one.rows);
  });
}

test("on the other strand an insertion before a column is before the base that follows on the given one", () => {
  const [map] = displayOf(table.cells[1].message, [], true).tracks;
  const given = numbersOf(displayOf(table.cells[1].message, [], false).tracks[0].rows[5]);
  const shown = numbersOf(map.rows[5]);
  assert.equal(shown.at(-1), given[1], "the last column is base 1: before it, on this strand, means before base 2");
  assert.equal(shown[0], null, "after the last base nothing was computed");
});

test("what is said of a cell stays with it, on either strand and after an edit", () => {
  const { message } = table.cells[0];
  const sent = structuredClone(message);
  Object.assign(sent.tracks[0], { notes: [0, 2, 1, 3, 5, 0], texts: ["looked for", "said"], loud: 2, marked: 1 });
  const said = (display, row, column) => noteAt(display.tracks[0], row, column);
  const given = displayOf(sent, [], false);
  assert.deepEqual([said(given, 0, 2), said(given, 3, 5), said(given, 1, 2)], ["said", "looked for", ""]);
  assert.deepEqual([isMarked(given.tracks[0], 0, 2), isMarked(given.tracks[0], 3, 5)], [false, true]);
  const last = sent.seq.length - 1;
  const other = displayOf(sent, [], true); // A is T there
  assert.deepEqual([said(other, 3, last - 2), said(other, 0, last - 5), said(other, 0, 2)], ["said", "looked for", ""]);
  const moved = displayOf(sent, [{ kind: "insert", start: 0, end: 0, bases: "AC" }], false);
  assert.deepEqual([said(moved, 0, 4), said(moved, 0, 2), said(moved, 3, 7)], ["said", "", "looked for"]);
  assert.equal(isMarked(displayOf(message, [], false).tracks[0], 0, 2), true, "all are where nothing is looked for");
});

test("viewers side by side show bases that belong together", () => {
  for (const { minus, sides } of table.pairs) {
    const [one, other] = sides.map(({ message }) => displayOf(message, [], minus));
    sides[0].columns.forEach((column, k) => {
      const range = minus ? [column - 4, column + 1] : [column, column + 5];
      const there = sides[1].columns[k];
      assert.deepEqual(other.alike(one, range), minus ? [there - 4, there + 1] : [there, there + 5]);
    });
  }
});

test("a field takes the letters that an edit takes", () => {
  for (const { text, bases } of table.typed) assert.equal(areBases(asTyped(text)) ? asTyped(text) : null, bases, text);
});

test("letters are numbered in the order of a map's rows", () => {
  const display = displayOf({ ...table.cells[0].message, seq: "TGCAN", blocks: [[0, 0, 5]], tracks: [] }, [], false);
  assert.deepEqual([...display.codes], [3, 2, 1, 0, 255]);
  assert.equal(BASES, "ACGT");
});
