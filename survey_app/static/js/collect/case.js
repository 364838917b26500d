/** One household: begin or go on with the interview, or record how a visit ended. */
import { copy, put, show } from "./dom.js";
import { outcomeName } from "./home.js";
import * as store from "./store.js";
import { moment, outcomes, t } from "./text.js";

/** Outcomes that only the end of an interview may give. */
const BY_INTERVIEW = new Set(["complete", "partial"]);

/** Day and hour by the phone's clock: finer times are nobody's business. */
export function hour(now = new Date()) {
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 13);
}

/** A try to reach a case, as the server and the phone keep it. */
export function attemptOf(row, code, appointment = null) {
  const closes = outcomes().find((o) => o.code === code)?.closes ?? true;
  return { id: crypto.randomUUID(), case: row.case, made_at: hour(), outcome: code, appointment, closes };
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

/** Show a case. `begin(row, draft)` opens its interview; `done()` is called after a visit was recorded. */
export async function caseScreen(id, { begin, done }) {
  const row = await store.caseOf(id);
  if (!row) return done();
  const begunAs = (await store.begun()).get(id);
  const draft = begunAs ? await store.draft(begunAs) : null;
  const { root, parts } = copy("t-case");
  parts.title.textContent = t("Household %(n)s", { n: row.number });
  parts.place.textContent = `${row.unit}, ${row.area}`;
  put(parts.state, row.outcome ? t("Last visit: %(outcome)s", { outcome: outcomeName(row.outcome) }) : "");
  put(parts.appointment, row.appointment ? t("Appointment %(at)s", { at: moment(row.appointment) }) : "");
  put(parts.moved, row.withdrawn ? t("This household has been given to somebody else. What you have done here will still be sent.") : "");
  parts.begin.textContent = draft ? t("Go on with the interview") : t("Begin the interview");
  const over = row.closed && !draft;
  parts.begin.hidden = over || (row.withdrawn && !draft);
  parts.record.hidden = over || Boolean(draft) || Boolean(row.withdrawn);
  parts.over.hidden = !over;
  parts.begin.addEventListener("click", () => begin(row, draft));
  fillOutcomes(parts.outcomes, "outcome");
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
    await store.addAttempt(attemptOf(row, code, code === "appointment" ? at : null));
    await done(t("Visit recorded. It will be sent when there is a connection."));
  });
  show(root);
}

function complain(parts, words) {
  put(parts.error, words);
  parts.error.focus();
}
