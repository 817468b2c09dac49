// The rest of the pure modules, with answers worked out by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { asPasted, reverseComplement } from "../../genoviz/viewer/browser/bases.mjs";
import { helveticaWidth } from "../../genoviz/viewer/browser/helvetica.mjs";
import { layoutOf, wrappedRows } from "../../genoviz/viewer/browser/layout.mjs";
import { readTrack } from "../../genoviz/viewer/browser/message.mjs";
import { niceStep, plural, written } from "../../genoviz/viewer/browser/numbers.mjs";
import { Outbox } from "../../genoviz/viewer/browser/outbox.mjs";
import { winAnsi } from "../../genoviz/viewer/browser/pdf_content.mjs";
import { canFade, isFaded, isWithin } from "../../genoviz/viewer/browser/picture.mjs";
import * as values from "../../genoviz/viewer/browser/values.mjs";
import { View } from "../../genoviz/viewer/browser/view.mjs";

const encoded = (numbers) => Buffer.from(Float32Array.from(numbers).buffer).toString("base64");
const flip = (range) => range;
const given = { minus: false, length: 20, flip };
const turned = { minus: true, length: 20, flip: ([start, end]) => [20 - end, 20 - start] };

function viewOf(length, start, end) {
  const view = new View();
  Object.assign(view, { left: 50, width: 200 });
  view.resize(length);
  view.show(start, end);
  return view;
}

test("a track is read row after row, or spread from its bins", () => {
  const sent = { kind: "heat", title: "", unit: "", height: 1, values: encoded([1, 2, 3, 4, 5, 6]) };
  assert.deepEqual(readTrack(sent, 3).rows.map((row) => [...row]), [[1, 2, 3], [4, 5, 6]]);
  const binned = { kind: "line", start: -1, step: 2, values: encoded([7, 8, 9]), measured: encoded([1, 2, 3]) };
  assert.deepEqual([...readTrack(binned, 7).rows[0]], [7, 8, 8, 9, 9, NaN, NaN]);
  assert.deepEqual([...readTrack(binned, 3).measured], [1, 2, 2]);
  assert.deepEqual(readTrack({ kind: "spans", items: [] }, 3).rows, []);
});

test("the window stays inside, and is kept through edits", () => {
  const view = viewOf(100, 40, 60);
  assert.equal(view.pixelsPerBase, 10);
  assert.equal(view.xOf(45), 100);
  assert.equal(view.columnAt(100), 45);
  view.show(95, 115);
  assert.deepEqual([view.start, view.end], [80, 100]);
  view.show(50, 51);
  assert.equal(view.span, 10, "ten columns at least");
  view.show(-5, 400);
  assert.ok(view.all);
  view.resize(103);
  assert.ok(view.all, "all stays all after an insertion");
  view.show(90, 103);
  view.resize(95);
  assert.deepEqual([view.start, view.end], [82, 95]);
});

test("zooming keeps its column, turning its bases", () => {
  const view = viewOf(100, 40, 60);
  assert.deepEqual(view.zoomed(0.5, 45), [42.5, 52.5]);
  view.turn();
  assert.deepEqual([view.start, view.end], [40, 60]);
  view.show(0, 20);
  view.turn();
  assert.deepEqual([view.start, view.end], [80, 100]);
  assert.deepEqual(view.revealing(50), [47, 67]);
  assert.equal(view.revealing(90), null);
  assert.deepEqual(view.revealing(99), [82, 102]);
});

test("every pixel has at least one column", () => {
  const far = viewOf(1000, 0, 1000);
  assert.deepEqual(far.columnsUnder(0), [0, 5]);
  assert.deepEqual(far.columnsUnder(199), [995, 1000]);
  assert.deepEqual(viewOf(100, 0, 20).columnsUnder(5), [0, 1]);
});

