// What a person did, on its way to Python. Every event goes again with the next one until Python has confirmed it, so
// that none is lost (see `take` in `genoviz/ui/viewer`). Pure.
import { reverseComplement } from "./bases.mjs";

/**
 * @import { Display, Edit } from "./display.mjs"
 *
 * What was done, in columns of the display.
 * @typedef {object} Action
 * @property {string} kind
 * @property {number} [start]
 * @property {number} [end]
 * @property {string} [bases]
 * @property {Record<string, unknown>} [extra]
 *
 * The same on the given strand, as Python reads it.
 * @typedef {{ kind: string, start: number, end: number, bases: string, strand: string, nonce: number }} WireEvent
 */

const EDITS = ["substitute", "delete", "insert"];
const OTHER_CHANGES = ["undo", "redo", "reset", "motif"];

/** Events that Python has not confirmed. */
export class Outbox {
  /** @param {string} client  names this viewer, so that a reloaded one can count from 1 again */
  constructor(client) {
    this.client = client;
    this.count = 0;
    /** @type {WireEvent[]} */
    this.pending = [];
  }

  /** Edits to make on what Python sent. @returns {Edit[]} */
  get edits() {
    return this.pending.filter((event) => EDITS.includes(event.kind));
  }

  /** Whether a sequence is awaited that cannot be known here. */
  get uncertain() {
    return this.pending.some((event) => OTHER_CHANGES.includes(event.kind));
  }

  /** Whether another sequence is awaited. */
  get waiting() {
    return this.edits.length > 0 || this.uncertain;
  }

  get message() {
    return { client: this.client, events: [...this.pending] };
  }

  /**
   * Keep an action until it is confirmed; of those that leave the sequence alone only the last of a kind counts.
   * @param {Action} action
   * @param {Display} display
   * @returns {boolean} whether it changes the sequence
   */
  add(action, display) {
    const { kind, start = null, end = null, bases = "", extra = {} } = action;
    const [from, to] = start === null || end === null ? [0, 0] : display.flip([start, end]);
    const turned = display.minus && kind !== "motif"; // whose `bases` is a name
    const event = {
      kind,
      start: from,
      end: to,
      bases: turned ? reverseComplement(bases) : bases,
      strand: display.minus ? "-" : "+",
      nonce: ++this.count,
      ...extra,
    };
    const changes = EDITS.includes(kind) || OTHER_CHANGES.includes(kind);
    if (!changes) this.pending = this.pending.filter((other) => other.kind !== kind);
    this.pending.push(event);
    return changes;
  }

  /** @param {{ client: string, nonce: number } | null} ack  how far Python has come */
  confirm(ack) {
    if (ack?.client === this.client) this.pending = this.pending.filter((event) => event.nonce > ack.nonce);
  }
}
