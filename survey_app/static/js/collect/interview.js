/** The interview at the door: one page at a time, kept on the phone as it goes, finished for good at its end. */
import { attemptOf } from "./case.js";
import { copy, put, show } from "./dom.js";
import { form } from "./forms.js";
import { Interview } from "./logic.js";
import { check, forgive, listen, refresh, take, takeAll } from "./page.js";
import * as store from "./store.js";
import { choose, chosen, say, t, textOf, translate } from "./text.js";
import { envelope, fromBase64 } from "./vault.js";
import { focus } from "./widgets.js";

const FACE_TO_FACE = "1";
const NAMES = { vi: "Tiếng Việt", en: "English" };
const FORMAT = 1;
const ENVELOPE = "application/vnd.duluan.envelope";

/** A new draft for a case; the case's own values travel with it, so that nothing is drawn twice. */
export async function beginInterview(row) {
  const surveys = (await store.meta("surveys")) ?? [];
  const survey = surveys.find((s) => s.survey === row.survey);
  const draft = {
    instance_id: crypto.randomUUID(), revision: 1, survey: row.survey, version: survey.version, case: row.case,
    language: "vi", answers: {}, page: "", preloaded: { ...row.preloaded, mode: FACE_TO_FACE },
    seconds: {}, backs: 0, seen: [],
  };
  await store.putDraft(draft);
  return draft;
}

/** How an interview that reached its end ended: an answer may say so (dl::ends), else complete. */
export function outcomeOf(contract, values) {
  const questions = [];
  const walk = (nodes) => nodes.forEach((node) => (node.kind === "question" ? questions.push(node) : node.kind === "group" && walk(node.children)));
  walk(contract.children);
  for (const { name, extra } of questions) {
    for (const rule of (extra?.["dl::ends"] ?? "").split(/[\s,]+/).filter(Boolean)) {
      const [value, outcome] = rule.split("=");
      if (values[name] === value) return outcome;
    }
  }
  return "complete";
}

const AS_ATTEMPT = { refused: "refusal" };

async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

class Screen {
  constructor(draft, contract, pages, leave) {
    Object.assign(this, { draft, contract, pages, leave });
    this.languages = contract.languages.filter((code) => code in NAMES);
    this.build();
    const { root, parts } = copy("t-interview");
    Object.assign(this, { root, parts });
    root.addEventListener("submit", (event) => { event.preventDefault(); this.forward(); });
    parts.back.addEventListener("click", () => this.backward());
    parts.stop.addEventListener("click", () => this.stopScreen());
    parts.jump.addEventListener("click", () => this.jumpScreen());
    parts.language.addEventListener("click", () => this.switchLanguage());
    listen(parts.page, (control) => this.changed(control));
  }

  build() {
    this.interview = new Interview(this.contract, this.draft.answers, this.draft.preloaded, new Date(), this.draft.language);
  }

  get decimal() { return this.draft.language === "en" ? "." : ","; }

  get name() { return this.draft.page; }

  /** Show a page and say so in the draft. */
  async open(name) {
    this.draft.page = name;
    if (!this.draft.seen.includes(name)) this.draft.seen.push(name);
    const page = this.copyOf(name);
    translate(page);
    this.parts.page.replaceChildren(page);
    refresh(page, this.interview, name, { filling: true, decimal: this.decimal });
    this.dressFrame(page);
    show(this.root, { focus: false });
    (page.querySelector("h1:not([hidden])") ?? this.parts.next).focus({ preventScroll: true });
    this.arrived = performance.now();
    await this.keep();
  }

  /** A page's widgets. Those of the first instance of a repeat serve every instance. */
  copyOf(name) {
    const first = name.replace(/\[\d+\]/g, "[1]");
    const page = document.importNode(this.pages.querySelector(`[data-page="${CSS.escape(first)}"]`), true);
    const indices = name.match(/\[\d+\]/g) ?? [];
    for (const node of [page, ...page.querySelectorAll("[data-question], [name]")]) {
      for (const attribute of ["data-page", "data-question", "name"]) {
        const value = node.getAttribute(attribute);
        if (!value?.includes("[1]")) continue;
        let place = 0;
        node.setAttribute(attribute, value.replace(/\[1\]/g, (one) => indices[place++] ?? one));
      }
    }
    page.querySelector("[data-at=add]")?.addEventListener("click", () => this.addInstance());
    return page;
  }

  /** One more instance of the repeat that this page asks about; its first page. */
  async addInstance() {
    this.clock();
    const path = this.interview.add(this.name);
    const first = this.interview.pages().find((page) => path && page.name.startsWith(path));
    if (first) await this.open(first.name);
  }

  dressFrame(page) {
    const interview = this.interview;
    const label = interview.pageLabel(this.name);
    put(page.querySelector("[data-at=label]"), label);
    translate(this.root);
    this.parts.bar.value = Math.round(interview.progress(this.name) * 100);
    this.parts.back.hidden = !interview.previousPage(this.name);
    const other = this.languages.find((code) => code !== this.draft.language);
    put(this.parts.language, other ? NAMES[other] : "");
    if (other) this.parts.language.lang = other;
    this.root.lang = this.draft.language;
  }

  changed(control) {
    const name = take(control, this.interview);
    if (!name) return;
    refresh(this.parts.page, this.interview, this.name, { decimal: this.decimal });
    forgive(this.parts.page, this.interview, this.name, name);
    this.keep();
  }

