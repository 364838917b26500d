/**
 * One question on the screen: what its controls say as a stored text, and the other way round.
 *
 * The markup is made by templates/widgets/*.html, for a respondent's page and for the collaborator's app.
 * Stored texts are those of the questionnaire's contract: "1 3" for several choices, "2026-11-22" for a
 * date, a decimal point whatever the reader types, "" for a blank.
 * @typedef {{value: string, label: string}} Choice
 */

import { pickerOf } from "./search.js";

const SEVERAL = new Set(["select_multiple"]);
const NUMBERS = new Set(["integer", "decimal"]);

/** A number as a Vietnamese or English reader types it → with a decimal point; other text unchanged. */
export function numberText(typed, whole) {
  const text = typed.normalize("NFC").replace(/[\s\u00a0]/g, "").replace(/^\u2212/, "-");
  if (/^-?\d{1,3}(\.\d{3})+$/.test(text) && whole) return text.replaceAll(".", "");
  if (/^-?\d{1,3}(\.\d{3})*,\d+$/.test(text)) return text.replaceAll(".", "").replace(",", ".");
  if (/^-?\d*,\d+$/.test(text)) return text.replace(",", ".");
  return text;
}

/** Day, month and year as typed → ISO, "" when all are blank; what can't be a date is passed on to be refused. */
export function dateText(day, month, year) {
  const [d, m, y] = [day, month, year].map((part) => part.trim());
  if (!d && !m && !y) return "";
  return `${y.padStart(4, "0")}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`;
}

const named = (element, name) => [...element.querySelectorAll("input, select, textarea")].filter((c) => c.name === name);

/** The stored text that the controls of `element` stand for. */
export function read(element) {
  pickerOf(element); // a search box shows what the page came with
  const { question: name, type } = element.dataset;
  if (type === "date") {
    const [d, m, y] = ["d", "m", "y"].map((part) => named(element, `${name}:${part}`)[0].value);
    return dateText(d, m, y);
  }
  if (type === "rank") {
    return [...element.querySelectorAll("select")].map((c) => c.value).filter(Boolean).join(" ");
  }
  const controls = named(element, name);
  const ticked = controls.filter((c) => c.checked).map((c) => c.value);
  if (SEVERAL.has(type)) return ticked.join(" ");
  if (ticked.length) return ticked[ticked.length - 1];
  const typed = controls.find((c) => c.type !== "radio" && c.type !== "checkbox");
  if (!typed) return "";
  if (NUMBERS.has(type) || type === "range") return numberText(typed.value, type === "integer");
  return type === "text" ? typed.value.normalize("NFC").trim() : typed.value;
}

/** Make the controls say `value`. `decimal`: the reader's decimal mark. */
export function write(element, value, decimal = ",") {
  const { question: name, type } = element.dataset;
  if (type === "date") {
    const [y, m, d] = value ? value.split("-") : ["", "", ""];
    for (const [part, text] of [["d", d], ["m", m], ["y", y]]) {
      named(element, `${name}:${part}`)[0].value = text ?? "";
    }
    return;
  }
  const items = value ? value.split(" ") : [];
  if (type === "rank") {
    element.querySelectorAll("select").forEach((c, place) => (c.value = items[place] ?? ""));
    return;
  }
  pickerOf(element)?.write(items);
  let ticked = false;
  for (const control of named(element, name)) {
    if (control.type !== "radio" && control.type !== "checkbox") continue;
    control.checked = SEVERAL.has(type) ? items.includes(control.value) : control.value === value;
    ticked ||= control.checked;
  }
  const typed = named(element, name).find((c) => c.type !== "radio" && c.type !== "checkbox");
  if (!typed || document.activeElement === typed) return;
  if (ticked) typed.value = "";
  else typed.value = NUMBERS.has(type) ? value.replace(".", decimal) : value;
}

/** A choice that excludes the rest was taken, or another beside it: let the last tap win. */
export function exclude(element, control) {
  const { question: name, type } = element.dataset;
  if (SEVERAL.has(type) && control.checked) {
    const alone = "exclusive" in control.dataset;
    for (const other of named(element, name)) {
      if (other !== control && (alone || "exclusive" in other.dataset)) other.checked = false;
    }
  } else if (control.type === "checkbox" && control.checked) {
    for (const other of named(element, name)) {
      if (other === control) continue;
      if (other.type === "checkbox") other.checked = false;
      else other.value = "";
    }
  } else if (control.type !== "radio") {
    for (const other of named(element, name)) {
      if (other !== control && control.value && other.type !== "text") other.checked = false;
    }
  }
}

function setText(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

/** Show these choices, in this order and with these words, making those that the page came without. */
function arrange(element, choices) {
  pickerOf(element)?.offer(choices);
  const boxes = [...element.querySelectorAll(".choices:not([data-part=chosen])")];
  const lists = [...element.querySelectorAll("select")];
  const wanted = new Map(choices.map((choice) => [choice.value, choice]));
  for (const box of boxes) {
    const rows = new Map([...box.children].map((row) => [row.dataset.value, row]));
    const apart = box.dataset.part === "apart";
    let before = null;
    for (const [value, choice] of wanted) {
      let row = rows.get(value);
      if (!row) {
        if (apart || boxes.some((other) => other !== box && other.querySelector(`[data-value="${CSS.escape(value)}"]`))) continue;
        row = box.firstElementChild.cloneNode(true);
        row.dataset.value = value;
        row.querySelector("input").value = value;
        row.querySelector("input").checked = false;
      }
      setText(row.querySelector("span"), choice.label);
      row.hidden = false;
      const next = before ? before.nextElementSibling : box.firstElementChild;
      if (next !== row) box.insertBefore(row, next);
      before = row;
    }
    for (const [value, row] of rows) if (!wanted.has(value)) row.hidden = true;
  }
  for (const list of lists) {
    const kept = list.value;
    const blank = list.options[0];
    const options = choices
      .filter((choice) => !element.querySelector(`.apart [data-value="${CSS.escape(choice.value)}"]`))
      .map((choice) => new Option(choice.label, choice.value, false, choice.value === kept));
    const same = options.length === list.options.length - 1
      && options.every((o, i) => o.value === list.options[i + 1].value && o.text === list.options[i + 1].text);
    if (!same) list.replaceChildren(blank, ...options);
  }
}

/** The words of a question: label, hint, choices in their order. */
export function dress(element, shown) {
  setText(element.querySelector("[data-part=label]"), shown.label);
  const hint = element.querySelector("[data-part=hint]");
  setText(hint, shown.hint ?? "");
  hint.hidden = !shown.hint;
  if (shown.choices?.length || pickerOf(element)) arrange(element, shown.choices);
}

/** Words beside the question, with a class that says of what kind they are. */
function beside(element, sentences, kind) {
  const error = element.querySelector("[data-part=error]");
  const text = sentences.join(" ");
  element.classList.toggle(kind, Boolean(text));
  setText(error, text);
  error.hidden = !text;
}

/** Say what is wrong beside the question, or that nothing is. */
export function complain(element, sentences) {
  beside(element, sentences, "has-error");
  for (const control of element.querySelectorAll("input, select, textarea")) {
    if (sentences.length) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

/** Say what is unusual about the answer, which may stand all the same. Without words: takes only a doubt away. */
export function doubt(element, sentences) {
  if (sentences.length || element.classList.contains("has-doubt")) beside(element, sentences, "has-doubt");
}

/** Put the reader at the question that needs mending. */
export function focus(element) {
  const control = element.querySelector("input:checked, input, select, textarea") ?? element;
  control.focus({ preventScroll: true });
  element.scrollIntoView({ block: "start" });
}
