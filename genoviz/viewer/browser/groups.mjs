// Viewers of a page that show the same bases on the same scales.
import { drawnRange, extent, scaledBy, wholeRange, wider } from "./values.mjs";

/**
 * @import { Range, Track } from "./message.mjs"
 * @import { Viewer } from "./viewer.mjs"
 */

const pageOfGroups = /** @type {Window & { __genovizGroups?: Map<string, Set<Viewer>> }} */ (window);
/** @type {Map<string, Set<Viewer>>} */
const groups = (pageOfGroups.__genovizGroups ??= new Map());

/**
 * Let the viewer be one of a group.
 * @param {Viewer} viewer
 * @param {string} name
 */
export function joinGroup(viewer, name) {
  const members = groups.get(name) ?? new Set();
  groups.set(name, members.add(viewer));
}

/**
 * The other viewers of its group.
 * @param {Viewer} viewer
 * @returns {Viewer[]}
 */
export function companyOf(viewer) {
  return [...(groups.get(viewer.data.group) ?? [])].filter((other) => other !== viewer);
}

/** Leave; the others are on a scale of their own again. @param {Viewer} viewer */
export function leaveGroups(viewer) {
  for (const members of groups.values()) {
    if (members.delete(viewer)) for (const other of members) other.request();
  }
}

/**
 * The same track in the other viewers.
 * @param {Viewer} viewer
 * @param {Track} track
 * @returns {{ other: Viewer, track: Track }[]}
 */
function peersOf(viewer, { kind, title }) {
  return companyOf(viewer).flatMap((other) => {
    const same = other.display.tracks.find((track) => track.kind === kind && track.title === title);
    return same ? [{ other, track: scaledBy(same, viewer.refit) }] : [];
  });
}

/**
 * Heights to draw: the same ones in all viewers of the group.
 * @param {Viewer} viewer
 * @param {Track} track
 * @returns {Range}
 */
export function sharedScale(viewer, track) {
  const peers = peersOf(viewer, track);
  const own = scaledBy(track, viewer.refit);
  const all = peers.reduce((range, peer) => wider(range, wholeRange(peer.track)), wholeRange(own));
  if (!viewer.fitHeight || track.limits) return drawnRange(track, all, null);
  const seen = peers.reduce(
    (range, peer) => wider(range, extent(peer.track, ...peer.other.view.columns())),
    extent(own, ...viewer.view.columns()),
  );
  return drawnRange(track, all, seen);
}

/**
 * The value of a map's full colours: the same one in all viewers of the group.
 * @param {Viewer} viewer
 * @param {Track} track
 */
export function sharedReach(viewer, track) {
  const peers = track.limit ? [] : peersOf(viewer, track);
  return Math.max(wholeRange(scaledBy(track, viewer.refit))[1], ...peers.map((peer) => wholeRange(peer.track)[1]));
}
