// What Python sends (`build` in `genoviz/ui/viewer`), and its tracks as rows of numbers. Pure.

/**
 * A half-open stretch of columns or bases, or the lowest and the highest value.
 * @typedef {[number, number]} Range
 *
 * A stretch that sequence and original share: start in the sequence, start in the original, length.
 * @typedef {[number, number, number]} Block
 *
 * @typedef {{ start: number, end: number, label: string }} Mark
 * @typedef {{ chrom: string, start: number, end: number, strand: string, assembly: string }} Locus
 *
 * @typedef {object} Span
 * @property {number} start
 * @property {number} end
 * @property {string} label
 * @property {string} strand  `+`, `-` or neither
 * @property {"box" | "exon" | "utr" | "intron" | "tss"} style
 * @property {string} note
 * @property {number} lane
 * @property {string} [color]
 * @property {boolean} [faint]  no score in it stands out of the null band
 *
 * A track as it is sent; values are base64 of little-endian float32, row after row.
 * @typedef {object} SentTrack
 * @property {"logo" | "heat" | "line" | "spans"} kind
 * @property {string} title
 * @property {string} unit
 * @property {number} height
 * @property {string} [values]
 * @property {string} [measured]
 * @property {number} [start]  first base of the first bin
 * @property {number} [step]  bases in a bin
 * @property {string[]} [names]  of a map's rows
 * @property {Span[]} [items]
 * @property {number} [lanes]
 * @property {[string, string]} [legend]
 * @property {string} [color]
 * @property {Range} [limits]
 * @property {number} [limit]
 * @property {boolean} [strongest]
 * @property {number[]} [notes]  of a map's cells: row, column and text, one after the other
 * @property {string[]} [texts]  those to mark first, those for the tooltip alone last
 * @property {number} [loud]  how many are not for the tooltip alone
 * @property {number} [marked]  how many texts are marked; without it nothing is
 * @property {number | Range} [band]  what scores of shuffled sequences reach; below and above zero
 * @property {string} [agreed]  for each base the share of networks that agree on the sign of its score, as `values`
 * @property {string} [ghost]  values of the original for these bases, as `values`
 * @property {number} [reach]  the original's value of a map's full colours
 * @property {boolean} [stale]  values of an earlier state: newer ones are on their way
 *
 * A track as it is shown: one value for each base in every row; nan is not computed.
 * @typedef {object} Track
 * @property {"logo" | "heat" | "line" | "spans"} kind
 * @property {string} title
 * @property {string} unit
 * @property {number} height
 * @property {Float32Array[]} rows  A, C, G, T and more, or one row
 * @property {Float32Array | null} measured
 * @property {string[]} names
 * @property {Span[]} items
 * @property {number} lanes
 * @property {[string, string]} legend
 * @property {string | null} color
 * @property {Range | null} limits
 * @property {number | null} limit
 * @property {boolean} strongest
 * @property {Float32Array[]} notes  for each row the number of each cell's text; nan has none
 * @property {string[]} texts
 * @property {number} loud
 * @property {number | null} marked
 * @property {Range} band  smaller values below and above zero are faded; zeros where nobody knows
 * @property {Float32Array | null} agreed  share of networks that agree on the sign of each score
 * @property {Float32Array[]} ghost  values of the original, or none
 * @property {number | null} reach
 * @property {boolean} stale
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {string} rev
 * @property {string} title
 * @property {string} filename
 * @property {string} seq
 * @property {string | null} original
 * @property {Block[]} blocks
 * @property {Mark[]} edits
 * @property {boolean} can_undo
 * @property {boolean} can_redo
 * @property {Locus | null} locus
 * @property {number | null} tss
 * @property {number} first
 * @property {Range | null} given  bases of the original that were given; the others are N added around them
 * @property {SentTrack[]} tracks
 * @property {string} palette
 * @property {boolean} minus
 * @property {Range | null} window
 * @property {Range | null} selection
 * @property {string} summary
 * @property {string[]} motifs
 * @property {boolean} editable
 * @property {boolean} picks  a click selects the base
 * @property {boolean} updating
 * @property {string[]} report
 * @property {string} link
 * @property {string} group
 * @property {{ client: string, nonce: number } | null} ack
 */

/** @type {(text: string) => Float32Array} */
function decoded(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return new Float32Array(bytes.buffer);
}

/**
 * Bins spread over the bases they cover.
 * @param {Float32Array} bins
 * @param {number} start
 * @param {number} step
 * @param {number} length
 */
function spread(bins, start, step, length) {
  const row = new Float32Array(length).fill(NaN);
  const end = Math.min(length, start + bins.length * step);
  for (let i = Math.max(0, start); i < end; i++) row[i] = bins[Math.floor((i - start) / step)];
  return row;
}

/**
 * @param {string | undefined} text
 * @param {SentTrack} sent
 * @param {number} length
 * @returns {Float32Array[]}
 */
function rowsOf(text, sent, length) {
  if (!text) return [];
  const values = decoded(text);
  if (sent.step) return [spread(values, sent.start ?? 0, sent.step, length)];
  const rows = [];
  for (let from = 0; from < values.length; from += length) rows.push(values.subarray(from, from + length));
  return rows;
}

/** @type {(text: string | undefined, sent: SentTrack, length: number) => Float32Array | null} */
const rowOf = (text, sent, length) => rowsOf(text, sent, length)[0] ?? null;

/** @type {(sent: SentTrack) => Range} */
const bandOf = ({ band = 0 }) => (typeof band === "number" ? [band, band] : band);

/**
 * What is said of cells: numbers of the texts as rows like those of the values, so that both move alike.
 * @param {SentTrack} sent
 * @param {number} length
 * @returns {Pick<Track, "notes" | "texts" | "loud" | "marked">}
 */
function wordsOf({ notes: cells = [], names = [], texts = [], loud = 0, marked }, length) {
  const notes = cells.length ? names.map(() => new Float32Array(length).fill(NaN)) : [];
  for (let k = 0; k < cells.length; k += 3) notes[cells[k]][cells[k + 1]] = cells[k + 2];
  return { notes, texts, loud, marked: marked ?? null };
}

/**
 * The track for a sequence of `length` bases.
 * @param {SentTrack} sent
 * @param {number} length
 * @returns {Track}
 */
export function readTrack(sent, length) {
  return {
    kind: sent.kind,
    title: sent.title,
    unit: sent.unit,
    height: sent.height,
    rows: rowsOf(sent.values, sent, length),
    measured: rowOf(sent.measured, sent, length),
    names: sent.names ?? [],
    items: sent.items ?? [],
    lanes: sent.lanes ?? 1,
    legend: sent.legend ?? ["", ""],
    color: sent.color ?? null,
    limits: sent.limits ?? null,
    limit: sent.limit ?? null,
    strongest: sent.strongest ?? false,
    ...wordsOf(sent, length),
    band: bandOf(sent),
    agreed: rowOf(sent.agreed, sent, length),
    ghost: rowsOf(sent.ghost, sent, length),
    reach: sent.reach ?? null,
    stale: sent.stale ?? false,
  };
}
