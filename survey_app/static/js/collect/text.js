/** The words of the application, in both languages, from the data block that the page came with. */

let data = { words: {}, sentences: {}, outcomes: [] };
let language = "vi";

/** Read the page's data block. */
export function load(documentNode = document) {
  data = JSON.parse(documentNode.getElementById("words").textContent);
  return data;
}

export const outcomes = () => data.outcomes;
export const chosen = () => language;

/** Change the language of everything said from now on. */
export function choose(wanted) {
  language = wanted in data.words ? wanted : "vi";
  return language;
}

const fill = (text, params) => text.replace(/%\((\w+)\)s/g, (whole, name) => params[name] ?? whole).replaceAll("%%", "%");

/** An English sentence in the reader's language, with its parameters. */
export function t(sentence, params = {}) {
  return fill(data.words[language]?.[sentence] ?? sentence, params);
}

/** The words of an outcome code. */
export const outcomeName = (code) => t(data.outcomes.find((o) => o.code === code)?.label ?? code);

/** The sentence of a finding. The author's own message, where there is one, comes first. */
export function say(finding) {
  if (finding.params?.message) return finding.params.message;
  const text = data.sentences[language]?.[finding.code] ?? finding.code;
  return text.replace(/\{(\w+)\}/g, (whole, name) => finding.params?.[name] || "…").replace(/ …$/, "");
}

/** Put every `data-t` element below `root` into the reader's language. */
export function translate(root) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
  for (const node of root.querySelectorAll("[data-t-placeholder]")) node.placeholder = t(node.dataset.tPlaceholder);
}

/** 2026-11-22[T…] → 22/11/2026 (22 Nov 2026 in English). */
export function day(iso) {
  if (!iso) return "";
  const [y, m, d] = iso.slice(0, 10).split("-");
  if (language === "en") return new Date(Date.UTC(+y, +m - 1, +d)).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  return `${d}/${m}/${y}`;
}

/** The same with the hour and minute, by the phone's clock. */
export function moment(iso) {
  if (!iso) return "";
  const at = new Date(iso);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString();
  return `${local.slice(11, 16)}, ${day(local)}`;
}

/** A text of content in several languages: the reader's, else Vietnamese, else any. */
export function textOf(texts) {
  if (!texts) return "";
  if (typeof texts === "string") return texts;
  return texts[language] ?? texts.vi ?? texts.default ?? Object.values(texts)[0] ?? "";
}
