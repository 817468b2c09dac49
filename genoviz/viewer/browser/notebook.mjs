// The viewer as a widget of a notebook (anywidget): data come from the kernel's model, and events go there as messages.
import { Viewer } from "./viewer.mjs";

/**
 * @import { Message } from "./message.mjs"
 *
 * What anywidget gives: the kernel's object as it is seen here.
 * @typedef {object} KernelModel
 * @property {(name: string) => any} get
 * @property {(event: string, listener: () => void) => void} on
 * @property {(event: string, listener: () => void) => void} off
 * @property {(message: unknown) => void} send
 */

/** @param {{ model: KernelModel, el: HTMLElement }} given */
function render({ model, el }) {
  el.classList.add("gv-notebook");
  // Keys of the viewer are no commands of JupyterLab, but the one that saves is.
  el.dataset.lmSuppressShortcuts = "true";
  el.addEventListener("keydown", (event) => {
    const saves = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";
    if (!saves) {
      event.stopPropagation();
      return;
    }
    delete el.dataset.lmSuppressShortcuts;
    setTimeout(() => (el.dataset.lmSuppressShortcuts = "true")); // once JupyterLab has seen it
  });
  const markup = new DOMParser().parseFromString(model.get("markup"), "text/html");
  el.append(...Array.from(markup.body.children));
  /** @type {(name: string, value: unknown) => void} */
  const send = (name, value) => model.send({ [name]: value });
  const viewer = new Viewer(el, /** @type {Message} */ (model.get("data")), send);
  const update = () => viewer.update(/** @type {Message} */ (model.get("data")), send);
  model.on("change:data", update);
  return () => {
    model.off("change:data", update);
    viewer.destroy();
  };
}

/** Called by anywidget once for each widget. */
export default function widget() {
  return { render };
}
