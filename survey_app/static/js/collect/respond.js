/**
 * A respondent's page, enhanced: questions appear as answers call for them, and what is wrong is said before
 * a round trip. Everything here is also done by the server, so nothing breaks where this does not run.
 */
import { Interview } from "./logic.js";
import { check, forgive, listen, refresh, take, takeAll } from "./page.js";
import { focus } from "./widgets.js";

const form = document.querySelector("form[data-page]");
const page = form.dataset.page;
const state = JSON.parse(document.getElementById("state").textContent);
const began = performance.now();
/** Answers that the reader was told are unusual: the second time they are let through. */
const stood = new Map();
const onwards = new Set(["next", undefined]);

/** A finding in words: the author's own, else the catalogue's. */
function say({ code, params = {} }) {
  return params.message || (state.sentences[code] ?? code).replace(/\{(\w+)\}/g, (whole, name) => params[name] || "…").replace(/ …$/, "");
}

/** Seconds on this page, added to those of the pages before: how long a page takes, never when it was. */
function pace() {
  const field = form.elements["-pace"];
  const seconds = field.value ? JSON.parse(field.value) : {};
  seconds[page] = Math.round((seconds[page] ?? 0) + (performance.now() - began) / 1000);
  field.value = JSON.stringify(seconds);
}

function tellShown() {
  form.elements["-shown"].value = [...form.querySelectorAll("[data-question]")]
    .filter((element) => !element.hidden)
    .map((element) => element.dataset.question)
    .join(" ");
}

/** The button says whether it leads on or sends everything. */
function nameButton(interview) {
  const button = form.querySelector("button[data-send]");
  const last = !interview.nextPage(page) && interview.previousPage(page);
  button.textContent = last ? button.dataset.send : button.dataset.next;
}

function enhance(interview) {
  const decimal = state.language === "en" ? "." : ",";
  takeAll(form, interview);
  refresh(form, interview, page, { decimal });
  listen(form, (control) => {
    const name = take(control, interview);
    if (!name) return;
    refresh(form, interview, page, { decimal });
    forgive(form, interview, page, name);
    nameButton(interview);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.dataset.sent) return event.preventDefault();
    takeAll(form, interview);
    const [fresh] = refresh(form, interview, page, { decimal });
    if (onwards.has(event.submitter?.value)) {
      if (fresh) focus(fresh);
      if (fresh || check(form, interview, page, say, stood)) return event.preventDefault();
    }
    tellShown();
    pace();
    // A second tap on a slow line would send the page twice.
    if (event.submitter) event.submitter.dataset.sent = "1";
  });
}

// The address of a page that came as the answer to a POST: reloading and going back then just ask for it.
const address = new URL(location.href);
address.searchParams.set("page", page);
history.replaceState(null, "", address);

const resumed = form.dataset.resume && document.getElementById(form.dataset.resume);
if (resumed) focus(resumed);
else document.querySelector("[autofocus]")?.focus();

const response = await fetch(form.dataset.questionnaire, { credentials: "same-origin" }).catch(() => null);
if (response?.ok) {
  const contract = await response.json();
  enhance(new Interview(contract, state.answers, state.preloaded, new Date(), state.language));
  document.documentElement.dataset.enhanced = "1";
}
