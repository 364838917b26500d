/** The collaborator's app: which screen is shown, who is here, and when to send. */
import { caseScreen } from "./case.js";
import { sealOld } from "./drafts.js";
import { home, listed, status } from "./home.js";
import { shutOut, signInAgain, unlock } from "./lock.js";
import { beginInterview, resumeInterview } from "./interview.js";
import { keepForms } from "./forms.js";
import { Pulse, Revoked, SignInNeeded, sync } from "./queue.js";
import { refusal } from "./room.js";
import * as store from "./store.js";
import { choose, chosen, load, t, translate } from "./text.js";
import { trainingScreen } from "./training.js";

const LOCK_AFTER = 10 * 60_000; // ms out of sight; then the PIN is asked again

let person = null;
let homeParts = null;
let sending = {};
let notice = "";

const pulse = new Pulse(async () => {
  await exchange();
  const { interviews, files, stuck } = await store.waiting();
  return interviews + files > stuck;
});

async function tellHome() {
  if (homeParts?.card.isConnected) await status(homeParts, { ...sending, note: sending.note ?? notice });
}

/** Nothing of one person's is ever sent in another's name. */
function greet(session) {
  if (session.id !== person.id) throw new SignInNeeded();
}

/** Send and fetch; tells the first screen how it goes. Throws when it failed. */
async function exchange() {
  sending = { busy: true };
  await tellHome();
  try {
    const result = await sync({ greet, tell: (done, total, what) => { sending = { busy: true, done, total, what }; tellHome(); } });
    await keepForms((await store.meta("surveys")) ?? []);
    sending = {};
    // A second exchange that found nothing more to send takes no good news away.
    if (result?.sent) notice = t("%(n)s interviews sent", { n: result.sent });
    if (homeParts?.card.isConnected) await homeScreen({ always: false });
    // Of the files only, which come last: what is told below holds for them, and they are tried again later.
    if (result?.files.failed) throw result.files.failed;
  } catch (error) {
    if (error instanceof Revoked) {
      await shutOut({ opened: true });
      throw error;
    }
    sending = { note: error instanceof SignInNeeded
      ? t("Sign in again to send. Nothing is lost.")
      : t("No connection with the server now. Everything is kept on the phone and will be sent later.") };
    await tellHome();
    if (homeParts) homeParts.signIn.hidden = !(error instanceof SignInNeeded);
    throw error;
  }
}

/** What the list shows, to tell whether it must be drawn again: nothing moves under the finger. */
let drawn = "";

async function homeScreen({ always = true } = {}) {
  await sealOld();
  const { rows, work } = await listed();
  const now = JSON.stringify([rows, [...work.begun], [...work.resting]]);
  if (!always && now === drawn) return tellHome();
  drawn = now;
  homeParts = await home({ person: person.name, onSync: () => exchange().catch(() => {}), onSignIn: signInAgain });
  if (sending.busy || sending.note || notice) await tellHome();
}

async function goHome(words = "") {
  notice = words;
  pulse.nudge(1000);
  if (location.hash === "#/" || location.hash === "") return homeScreen();
  location.hash = "#/";
}

async function route() {
  const [, where, id] = location.hash.split("/");
  if (where === "case") {
    return caseScreen(Number(id), {
      begin: async (row, draft) => {
        const why = draft ? "" : await refusal();
        if (why) return goHome(why);
        const begun = draft ?? (await beginInterview(row));
        location.hash = `#/interview/${begun.instance_id}`;
      },
      done: goHome,
    });
  }
  if (where === "training") return trainingScreen({ begin: (draft) => { location.hash = `#/interview/${draft.instance_id}`; } });
  if (where === "interview") return resumeInterview(id, Object.assign(goHome, { finished: () => pulse.nudge(1000) }));
  return homeScreen();
}

async function start() {
  load();
  choose(localStorage.getItem("collect.language") ?? document.documentElement.lang);
  document.documentElement.lang = chosen();
  translate(document.body);
  document.getElementById("language").addEventListener("click", () => {
    localStorage.setItem("collect.language", choose(chosen() === "vi" ? "en" : "vi"));
    document.documentElement.lang = chosen();
    translate(document.body);
    if (person) route();
  });
  // Nobody waits for it: on a slow line the worker's text alone takes seconds.
  navigator.serviceWorker?.register("/collect/sw.js", { scope: "/collect/" }).catch(() => {});
  const [, where, code] = location.hash.split("/");
  person = await unlock(where === "enrol" ? decodeURIComponent(code ?? "") : null);
  navigator.storage?.persist?.();
  await route();
  window.addEventListener("hashchange", () => { if (!location.hash.startsWith("#/enrol/")) route(); });
  window.addEventListener("online", () => pulse.nudge(500));
  let left = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") left = Date.now();
    else if (left && Date.now() - left > LOCK_AFTER) location.reload();
    else pulse.nudge(500);
  });
  pulse.nudge();
}

/** Somebody scans a new code while the app is open: it begins again with it. */
window.addEventListener("hashchange", () => { if (location.hash.startsWith("#/enrol/")) location.reload(); });

start().catch((error) => console.info(String(error)));
