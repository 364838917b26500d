/** Small help with elements: a copy of a template of the page, and its named parts. */
import { translate } from "./text.js";

/** A fresh copy of <template id="name"> in the reader's language; `parts` are its [data-at] elements by name. */
export function copy(name) {
  const root = document.getElementById(name).content.firstElementChild.cloneNode(true);
  translate(root);
  const parts = {};
  for (const node of [root, ...root.querySelectorAll("[data-at]")]) if (node.dataset.at) parts[node.dataset.at] = node;
  return { root, parts };
}

/**
 * Show `root` as the screen, with its heading in focus so that a screen reader begins there. `swap` changes what
 * stands in a root that is the screen already; scrolling comes before it, while nothing has to be laid out for it.
 */
export function show(root, { focus = true, swap = () => {} } = {}) {
  const screen = document.getElementById("screen");
  window.scrollTo(0, 0);
  swap();
  if (root.parentNode !== screen) screen.replaceChildren(root);
  // Nothing but the question while somebody is being interviewed.
  document.body.classList.toggle("interviewing", root.classList.contains("interview"));
  if (focus) root.querySelector("h1")?.focus({ preventScroll: true });
}

/** Write text, and hide the element when there is none. */
export function put(node, text) {
  node.textContent = text;
  node.hidden = !text;
}
