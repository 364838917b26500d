/** The collaborator's first screen: what waits to be sent, what to do first, and the cases by neighbourhood. */
import { copy, put, show } from "./dom.js";
import { saveRescueFile } from "./rescue.js";
import { SCARCE, memoryLeft, scarceWords, size } from "./room.js";
import * as store from "./store.js";
import { day, moment, outcomeName, t, textOf } from "./text.js";

const SOON = 12 * 3_600_000; // ms: an appointment nearer than this is today's work

/** In the order in which one works: sent back, begun, appointments by time, not yet tried, tried, closed. */
function rank(row, { begun, resting }) {
  if (row.returned) return 0;
  if (begun.has(row.case)) return 1;
  if (row.closed || row.withdrawn || resting.has(row.case)) return 5;
  if (row.appointment) return 2;
  return row.outcome ? 4 : 3;
}

const isDue = (row, now = Date.now()) => row.appointment && new Date(row.appointment).getTime() - now < SOON;

/** What stands above the neighbourhoods: it can't wait until one happens to be there. */
const isUrgent = (row, work) => rank(row, work) < 2 || (rank(row, work) === 2 && isDue(row));

function stateOf(row, { begun, resting }) {
  if (row.returned) return [t("Sent back: ask again"), "warn"];
  if (begun.has(row.case)) return [t("Interview begun"), "warn"];
  if (row.withdrawn) return [t("Given to somebody else"), ""];
  if (resting.has(row.case)) return [t("Waits for the supervisor"), ""];
  if (row.appointment && !row.closed) return [t("Appointment %(at)s", { at: moment(row.appointment) }), "warn"];
  if (!row.outcome) return [t("Not visited yet"), ""];
  return [outcomeName(row.outcome), row.outcome === "complete" ? "good" : ""];
}

function caseRow(row, work, { placed = false } = {}) {
  const { root, parts } = copy("t-case-row");
  parts.link.href = `#/case/${row.case}`;
  parts.name.textContent = t("Household %(n)s", { n: row.number });
  const [words, tone] = stateOf(row, work);
  parts.state.textContent = words;
  if (tone) parts.state.classList.add(tone);
  const visits = row.attempts ? t("%(n)s visits", { n: row.attempts }) : "";
  put(parts.tries, placed ? `${row.unit}, ${row.area}` : visits);
  return root;
}

const byWork = (work) => (a, b) =>
  rank(a, work) - rank(b, work) || String(a.appointment ?? "").localeCompare(String(b.appointment ?? "")) || a.number - b.number;

function unitPart(rows, work, open) {
  const { root, parts } = copy("t-unit");
  const left = rows.filter((row) => rank(row, work) < 5).length;
  parts.name.textContent = rows[0].unit;
  parts.area.textContent = rows[0].area;
  parts.left.textContent = left ? t("%(n)s of %(of)s households left", { n: left, of: rows.length }) : t("All households done");
  root.open = open;
  // What stands above already isn't listed a second time.
  const sorted = rows.filter((row) => !isUrgent(row, work)).sort(byWork(work));
  const fill = () => { if (!parts.cases.childElementCount) parts.cases.append(...sorted.map((row) => caseRow(row, work))); };
  if (open) fill();
  root.addEventListener("toggle", fill);
  return root;
}

async function storage(parts) {
  const left = await memoryLeft();
  put(parts.scarce, left < SCARCE ? scarceWords(left) : "");
  put(parts.room, left < SCARCE || left === Infinity ? "" : t("Room left on the phone: %(size)s", { size: size(left) }));
  const safe = matchMedia("(display-mode: standalone)").matches || (await navigator.storage?.persisted?.());
  put(parts.install, safe ? "" : t("So that the phone never clears unsent interviews by itself, add this app to the home screen (browser menu, “Install app”)."));
}

function unsentWords({ interviews, attempts, drafts, files }) {
  if (interviews) return t("%(n)s interviews not sent yet", { n: interviews });
  if (attempts) return t("%(n)s visits not sent yet", { n: attempts });
  if (drafts) return t("%(n)s paused interviews not sent yet", { n: drafts });
  return files ? t("%(n)s photos and recordings not sent yet", { n: files }) : t("Everything has been sent");
}