test("every event goes again until it is confirmed", () => {
  const outbox = new Outbox("a");
  assert.equal(outbox.add({ kind: "substitute", start: 2, end: 3, bases: "G" }, given), true);
  assert.equal(outbox.add({ kind: "view", extra: { start: 1, end: 9, minus: false } }, given), false);
  assert.equal(outbox.add({ kind: "view", extra: { start: 2, end: 9, minus: false } }, given), false);
  const view = { kind: "view", start: 2, end: 9, bases: "", strand: "+", nonce: 3, minus: false };
  const edit = { kind: "substitute", start: 2, end: 3, bases: "G", strand: "+", nonce: 1 };
  assert.deepEqual(outbox.message, { client: "a", events: [edit, view] }, "only the last window counts");
  outbox.confirm({ client: "b", nonce: 9 });
  assert.equal(outbox.pending.length, 2, "another viewer was meant");
  outbox.confirm({ client: "a", nonce: 1 });
  assert.deepEqual(outbox.pending, [view]);
  assert.equal(outbox.waiting, false);
  outbox.add({ kind: "undo" }, given);
  assert.ok(outbox.waiting && outbox.uncertain);
});

test("bases go back on the given strand, names as they are", () => {
  const outbox = new Outbox("a");
  outbox.add({ kind: "insert", start: 4, end: 4, bases: "AACN" }, turned);
  outbox.add({ kind: "motif", start: 4, end: 4, bases: "GATA" }, turned);
  const [inserted, motif] = outbox.message.events;
  assert.deepEqual([inserted.start, inserted.bases, inserted.strand], [16, "NGTT", "-"]);
  assert.deepEqual([motif.start, motif.bases, motif.strand], [16, "GATA", "-"]);
  assert.equal(reverseComplement("ACGTRN"), "NYACGT");
  assert.equal(asPasted(">a name\nac gu\r\n12 n"), "ACGTN");
});

const rows = [[1, -2, NaN], [3, -1, NaN], [0, 0, NaN], [-4, 0, NaN]].map((row) => Float32Array.from(row));
const track = { kind: "logo", rows, measured: null, limits: null, limit: null, strongest: false };
const display = { bases: "CGN", length: 3 };

test("the value of a column is that of the base that is there, or of the one that scores most", () => {
  assert.equal(values.valueAt(display, track, 0), 3);
  assert.equal(values.valueAt(display, track, 1), 0);
  const strongest = { ...track, strongest: true };
  assert.equal(values.letterAt(display, strongest, 0), "T");
  assert.equal(values.valueAt(display, strongest, 1), -2);
});

test("stacked letters reach as high as their sum", () => {
  assert.deepEqual(values.extent(track, 0, 3), [-4, 4]);
  assert.deepEqual(values.extent(track, 1, 3), [-3, 0]);
  assert.deepEqual(values.wholeRange({ ...track, kind: "heat" }), [-4, 4]);
  assert.deepEqual(values.wholeRange({ ...track, kind: "heat", limit: 9 }), [-9, 9]);
  assert.deepEqual(values.wholeRange({ ...track, kind: "heat", rows: [new Float32Array(2)] }), [-1, 1]);
});

test("the height follows the window down to a tenth of all", () => {
  const drawn = (all, seen, limits = null) => values.drawnRange({ limits }, all, seen);
  assert.deepEqual(drawn([-2, 10], null), [-2, 10]);
  assert.deepEqual(drawn([-2, 10], [-1, 3]), [-1, 3]);
  assert.deepEqual(drawn([-2, 10], [-0.1, 0.2]), [-1, 1]);
  assert.deepEqual(drawn([-2, 10], [-1, 3], [0, 5]), [0, 5]);
  assert.deepEqual(drawn([0, 0], [0, 0]), [0, 1]);
});

test("an edited sequence is drawn on the scale of the original until it is fitted anew", () => {
  const one = (row) => [Float32Array.from(row)];
  const edited = { ...track, rows: one([1, 8]), ghost: one([2, -4]), reach: null, band: [0, 0] };
  assert.deepEqual(values.wholeRange(values.scaledBy(edited, false)), [-4, 2]);
  assert.deepEqual(values.wholeRange(values.scaledBy(edited, true)), [0, 8]);
  const map = { ...track, kind: "heat", rows: one([1, -8]), ghost: [], reach: 5 };
  assert.deepEqual(values.wholeRange(values.scaledBy(map, false)), [-5, 5]);
  assert.deepEqual(values.wholeRange(values.scaledBy(map, true)), [-8, 8]);
  const difference = values.differenceOf(edited);
  assert.deepEqual([...difference.rows[0]], [-1, 12]);
  assert.deepEqual(values.wholeRange(values.scaledBy(difference, false)), [-4, 2]);
});

