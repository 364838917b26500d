/** The collaborator's first screen: what waits to be sent, and the cases by neighbourhood. */
import { copy, put, show } from "./dom.js";
import { rescueFile } from "./queue.js";
import * as store from "./store.js";
import { day, moment, outcomes, t, textOf } from "./text.js";

const SCARCE = 50 * 1024 * 1024;
const RESERVE = 10 * 1024 * 1024;

/** In the order in which one works: begun, appointments by time, not yet tried, tried, closed. */
function rank(row, begun) {
  if (begun.has(row.case)) return 0;
  if (row.closed || row.withdrawn) return 4;
  if (row.appointment) return 1;
  return row.outcome ? 3 : 2;
}

function stateOf(row, begun) {
  if (begun.has(row.case)) return [t("Interview begun"), "warn"];
  if (row.withdrawn) return [t("Given to somebody else"), ""];
  if (row.appointment && !row.closed) return [t("Appointment %(at)s", { at: moment(row.appointment) }), "warn"];
  if (!row.outcome) return [t("Not visited yet"), ""];
  return [outcomeName(row.outcome), row.outcome === "complete" ? "good" : ""];
}

/** The words of an outcome code. */
export const outcomeName = (code) => t(outcomes().find((o) => o.code === code)?.label ?? code);

function caseRow(row, begun) {
  const { root, parts } = copy("t-case-row");
  parts.link.href = `#/case/${row.case}`;
  parts.name.textContent = t("Household %(n)s", { n: row.number });
  const [words, tone] = stateOf(row, begun);
  parts.state.textContent = words;
  if (tone) parts.state.classList.add(tone);
  put(parts.tries, row.attempts ? t("%(n)s visits", { n: row.attempts }) : "");
  return root;
}

function unitPart(rows, begun, open) {
  const { root, parts } = copy("t-unit");
  const left = rows.filter((row) => rank(row, begun) < 4).length;
  parts.name.textContent = rows[0].unit;
  parts.area.textContent = rows[0].area;
  parts.left.textContent = left ? t("%(n)s of %(of)s households left", { n: left, of: rows.length }) : t("All households done");
  root.open = open;
  const sorted = [...rows].sort((a, b) =>
    rank(a, begun) - rank(b, begun) || String(a.appointment ?? "").localeCompare(String(b.appointment ?? "")) || a.number - b.number);
  const fill = () => { if (!parts.cases.childElementCount) parts.cases.append(...sorted.map((row) => caseRow(row, begun))); };
  if (open) fill();
  root.addEventListener("toggle", fill);
  return root;
}

async function saveRescueFile() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await rescueFile());
  link.download = `phieu-chua-gui-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Bytes that the browser still grants. */
async function memoryLeft() {
  const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  return quota - usage;
}

const scarceWords = (left) =>
  t("The phone's memory is nearly full (%(mb)s MB left). Send what waits and delete photos or apps you don't need.", { mb: Math.floor(left / 2 ** 20) });

/** Why no new interview may begin: what is finished needs the last of the memory. "" when one may. */
export async function refusal() {
  const left = await memoryLeft();
  return left < RESERVE ? scarceWords(left) : "";
}

async function storage(parts) {
  const left = await memoryLeft();
  put(parts.scarce, left < SCARCE ? scarceWords(left) : "");
  const safe = matchMedia("(display-mode: standalone)").matches || (await navigator.storage?.persisted?.());
  put(parts.install, safe ? "" : t("So that the phone never clears unsent interviews by itself, add this app to the home screen (browser menu, “Install app”)."));
}

/** The lines about sending; kept apart so that they can change while the list stays still. */
export async function status(parts, sending = {}) {
  const [waits, contact] = [await store.waiting(), await store.meta("contact")];
  const nothing = !waits.interviews && !waits.attempts;
  parts.unsent.textContent = nothing ? t("Everything has been sent")
    : waits.interviews ? t("%(n)s interviews not sent yet", { n: waits.interviews })
      : t("%(n)s visits not sent yet", { n: waits.attempts });
  put(parts.since, nothing || !waits.since ? "" : t("Waiting since %(day)s", { day: day(waits.since) }));
  parts.contact.textContent = contact ? t("Last contact with the server: %(at)s", { at: moment(contact) }) : t("No contact with the server yet");
  put(parts.problem, waits.problems
    ? t("%(n)s interviews could not be placed by the server. They are kept here; tell your supervisor.", { n: waits.problems })
    : "");
  parts.rescue.hidden = !waits.interviews;
  parts.sync.disabled = Boolean(sending.busy);
  parts.bar.hidden = !sending.busy || !sending.total;
  if (sending.total) { parts.bar.max = sending.total; parts.bar.value = sending.done; }
  put(parts.note, sending.note ?? "");
  parts.card.classList.toggle("waiting", !nothing);
}

/** Show the first screen. Returns the parts that `status` writes to. */
export async function home({ onSync, onSignIn, person }) {
  const { root, parts } = copy("t-home");
  const [rows, begun, surveys] = [await store.cases(), await store.begun(), (await store.meta("surveys")) ?? []];
  parts.person.textContent = person;
  parts.sync.addEventListener("click", onSync);
  parts.signIn.addEventListener("click", onSignIn);
  parts.rescue.addEventListener("click", saveRescueFile);
  await status(parts);
  await storage(parts);
  for (const survey of surveys) {
    const mine = rows.filter((row) => row.survey === survey.survey);
    if (!mine.length) continue;
    const units = grouped(mine);
    const title = document.createElement("h2");
    title.textContent = textOf(survey.title);
    parts.list.append(title);
    const lists = [...units.values()].sort((a, b) =>
      Math.min(...a.map((r) => rank(r, begun))) - Math.min(...b.map((r) => rank(r, begun))) || a[0].unit.localeCompare(b[0].unit, "vi", { numeric: true }));
    lists.forEach((list, place) => parts.list.append(unitPart(list, begun, place === 0)));
  }
  parts.empty.hidden = rows.length > 0;
  show(root, { focus: false });
  return parts;
}

function grouped(rows) {
  const groups = new Map();
  for (const row of rows) {
    const key = row.unit + "\n" + row.area;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}