  /** The draft as it stands, on the phone. Writes follow each other, the last one wins. */
  keep() {
    if (this.over) return this.writing;
    this.draft.answers = this.interview.answers();
    const copyOfDraft = structuredClone(this.draft);
    this.writing = (this.writing ?? Promise.resolve()).then(() => store.putDraft(copyOfDraft));
    return this.writing;
  }

  clock() {
    const spent = (performance.now() - this.arrived) / 1000;
    this.draft.seconds[this.name] = Math.round(((this.draft.seconds[this.name] ?? 0) + spent) * 10) / 10;
    this.arrived = performance.now();
  }

  takePage() {
    takeAll(this.parts.page, this.interview);
    this.clock();
    return refresh(this.parts.page, this.interview, this.name, { decimal: this.decimal });
  }

  async forward() {
    const [fresh] = this.takePage();
    if (fresh) {
      focus(fresh);
      return this.keep();
    }
    if (check(this.parts.page, this.interview, this.name, say)) return this.keep();
    const next = this.interview.nextPage(this.name);
    return next ? this.open(next.name) : this.endScreen();
  }

  async backward() {
    this.takePage();
    this.draft.backs += 1;
    const before = this.interview.previousPage(this.name);
    if (before) await this.open(before.name);
  }

  async switchLanguage() {
    this.takePage();
    this.draft.answers = this.interview.answers();
    this.draft.language = this.languages.find((code) => code !== this.draft.language);
    choose(this.draft.language);
    this.build();
    await this.open(this.name);
  }

  async jumpScreen() {
    this.takePage();
    await this.keep();
    const { root, parts } = copy("t-jump");
    for (const page of this.interview.pages()) {
      if (!this.draft.seen.includes(page.name) || !this.interview.pageIsRelevant(page)) continue;
      const row = copy("t-jump-row");
      row.parts.go.textContent = this.interview.pageLabel(page) || this.interview.questions(page)[0]?.label || page.name;
      row.parts.go.addEventListener("click", () => this.open(page.name));
      parts.list.append(row.root);
    }
    parts.back.addEventListener("click", () => this.open(this.name));
    show(root);
  }

  async stopScreen() {
    this.takePage();
    await this.keep();
    const { root, parts } = copy("t-stop");
    parts.on.addEventListener("click", () => this.open(this.name));
    parts.pause.addEventListener("click", () => this.leave(t("The interview is paused. You can go on with it from the list.")));
    parts.partial.addEventListener("click", () => this.finish("partial", parts.partial, parts.error));
    parts.refusal.addEventListener("click", async () => {
      this.over = true;
      await this.writing;
      await store.withdraw(this.draft.instance_id, attemptOf(await this.row(), "refusal"));
      await this.leave(t("The answers were deleted. The visit is recorded as declined."));
    });
    show(root);
  }

  async endScreen() {
    await this.keep();
    const { root, parts } = copy("t-end");
    parts.finish.addEventListener("click", () => this.finish(outcomeOf(this.contract, this.interview.values()), parts.finish, parts.error));
    parts.back.addEventListener("click", () => this.open(this.name));
    show(root);
  }

  async row() {
    return (await store.caseOf(this.draft.case)) ?? { case: this.draft.case };
  }

  /** Into the outbox. Only when the phone has it for good does the screen say that it is finished. */
  async finish(outcome, button, error) {
    button.disabled = true;
    this.over = true;
    try {
      await this.writing;
      const { draft } = this;
      const own = Object.entries(this.interview.answers()).filter(([name]) => !(name in draft.preloaded));
      const content = new TextEncoder().encode(JSON.stringify({
        format: FORMAT, language: draft.language, answers: Object.fromEntries(own), outcome,
        preloaded: draft.preloaded, paradata: { seconds: draft.seconds, backs: draft.backs },
        app: document.documentElement.dataset.version ?? "",
      }));
      const survey = (await store.meta("surveys")).find((s) => s.survey === draft.survey);
      const bound = [draft.survey, draft.version, draft.instance_id, draft.revision].join("|");
      const body = await envelope(content, fromBase64(survey.envelope_key), bound);
      await store.finish({
        instance_id: draft.instance_id, revision: draft.revision, survey: draft.survey, version: draft.version,
        case: draft.case, media_type: ENVELOPE, body, sha256: await sha256(body),
        finished_on: new Date().toISOString().slice(0, 10),
      }, attemptOf(await this.row(), AS_ATTEMPT[outcome] ?? outcome));
    } catch (reason) {
      button.disabled = false;
      this.over = false;
      put(error, t("The phone could not keep the interview: %(reason)s. It is still open; free some memory and finish again.", { reason: reason.name }));
      return;
    }
    const { root } = copy("t-done");
    this.leave.finished();
    show(root);
  }
}

/** Open a draft where it stopped. `leave(words)` goes home; `leave.finished()` is told of a finished one. */
export async function resumeInterview(id, leave) {
  const draft = await store.draft(id);
  if (!draft) return leave(t("This interview is no longer on the phone."));
  const { contract, pages } = await form(draft.survey, draft.version);
  const screen = new Screen(draft, contract, pages, leave);
  const appLanguage = chosen();
  choose(draft.language);
  const back = leave;
  screen.leave = Object.assign((words) => { choose(appLanguage); return back(words); }, { finished: () => { choose(appLanguage); back.finished(); } });
  const known = screen.interview.pages().some((page) => page.name === draft.page);
  const first = screen.interview.firstPage();
  await screen.open(known ? draft.page : first.name);
  return textOf(contract.title);
}
