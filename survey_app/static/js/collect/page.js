/**
 * A page of an interview: relevance, words, order and findings brought from the logic to the screen.
 * Used by the respondent's page (respond.js) and by the collaborator's app (interview.js).
 */
import { complain, doubt, dress, exclude, focus, read, write } from "./widgets.js";

const questionsOf = (root) => [...root.querySelectorAll("[data-question]")];

/** Put the questions that are shown into this order, each row of a grid among its own. */
function arrange(root, names) {
  const slots = questionsOf(root).filter((element) => !element.hidden);
  if (slots.every((element, place) => element.dataset.question === names[place])) return;
  const byName = new Map(slots.map((element) => [element.dataset.question, element]));
  const marks = slots.map((element) => {
    const mark = document.createComment("");
    element.before(mark);
    return mark;
  });
  marks.forEach((mark, place) => mark.replaceWith(byName.get(names[place])));
}

/**
 * Make the screen agree with the interview. `filling`: also write the stored answers into the controls.
 * `kept`: names of questions whose answers are kept and no longer shown.
 * Returns the questions that were hidden until now.
 */
export function refresh(root, interview, page, { filling = false, decimal = ",", kept = null } = {}) {
  const shown = new Map(interview.questions(page).map((question) => [question.name, question]));
  const headings = new Set();
  const fresh = [];
  for (const element of questionsOf(root)) {
    const question = shown.get(element.dataset.question);
    const away = kept?.has(element.dataset.question);
    if (question && !away && element.hidden && element.dataset.type !== "note") fresh.push(element);
    element.hidden = element.disabled = !question || away;
    if (!question) continue;
    if (filling) write(element, question.value, decimal);
    if (away) continue;
    dress(element, question);
    headings.add(element.dataset.heading);
  }
  arrange(root, [...shown.keys()].filter((name) => !kept?.has(name)));
  for (const heading of root.querySelectorAll("[data-heading-of]")) {
    heading.hidden = !headings.has(heading.dataset.headingOf);
  }
  return fresh;
}

const PAUSE = 350;

/**
 * Call `told(control)` after each answer, and after a pause in typing, so that what it brings up appears;
 * `typed(control)` with each letter.
 */
export function listen(root, told, typed = null) {
  let timer = null;
  root.addEventListener("change", ({ target }) => {
    clearTimeout(timer);
    told(target);
  });
  root.addEventListener("input", ({ target }) => {
    clearTimeout(timer);
    if (target.type === "radio" || target.type === "checkbox") return;
    typed?.(target);
    timer = setTimeout(() => told(target), PAUSE);
  });
}

/** The question of a control, as stored now: kept in the interview. Returns its name, or null. */
export function take(control, interview) {
  const element = control.closest("[data-question]");
  if (!element) return null;
  exclude(element, control);
  const name = element.dataset.question;
  interview.set(name, read(element));
  return name;
}

/** Everything on the page that is shown, into the interview (a typed answer may not have said so yet). */
export function takeAll(root, interview) {
  for (const element of questionsOf(root)) {
    if (!element.hidden && element.dataset.type !== "note") interview.set(element.dataset.question, read(element));
  }
}

/**
 * Say beside each question what is wrong with it; focus the first. `stood`: name -> answer of those that the
 * reader was warned of; the same answer again is let through, and whatever is new here is put into it.
 * Returns how many stop the reader.
 */
export function check(root, interview, page, say, stood = new Map()) {
  const shown = new Map(interview.questions(page).map((question) => [question.name, question]));
  let first = null;
  let failing = 0;
  for (const element of questionsOf(root)) {
    const { findings = [], name, value } = shown.get(element.dataset.question) ?? {};
    const errors = findings.filter((finding) => finding.severity === "error");
    const warnings = findings.filter((finding) => finding.severity === "warning");
    complain(element, errors.map(say));
    doubt(element, errors.length ? [] : warnings.map(say));
    const fresh = warnings.length > 0 && stood.get(name) !== value;
    if (fresh && !errors.length) stood.set(name, value);
    if (errors.length || fresh) {
      failing += 1;
      first ??= element;
    }
  }
  if (first) focus(first);
  return failing;
}

/** Take away the complaint of a question that is right again (never add one while somebody is typing). */
export function forgive(root, interview, page, name) {
  const question = interview.questions(page).find((q) => q.name === name);
  const element = question && questionsOf(root).find((e) => e.dataset.question === name);
  if (!element) return;
  const left = new Set(question.findings.map((finding) => finding.severity));
  if (element.classList.contains("has-error") && !left.has("error")) complain(element, []);
  if (element.classList.contains("has-doubt") && !left.has("warning")) doubt(element, []);
}