/** The lines about sending; kept apart so that they can change while the list stays still. */
export async function status(parts, sending = {}) {
  const [waits, contact] = [await store.waiting(), await store.meta("contact")];
  const nothing = !waits.interviews && !waits.attempts && !waits.drafts && !waits.files;
  parts.unsent.textContent = unsentWords(waits);
  put(parts.since, nothing || !waits.since ? "" : t("Waiting since %(day)s", { day: day(waits.since) }));
  parts.contact.textContent = contact ? t("Last contact with the server: %(at)s", { at: moment(contact) }) : t("No contact with the server yet");
  put(parts.problem, waits.problems
    ? t("%(n)s interviews could not be placed by the server. They are kept here; tell your supervisor.", { n: waits.problems })
    : "");
  put(parts.stuck, waits.stuck ? t("%(n)s photos and recordings could not be taken by the server. They are kept here; tell your supervisor.", { n: waits.stuck }) : "");
  parts.rescue.hidden = !waits.interviews && !waits.drafts && !waits.files;
  parts.sync.disabled = Boolean(sending.busy);
  parts.bar.hidden = !sending.busy || !sending.total;
  if (sending.total) { parts.bar.max = sending.total; parts.bar.value = sending.done; }
  put(parts.files, waits.files && waits.interviews + waits.attempts + waits.drafts ? t("%(n)s photos and recordings not sent yet", { n: waits.files }) : "");
  put(parts.note, sending.note ?? "");
  parts.card.classList.toggle("waiting", !nothing);
}

/** The cases, and what the list shows of each. @returns {Promise<{rows: object[], work: object, surveys: object[]}>} */
export async function listed() {
  const [rows, begun, closed, surveys] = [await store.cases(), await store.begun(), await store.closedDrafts(), (await store.meta("surveys")) ?? []];
  const resting = new Set([...closed, ...rows.filter((row) => row.draft)].map((row) => row.case).filter((id) => !begun.has(id)));
  return { rows, surveys, work: { begun, resting } };
}

function urgentPart(parts, rows, work) {
  const urgent = rows.filter((row) => isUrgent(row, work)).sort(byWork(work));
  parts.first.hidden = !urgent.length;
  parts.urgent.append(...urgent.map((row) => caseRow(row, work, { placed: true })));
}

/** Show the first screen. Returns the parts that `status` writes to. */
export async function home({ onSync, onSignIn, person }) {
  const { root, parts } = copy("t-home");
  const { rows, work, surveys } = await listed();
  parts.person.textContent = person;
  parts.sync.addEventListener("click", onSync);
  parts.signIn.addEventListener("click", onSignIn);
  parts.rescue.addEventListener("click", saveRescueFile);
  await status(parts);
  await storage(parts);
  parts.fresh.hidden = Boolean(await store.meta("trained")) || rows.some((row) => row.outcome);
  urgentPart(parts, rows, work);
  const least = (list) => Math.min(...list.map((row) => rank(row, work)));
  for (const survey of surveys) {
    const mine = rows.filter((row) => row.survey === survey.survey);
    if (!mine.length) continue;
    const title = document.createElement("h2");
    title.textContent = textOf(survey.title);
    parts.list.append(title);
    const lists = [...grouped(mine).values()].sort((a, b) =>
      least(a) - least(b) || a[0].unit.localeCompare(b[0].unit, "vi", { numeric: true }));
    const shown = lists.filter((list) => !list.every((row) => isUrgent(row, work)));
    shown.forEach((list, place) => parts.list.append(unitPart(list, work, place === 0)));
  }
  parts.empty.hidden = rows.length > 0;
  show(root, { focus: false });
  return parts;
}

function grouped(rows) {
  const groups = new Map();
  for (const row of rows) {
    const key = row.unit + "\n" + row.area;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  }
  return groups;
}
