// Elements of the page. Text from the data only ever becomes text, never markup.

/** 16 x 16 strokes for the tools. @type {Record<string, string>} */
export const ICONS = {
  zoomIn: "M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9M10.4 10.4L14 14M5 7h4M7 5v4",
  zoomOut: "M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9M10.4 10.4L14 14M5 7h4",
  all: "M2 3v10M14 3v10M4 8h8M6.5 5.5L4 8l2.5 2.5M9.5 5.5L12 8l-2.5 2.5",
  select: "M3 3h2M7 3h2M11 3h2v2M13 7v2M13 11v2h-2M9 13H7M5 13H3v-2M3 9V7M3 5V3",
  fit: "M8 2v12M5.5 4.5L8 2l2.5 2.5M5.5 11.5L8 14l2.5-2.5M2 2h2M2 14h2M12 2h2M12 14h2",
  strand: "M2 5.5h11M10.5 3L13 5.5L10.5 8M14 10.5H3M5.5 8L3 10.5L5.5 13",
  wrap: "M2 4h11M2 8h9.5a2.2 2.2 0 0 1 0 4.5H8M9.8 10.5L7.8 12.5l2 2M2 12.5h3",
  fade: "M2 5h12M2 11h12M5 8v-6M8 13v-10M11 9v-2",
  refit: "M3 13V8M7 13V3M11 13V6M2 13.5h12M9.5 3.5L11 2l1.5 1.5",
  compare: "M3 14L6.5 4h1L11 14M4.3 10h5.4M9 2.5h1.2L13.5 12",
};

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/**
 * A button that does something.
 * @param {string} text
 * @param {() => void} action
 * @param {Record<string, string>} [attributes]
 */
export function button(text, action, attributes = {}) {
  const node = element("button", { type: "button", ...attributes }, text);
  node.onclick = action;
  return node;
}

/** @param {string} strokes */
export function icon(strokes) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  const path = document.createElementNS(namespace, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", strokes);
  svg.append(path);
  return svg;
}
