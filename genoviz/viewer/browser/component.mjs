// The sequence viewer: tracks over one base axis on a canvas, with editing. No packages and no build step: Python joins
// these modules (`genoviz/viewer/script.py`), so they keep to a simple form.
import { Viewer } from "./viewer.mjs";

/**
 * @import { Message } from "./message.mjs"
 * @import { Send } from "./viewer.mjs"
 *
 * @typedef {{ data: Message, parentElement: HTMLElement | ShadowRoot, setTriggerValue: Send }} Component
 */

/** @type {WeakMap<HTMLElement | ShadowRoot, Viewer>} */
const live = new WeakMap();

/** Called by Streamlit at every change of the data. @param {Component} component */
export default function mount({ data, parentElement, setTriggerValue }) {
  const mounted = live.get(parentElement);
  mounted?.update(data, setTriggerValue);
  const viewer = mounted ?? new Viewer(parentElement, data, setTriggerValue);
  live.set(parentElement, viewer);
  return () => {
    viewer.destroy();
    live.delete(parentElement);
  };
}
