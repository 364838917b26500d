/** One household: begin or go on with the interview, or record how a visit ended. */
import { copy, put, show } from "./dom.js";
import { noteField } from "./notes.js";
import * as store from "./store.js";
import { moment, outcomeName, outcomes, t } from "./text.js";

/** Outcomes that only the end of an interview may give. */
const BY_INTERVIEW = new Set(["complete", "partial"]);

/** Day and hour by the phone's clock: finer times are nobody's business. */
export function hour(now = new Date()) {
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 13);
}

/**
 * Whether a visit with this outcome closes the case: by its nature, or because it was the last one required. An
 * appointment that is still ahead is never the end; visits of one hour are one. The server decides by the same
 * rule (sampling/outcomes.py).
 */
export function closes(row, code, appointment = null, made = hour()) {
  if (outcomes().find((o) => o.code === code)?.closes ?? true) return true;
  if (code === "appointment" && (appointment ?? "").slice(0, made.length) > made) return false;
  return Boolean(row.tries) && visits(row, made) >= row.tries;
}

/** How many visits there are with one at this hour. */
export const visits = (row, made = hour()) => (row.attempts ?? 0) + (row.last_visit === made ? 0 : 1);

/** A try to reach a case, as the server and the phone keep it. `note`: to the supervisor, checked already. */
export function attemptOf(row, code, appointment = null, note = "") {
  const made = { id: crypto.randomUUID(), case: row.case, made_at: hour(), outcome: code, appointment };
  return { ...made, closes: closes(row, code, appointment), ...(note && { note }) };
}

/** What happens most stands first: the visit has to be made again; then what closes the case. */
function fillOutcomes(box, name) {
  const offered = outcomes().filter((o) => !BY_INTERVIEW.has(o.code)).sort((a, b) => a.closes - b.closes);
  for (const { code, label } of offered) {
    const { root, parts } = copy("t-choice");
    parts.input.name = name;
    parts.input.value = code;
    parts.label.textContent = t(label);
    box.append(root);
  }
}

/** Whether this case's interview lies sealed with the server, or on its way there. */
export async function restsWithServer(row) {
  if (row.draft) return true;
  return (await store.closedDrafts()).some((closed) => closed.case === row.case);
}

function triesWords(row) {
  if (!row.tries || row.closed) return "";
  const now = visits(row);
  return t("Visit %(n)s of at least %(of)s, on different days and hours", { n: now, of: Math.max(row.tries, now) });
}

/** Show a case. `begin(row, draft)` opens its interview; `done()` is called after a visit was recorded. */
export async function caseScreen(id, { begin, done }) {
  const row = await store.caseOf(id);
  if (!row) return done();
  const begunAs = (await store.begun()).get(id);
  const resting = !begunAs && (await restsWithServer(row));
  const draft = begunAs ? await store.draft(begunAs) : null;
  const { root, parts } = copy("t-case");
  parts.title.textContent = t("Household %(n)s", { n: row.number });
  parts.place.textContent = `${row.unit}, ${row.area}`;
  put(parts.state, row.outcome ? t("Last visit: %(outcome)s", { outcome: outcomeName(row.outcome) }) : "");
  put(parts.appointment, row.appointment ? t("Appointment %(at)s", { at: moment(row.appointment) }) : "");
  put(parts.moved, row.withdrawn ? t("This household has been given to somebody else. What you have done here will still be sent.") : "");
  put(parts.tries, triesWords(row));
  const survey = ((await store.meta("surveys")) ?? []).find((one) => one.survey === row.survey);
  put(parts.unasked, survey?.anonymous && survey.media ? t("This survey is anonymous: its questions for photos and recordings are not asked.") : "");
  const { returned } = row;
  parts.returned.hidden = !returned;
  if (returned) {
    parts.why.textContent = returned.note;
    parts.asks.textContent = t("Only these questions are asked again: %(n)s. Say so at the door.", { n: returned.questions.length });
  }
  put(parts.resting, resting ? t("This interview rested for more than a day and is sealed. Your supervisor can release it; then press “Send and update” and go on.") : "");
  parts.begin.textContent = draft ? t("Go on with the interview") : returned ? t("Ask the questions again") : t("Begin the interview");
  const over = row.closed && !draft && !returned;
  parts.begin.hidden = over || resting || (row.withdrawn && !draft);
  parts.record.hidden = over || resting || Boolean(draft) || Boolean(returned) || Boolean(row.withdrawn);
  parts.over.hidden = !over;
  parts.begin.addEventListener("click", () => begin(row, draft));
  fillOutcomes(parts.outcomes, "outcome");
  const note = noteField(parts.note);
  parts.form.addEventListener("change", () => {
    parts.when.hidden = parts.form.elements.outcome.value !== "appointment";
    put(parts.error, "");
  });
  parts.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const code = parts.form.elements.outcome.value;
    const at = parts.form.elements.at.value;
    if (!code) return complain(parts, t("Choose how the visit ended."));
    if (code === "appointment" && !at) return complain(parts, t("Give the day and time of the appointment."));
    const words = note.take();
    if (words === null) return;
    await store.addAttempt(attemptOf(row, code, code === "appointment" ? at : null, words));
    await done(t("Visit recorded. It will be sent when there is a connection."));
  });
  show(root);
}

function complain(parts, words) {
  put(parts.error, words);
  parts.error.focus();
}