test("a score is within the null band on its own side of zero", () => {
  const inside = (value) => isWithin([1, 3], value);
  assert.deepEqual([-2, -0.5, 0, 2.9, 3].map(inside), [false, true, true, true, false]);
});

test("a letter is faded where networks disagree, whatever its height", () => {
  const contested = { ...track, band: [0, 1], agreed: Float32Array.from([1, 2 / 3, NaN]) };
  const faded = (value, column) => isFaded({ fading: true }, contested, value, column);
  assert.deepEqual([faded(9, 0), faded(9, 1), faded(9, 2), faded(0.5, 0), faded(9)], [false, true, false, true, false]);
  assert.equal(isFaded({ fading: false }, contested, 9, 1), false);
  assert.deepEqual([canFade({ ...contested, band: [0, 0] }), canFade({ band: [0, 0], agreed: null })], [true, false]);
});

test("a long window is wrapped into rows that follow each other", () => {
  const shown = { first: 1, locus: null, tss: null, tracks: [{ ...track, title: "One", height: 100 }] };
  const view = viewOf(402, 0, 402);
  view.width = 900;
  const layout = layoutOf(shown, 960);
  assert.equal(wrappedRows(shown, view, layout, 960, false).length, 1);
  const parts = wrappedRows(shown, view, layout, 960, true);
  assert.deepEqual(parts.map((row) => row.view.start), [0, 100, 200, 300, 400]);
  assert.ok(parts.every((row, k) => !k || row.layout.letters > parts[k - 1].layout.height));
  assert.deepEqual(parts.at(-1).view.columns(), [400, 402]);
});

test("text in a PDF has the widths of its own font", () => {
  assert.equal(helveticaWidth("AB 1", false), (667 + 667 + 278 + 556) / 1000);
  assert.equal(winAnsi("−1 → 漢 Δ"), "\x961 -> ? delta ");
});

test("a change is ranked among the other changes of the map", () => {
  const map = { ...track, kind: "heat", rows: [[1, 2], [3, 4], [5, 6], [7, 8]].map((row) => Float32Array.from(row)) };
  // Of CG, C's 3 and G's 6 are no changes: 1 2 4 5 7 8 are left.
  assert.equal(values.percentile({ bases: "CG", length: 2 }, map, -5), 60);
  assert.equal(values.percentile({ bases: "CG", length: 2 }, map, 8), 100);
  assert.equal(values.percentile({ bases: "CG", length: 2 }, map, 1), 0);
});

test("tracks lie below each other; legends and the place get lines of their own where it is narrow", () => {
  const tracks = [{ ...track, title: "One", height: 100 }, { ...track, kind: "heat", title: "Map", height: 72 }];
  const shown = { first: 1, locus: { chrom: "chr1" }, tss: null, tracks };
  const wide = layoutOf(shown, 1000);
  assert.deepEqual(wide.rulers, [["base", 48], ["genome", 65]]);
  assert.deepEqual(wide.places.map((place) => [place.titleLines, place.y]), [[1, 138], [1, 265]]);
  assert.equal(wide.height, 265 + 72 + 8);
  const narrow = layoutOf(shown, 390);
  assert.deepEqual(narrow.places.map((place) => place.titleLines), [1, 2]);
  assert.equal(narrow.height, wide.height + 18 + 19);
});

test("numbers are written for people", () => {
  assert.deepEqual([1234.5, 0.12345, -2, 0, 0.00012].map((v) => written(v)), ["1,235", "0.123", "−2", "0", "1.2e-4"]);
  assert.deepEqual([written(2, true), written(0, true), written(NaN)], ["+2", "0", "not computed"]);
  assert.deepEqual([0.1, 3, 7, 60, 1001].map(niceStep), [1, 5, 10, 100, 2000]);
  assert.deepEqual([plural(1), plural(1200)], ["1 base", "1,200 bases"]);
});
