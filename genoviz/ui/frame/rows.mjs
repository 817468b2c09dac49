// Rows that are chosen by a click: a name, a bar, words, and perhaps a small picture. Python hands this file to the browser
// as it is (`genoviz/ui/frame/rows.py`). Text from the data never becomes markup.

/**
 * @typedef {{ label: string, note: string, start: number, share: number, value: string, facts: string[],
 *   picture: string, alt: string, caption: string, chosen: boolean, strong: boolean, title: string }} Row
 * @typedef {{ label: string, rows: Row[], unit: string }} Message
 * @typedef {{ data: Message, parentElement: HTMLElement | ShadowRoot,
 *   setTriggerValue: (name: string, value: number) => void }} Component
 */

/** An element with a class and text. @param {string} kind @param {string} name @param {string} [text] */
function make(kind, name, text = "") {
  const made = document.createElement(kind);
  made.className = name;
  made.textContent = text;
  return made;
}

/** The bar of a row: where it begins and how long it is, in per cent. @param {Row} row */
function bar(row) {
  const ground = make("span", "gr-bar");
  const length = make("span", "gr-length");
  length.style.marginLeft = `${row.start}%`;
  length.style.width = `${row.share}%`;
  ground.append(length);
  return ground;
}

/** What the row shows beside its bar: a picture with its name, and facts. @param {Row} row */
function more(row) {
  const made = make("span", "gr-more");
  if (row.picture) {
    const picture = document.createElement("img");
    picture.src = row.picture;
    picture.alt = row.alt;
    made.append(picture);
  }
  if (row.caption) made.append(make("span", "gr-caption", row.caption));
  for (const fact of row.facts) made.append(make("span", "gr-fact", fact));
  return made;
}

/** A row as a list item with one button. @param {Row} row @param {() => void} choose */
function item(row, choose) {
  const made = make("li", "gr-item");
  const button = make("button", "gr-row");
  button.setAttribute("type", "button");
  button.setAttribute("aria-pressed", String(row.chosen));
  button.title = row.title;
  const name = make("span", "gr-name");
  name.append(make(row.strong ? "strong" : "span", "gr-label", row.label));
  if (row.note) name.append(make("span", "gr-note", row.note));
  const full = Boolean(row.picture || row.caption || row.facts.length);
  button.classList.toggle("gr-full", full);
  button.append(name, ...(full ? [more(row)] : []), bar(row), make("span", "gr-value", row.value));
  button.addEventListener("click", choose);
  made.append(button);
  return made;
}

/** Called by Streamlit at every change of the data. @param {Component} component */
export default function mount({ data, parentElement, setTriggerValue }) {
  const list = /** @type {HTMLElement} */ (parentElement.querySelector(".gr"));
  const unit = /** @type {HTMLElement} */ (parentElement.querySelector(".gr-unit"));
  const root = /** @type {Document | ShadowRoot} */ (list.getRootNode());
  const focused = [...list.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (root.activeElement));
  list.setAttribute("aria-label", data.label);
  list.replaceChildren(...data.rows.map((row, i) => item(row, () => setTriggerValue("pick", i))));
  unit.textContent = data.unit;
  if (focused >= 0) list.querySelectorAll("button")[focused]?.focus();
}
