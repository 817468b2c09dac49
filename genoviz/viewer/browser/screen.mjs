// The viewer's elements on the page, with their size and theme.
import { CanvasSurface } from "./canvas_surface.mjs";
import { icon, ICONS } from "./elements.mjs";
import { context2d } from "./surface.mjs";
import { themeOf } from "./theme.mjs";

/** What `genoviz/viewer/markup.py` holds. */
export class Screen {
  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    /** @type {(selector: string) => HTMLElement} */
    const find = (selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
    this.root = root;
    this.box = find(".gv");
    this.stage = find(".gv-stage");
    this.canvas = /** @type {HTMLCanvasElement} */ (find(".gv-base"));
    this.over = /** @type {HTMLCanvasElement} */ (find(".gv-over"));
    this.tip = find(".gv-tip");
    this.menu = find(".gv-menu");
    this.help = find(".gv-help");
    this.save = find(".gv-save");
    this.live = find(".gv-live");
    this.summary = find(".gv-summary");
    this.palette = /** @type {HTMLSelectElement} */ (find("select"));
    const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll("button[data-act]"));
    this.tools = Object.fromEntries([...buttons].map((button) => [button.dataset.act, button]));
    for (const [name, strokes] of Object.entries(ICONS)) this.tools[name].append(icon(strokes));
    this.width = 0;
    this.height = 0;
    this.ratio = 1; // device pixels in a CSS pixel
    this.theme = themeOf(this.box);
    this.surface = this.surfaceOn(this.canvas);
    this.overlay = this.surfaceOn(this.over);
  }

  /** @param {HTMLCanvasElement} canvas */
  surfaceOn(canvas) {
    return new CanvasSurface(context2d(canvas), this.ratio, this.theme);
  }

  /** Take the width and the theme that the page gives now; false when it gives no room. */
  measure() {
    if (!this.box.clientWidth) return false;
    this.theme = themeOf(this.box);
    this.width = this.box.clientWidth;
    this.ratio = window.devicePixelRatio || 1;
    return true;
  }

  /** Make the canvases as high as the picture. @param {number} height */
  fit(height) {
    if (height === this.height) return;
    this.height = height;
    for (const canvas of [this.canvas, this.over]) {
      canvas.width = Math.round(this.width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    this.canvas.style.height = `${height}px`;
    this.surface = this.surfaceOn(this.canvas);
    this.overlay = this.surfaceOn(this.over);
  }

  get focused() {
    const within = "activeElement" in this.root ? this.root.activeElement : null;
    return within === this.canvas || document.activeElement === this.canvas;
  }

  focus() {
    this.canvas.focus({ preventScroll: true });
  }

  /** For screen readers. @param {string} text */
  say(text) {
    this.live.textContent = text;
  }
}
