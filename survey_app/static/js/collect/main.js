/** The collaborator's app: which screen is shown, who is here, and when to send. */
import { caseScreen } from "./case.js";
import { copy, show } from "./dom.js";
import { home, status } from "./home.js";
import { beginInterview, resumeInterview } from "./interview.js";
import { keepForms } from "./forms.js";
import { Pulse, SignInNeeded, sync } from "./queue.js";
import * as store from "./store.js";
import { choose, chosen, load, t, translate } from "./text.js";

const KNOWN = "collect.person";
let person = JSON.parse(localStorage.getItem(KNOWN) ?? "null");
let homeParts = null;
let sending = {};
let notice = "";

const pulse = new Pulse(async () => {
  await exchange();
  return (await store.waiting()).interviews > 0;
});

async function tellHome() {
  if (homeParts?.card.isConnected) await status(homeParts, { ...sending, note: sending.note ?? notice });
}

/** The server says who is here: another person's memory is opened, never mixed with the first one's. */
async function greet(session) {
  if (person?.id !== session.id) {
    person = { id: session.id, name: session.name };
    localStorage.setItem(KNOWN, JSON.stringify(person));
    await store.open(person.id);
    await route();
  }
}

/** Send and fetch; tells the first screen how it goes. Throws when it failed. */
async function exchange() {
  sending = { busy: true };
  await tellHome();
  try {
    const result = await sync({ greet, tell: (done, total) => { sending = { busy: true, done, total }; tellHome(); } });
    await keepForms((await store.meta("surveys")) ?? []);
    sending = {};
    notice = result?.sent ? t("%(n)s interviews sent", { n: result.sent }) : "";
    if (homeParts?.card.isConnected) await homeScreen();
  } catch (error) {
    sending = { note: error instanceof SignInNeeded
      ? t("Sign in again to send. Nothing is lost.")
      : t("No connection with the server now. Everything is kept on the phone and will be sent later.") };
    await tellHome();
    if (homeParts?.signIn) homeParts.signIn.hidden = !(error instanceof SignInNeeded);
    throw error;
  }
}

async function homeScreen() {
  homeParts = await home({ person: person.name, onSync: () => exchange().catch(() => {}) });
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
        const begun = draft ?? (await beginInterview(row));
        location.hash = `#/interview/${begun.instance_id}`;
      },
      done: goHome,
    });
  }
  if (where === "interview") return resumeInterview(id, Object.assign(goHome, { finished: () => pulse.nudge(1000) }));
  return homeScreen();
}

async function unlock() {
  if (person) {
    await store.open(person.id);
    return;
  }
  const response = await fetch("/collect/session", { cache: "no-store", headers: { Accept: "application/json" } }).catch(() => null);
  if (response?.ok) {
    const session = await response.json();
    person = { id: session.id, name: session.name };
    localStorage.setItem(KNOWN, JSON.stringify(person));
    await store.open(person.id);
    return;
  }
  if (response) location.assign("/sign-in?next=/collect/");
  else show(copy("t-offline").root);
  throw new Error("nobody is here yet");
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
    route();
  });
  if ("serviceWorker" in navigator) await navigator.serviceWorker.register("/collect/sw.js", { scope: "/collect/" }).catch(() => {});
  await unlock();
  navigator.storage?.persist?.();
  await route();
  window.addEventListener("hashchange", () => route());
  window.addEventListener("online", () => pulse.nudge(500));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && pulse.nudge(500));
  pulse.nudge();
}

start().catch((error) => console.info(String(error)));
