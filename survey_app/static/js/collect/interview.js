/** The interview at the door: one page at a time, kept on the phone as it goes, finished for good at its end. */
import { onlyAsked } from "./asked.js";
import { attemptOf } from "./case.js";
import { askConsent, isMedia, withFiles } from "./consent.js";
import { copy, put, show } from "./dom.js";
import { keepDraft } from "./drafts.js";
import { filesOf, outcomeOf, sealed } from "./finish.js";
import { form } from "./forms.js";
import { canShowCard, handBack, handOver, holder, sealedAnswers, showCard } from "./handover.js";
import { Interview } from "./logic.js";
import { Media } from "./media.js";
import { noteField } from "./notes.js";
import { check, forgive, listen, refresh, take, takeAll } from "./page.js";
import * as store from "./store.js";
import { choose, chosen, say, t, textOf, translate } from "./text.js";
import { focus } from "./widgets.js";

const FACE_TO_FACE = "1";
const NAMES = { vi: "Tiếng Việt", en: "English" };
const AS_ATTEMPT = { refused: "refusal" };

/**
 * A new draft for a case; the case's own values travel with it, so that nothing is drawn twice. A case that was
 * sent back gets the next revision of its interview, which asks the flagged questions only.
 */
export async function beginInterview(row) {
  const surveys = (await store.meta("surveys")) ?? [];
  const survey = surveys.find((s) => s.survey === row.survey);
  const { returned } = row;
  const draft = {
    instance_id: returned?.instance_id ?? crypto.randomUUID(), revision: returned?.revision ?? 1,
    survey: row.survey, version: returned?.version ?? survey.version, case: row.case,
    language: "vi", answers: {}, page: "", preloaded: { ...row.preloaded, mode: FACE_TO_FACE },
    seconds: {}, backs: 0, seen: [], stood: {}, alone: [], aided: [], practice: Boolean(row.practice),
    ...(returned && { asks: returned.questions }),
  };
  await store.putDraft(draft);
  return draft;
}

class Screen {
  constructor(draft, contract, pages, leave, survey) {
    Object.assign(this, { draft, contract, pages, leave, survey });
    this.languages = contract.languages.filter((code) => code in NAMES);
    this.build();
    const { root, parts } = copy("t-interview");
    Object.assign(this, { root, parts });
    root.addEventListener("submit", (event) => { event.preventDefault(); this.forward(); });
    parts.back.addEventListener("click", () => this.backward());
    parts.stop.addEventListener("click", () => this.stopScreen());
    parts.jump.addEventListener("click", () => this.jumpScreen());
    parts.language.addEventListener("click", () => this.switchLanguage());
    parts.card.addEventListener("click", () => showCard(root, parts));
    parts.give.addEventListener("click", () => this.giveBack());
    this.stood = new Map(Object.entries(draft.stood ?? {}));
    this.kept = new Set();
    /** The block that the respondent is answering alone, "" while the interviewer holds the phone. */
    this.alone = "";
    listen(parts.page, (control) => this.changed(control), (control) => this.typed(control));
    this.media = new Media({
      draft, survey,
      parameters: (path) => this.interview.questions(this.name).find((q) => q.name === path)?.parameters ?? {},
      changed: (path, name) => this.answered(path, name),
    });
    /** Put away in mid-page: nothing goes on recording, and the time spent so far is kept. */
    this.rest = () => {
      if (document.visibilityState !== "hidden" || !root.isConnected) return;
      this.keep();
      this.media.settle();
    };
    document.addEventListener("visibilitychange", this.rest);
  }

  build() {
    const asked = this.draft.asks ? onlyAsked(this.contract, this.draft.asks) : this.contract;
    const takes = Boolean(this.survey) && !this.survey.anonymous && this.draft.consent?.answer !== "no";
    this.interview = new Interview(withFiles(asked, takes), this.draft.answers, this.draft.preloaded, new Date(), this.draft.language);
  }

  get decimal() { return this.draft.language === "en" ? "." : ","; }

  get name() { return this.draft.page; }

  /** Show a page and say so in the draft; where the phone changes hands, that first. */
  async open(name) {
    this.draft.page = name;
    const { mode, block } = holder(this.interview, name);
    const own = mode === "self" && !this.draft.aided?.includes(block);
    if (own && this.alone !== block) return this.giveAway(block);
    if (!own && this.alone) return this.takeBack(() => this.open(name));
    if (this.mustAgree(name)) {
      this.keep();
      return this.consent();
    }
    if (!this.draft.seen.includes(name)) this.draft.seen.push(name);
    const page = this.copyOf(name);
    translate(page);
    // Everything is put in place before the page is shown, and laid out once.
    this.refresh({ filling: true }, page);
    this.dressFrame(page, mode);
    this.media.dress(page);
    show(this.root, { focus: false, swap: () => this.parts.page.replaceChildren(page) });
    this.focusOn(page);
    this.arrived = performance.now();
    this.keep();
  }

  /** The page's name, or the way on, in focus once the page stands: a screen reader begins there. */
  focusOn(page) {
    requestAnimationFrame(() => setTimeout(() => {
      if (!page.isConnected || page.contains(document.activeElement)) return;
      (page.querySelector("h1:not([hidden])") ?? this.parts.next).focus({ preventScroll: true });
    }));
  }

  refresh(how = {}, root = this.parts.page) {
    return refresh(root, this.interview, this.name, { decimal: this.decimal, kept: this.kept, ...how });
  }

  /** Whether a photo or a recording is asked for on this page, and nobody has agreed or declined yet. */
  mustAgree(name) {
    return !this.draft.consent && this.interview.questions(name, { required: false }).some((q) => isMedia(q.type));
  }

  /** The respondent's yes or no to photos and recordings; a no takes those away that were made before. */
  consent() {
    const { draft, interview, contract } = this;
    const before = this.before();
    const at = Object.values(draft.seconds).reduce((a, b) => a + b, 0);
    const done = async (said) => {
      draft.consent = said;
      if (said.answer === "no") for (const path of await this.media.forget()) interview.set(path, "");
      draft.answers = interview.answers();
      this.build();
      await this.keep();
      if (this.interview.pageIsRelevant(this.name)) return this.open(this.name);
      const next = this.interview.nextPage(this.name);
      return next ? this.open(next.name) : this.endScreen();
    };
    askConsent({ contract, interview, language: draft.language, at, done, back: before && (() => this.open(before.name)) });
  }

  /** The respondent is to answer a block alone, or to have it read aloud. */
  giveAway(block) {
    this.keep();
    const before = this.before();
    handOver({
      alone: () => {
        this.kept = sealedAnswers(this.interview, block, this.draft.seen);
        this.alone = block;
        this.draft.alone = [...new Set([...(this.draft.alone ?? []), block])];
        this.open(this.name);
      },
      aided: () => {
        this.draft.aided = [...(this.draft.aided ?? []), block];
        this.open(this.name);
      },
      back: before && (() => this.open(before.name)),
    });
  }

  /** The PIN leads back to the interviewer's view. */
  takeBack(then, cancel = null) {
    handBack({ done: () => { this.alone = ""; this.kept = new Set(); then(); }, cancel });
  }

  /** In the middle of a block the respondent gives the phone back. */
  async giveBack() {
    await this.media.settle();
    this.takePage();
    await this.keep();
    this.takeBack(() => this.stopScreen(), () => show(this.root));
  }

  /** The page before that may be opened: never one that the respondent answered alone. */
  before() {
    const { interview } = this;
    let page = interview.previousPage(this.name);
    while (page && this.isSealed(page.name)) page = interview.previousPage(page.name);
    return page;
  }

  isSealed(name) {
    const { mode, block } = holder(this.interview, name);
    return mode === "self" && !this.draft.aided?.includes(block);
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

  dressFrame(page, mode) {
    const { interview, parts } = this;
    put(page.querySelector("[data-at=label]"), interview.pageLabel(this.name));
    translate(this.root);
    put(parts.sealed, this.alone && this.kept.size ? t("What was answered here before is kept and no longer shown.") : "");
    parts.bar.value = Math.round(interview.progress(this.name) * 100);
    parts.back.hidden = Boolean(this.alone) || !this.before();
    parts.stop.hidden = parts.jump.hidden = Boolean(this.alone);
    parts.give.hidden = !this.alone;
    parts.card.hidden = Boolean(this.alone) || !canShowCard(page);
    parts.card.classList.toggle("asked-for", mode === "showcard");
    this.root.classList.remove("card");
    const other = this.languages.find((code) => code !== this.draft.language);
    put(parts.language, other ? NAMES[other] : "");
    if (other) parts.language.lang = other;
    this.root.lang = this.draft.language;
  }

  changed(control) {
    if (!control.isConnected) return; // a pause in typing that ended after the page was turned
    const name = take(control, this.interview);
    if (!name) return;
    this.refresh();
    forgive(this.parts.page, this.interview, this.name, name);
    this.nameNext();
    this.keep();
    if (this.mustAgree(this.name)) this.consent();
  }

  /** While somebody types: kept letter by letter; what it brings up appears after a pause. */
  typed(control) {
    if (take(control, this.interview)) this.keep();
  }

  /** An answer that no control was typed into. Kept at once. */
  async answered(path, value) {
    this.interview.set(path, value);
    this.refresh();
    forgive(this.parts.page, this.interview, this.name, path);
    await this.keep();
  }

  /** The button says so when it would let an unusual answer stand. */
  nameNext() {
    const doubted = this.parts.page.querySelector(".has-doubt") && !this.parts.page.querySelector(".has-error");
    this.parts.next.textContent = doubted ? t("It is right, go on") : t("Next");
  }

  /**
   * The draft as it stands, on the phone. Writes follow each other; of those that wait only the last is made, so
   * that typing never runs ahead of the memory. Resolves when what stands now is kept.
   */
  keep() {
    if (this.over) return this.writing;
    this.draft.answers = this.interview.answers();
    this.draft.stood = Object.fromEntries(this.stood);
    const first = !this.unwritten;
    this.unwritten = structuredClone(this.draft);
    if (first) this.writing = (this.writing ?? Promise.resolve()).then(() => this.write());
    return this.writing;
  }

  async write() {
    const draft = this.unwritten;
    this.unwritten = null;
    try {
      await keepDraft(draft);
      put(this.parts.trouble, "");
    } catch (reason) {
      put(this.parts.trouble, t("What you enter now is not kept: %(reason)s. Finish or stop here, and free some memory.", { reason: reason.name }));
    }
  }

  clock() {
    const spent = (performance.now() - this.arrived) / 1000;
    this.draft.seconds[this.name] = Math.round(((this.draft.seconds[this.name] ?? 0) + spent) * 10) / 10;
    this.arrived = performance.now();
  }

  takePage() {
    takeAll(this.parts.page, this.interview);
    this.clock();
    return this.refresh();
  }

  async forward() {
    await this.media.settle();
    const [fresh] = this.takePage();
    if (fresh) {
      focus(fresh);
      return this.keep();
    }
    const stops = check(this.parts.page, this.interview, this.name, say, this.stood);
    this.nameNext();
    if (stops) return this.keep();
    const next = this.interview.nextPage(this.name);
    if (next) return this.open(next.name);
    return this.alone ? this.takeBack(() => this.endScreen()) : this.endScreen();
  }

  async backward() {
    await this.media.settle();
    this.takePage();
    this.draft.backs += 1;
    const before = this.before();
    if (before) await this.open(before.name);
  }

  async switchLanguage() {
    await this.media.settle();
    this.takePage();
    this.draft.answers = this.interview.answers();
    this.draft.language = this.languages.find((code) => code !== this.draft.language);
    choose(this.draft.language);
    this.build();
    await this.open(this.name);
  }

  async jumpScreen() {
    await this.media.settle();
    this.takePage();
    await this.keep();
    const { root, parts } = copy("t-jump");
    for (const page of this.interview.pages()) {
      if (!this.draft.seen.includes(page.name) || this.isSealed(page.name) || !this.interview.pageIsRelevant(page)) continue;
      const row = copy("t-jump-row");
      row.parts.go.textContent = this.interview.pageLabel(page) || this.interview.questions(page)[0]?.label || page.name;
      row.parts.go.addEventListener("click", () => this.open(page.name));
      parts.list.append(row.root);
    }
    parts.consent.hidden = !this.draft.consent;
    parts.consent.addEventListener("click", () => this.consent());
    parts.back.addEventListener("click", () => this.open(this.name));
    show(root);
  }

  async stopScreen() {
    await this.media.settle();
    this.takePage();
    await this.keep();
    const { root, parts } = copy("t-stop");
    parts.on.addEventListener("click", () => this.open(this.name));
    parts.pause.addEventListener("click", () => this.leave(t("The interview is paused. You can go on with it from the list.")));
    parts.partial.addEventListener("click", () => this.finish("partial", parts.partial, parts.error));
    parts.refusal.addEventListener("click", async () => {
      this.over = true;
      await this.writing;
      if (this.draft.practice) await store.dropDraft(this.draft.instance_id);
      else await store.withdraw(this.draft.instance_id, attemptOf(await this.row(), "refusal"));
      await this.leave(this.draft.practice ? t("Nothing of it is kept or sent.") : t("The answers were deleted. The visit is recorded as declined."));
    });
    show(root);
  }

  async endScreen() {
    await this.keep();
    const { root, parts } = copy("t-end");
    const note = noteField(parts.note);
    // Nothing to observe where nobody was interviewed; who asks a few questions again sees another visit.
    const outcome = outcomeOf(this.contract, this.interview.values());
    parts.present.hidden = outcome !== "complete" || Boolean(this.draft.asks);
    for (const one of root.querySelectorAll("[name=present]")) one.checked = one.value === this.draft.present;
    parts.present.addEventListener("change", ({ target }) => {
      this.draft.present = target.value;
      put(parts.error, "");
      this.keep();
    });
    parts.finish.addEventListener("click", () => {
      if (!parts.present.hidden && !this.draft.present) {
        put(parts.error, t("Choose whether anybody else was there; then finish."));
        return parts.present.querySelector("input").focus();
      }
      const words = note.take();
      if (words !== null) this.finish(outcome, parts.finish, parts.error, words);
    });
    parts.back.addEventListener("click", () => this.open(this.isSealed(this.name) ? (this.before()?.name ?? this.name) : this.name));
    show(root);
  }

  async row() {
    return (await store.caseOf(this.draft.case)) ?? { case: this.draft.case };
  }

  /** Into the outbox. Only when the phone has it for good does the screen say that it is finished. */
  async finish(outcome, button, error, note = "") {
    button.disabled = true;
    this.over = true;
    try {
      await this.writing;
      const { draft } = this;
      if (draft.practice) {
        await store.dropDraft(draft.instance_id);
      } else {
        const attempt = attemptOf(await this.row(), AS_ATTEMPT[outcome] ?? outcome, null, note);
        const files = filesOf(draft, this.interview);
        const made = await sealed(draft, this.interview, outcome, this.survey.envelope_key, files);
        await store.finish(made, attempt, new Set(Object.values(files).map(({ id }) => id)));
      }
    } catch (reason) {
      button.disabled = false;
      this.over = false;
      put(error, t("The phone could not keep the interview: %(reason)s. It is still open; free some memory and finish again.", { reason: reason.name }));
      return;
    }
    const { root, parts } = copy("t-done");
    if (this.draft.practice) put(parts.title, t("Practice finished"));
    if (this.draft.practice) put(parts.words, t("Nothing of it is kept or sent."));
    this.leave.finished();
    show(root);
  }
}

/** Open a draft where it stopped. `leave(words)` goes home; `leave.finished()` is told of a finished one. */
export async function resumeInterview(id, leave) {
  const draft = await store.draft(id);
  if (!draft) return leave(t("This interview is no longer on the phone."));
  const { contract, pages } = await form(draft.survey, draft.version);
  const survey = ((await store.meta("surveys")) ?? []).find((one) => one.survey === draft.survey);
  const screen = new Screen(draft, contract, pages, leave, survey);
  const appLanguage = chosen();
  choose(draft.language);
  const close = () => {
    choose(appLanguage);
    screen.media.clear();
    document.removeEventListener("visibilitychange", screen.rest);
  };
  screen.leave = Object.assign((words) => { close(); return leave(words); }, { finished: () => { close(); leave.finished(); } });
  const known = screen.interview.pages().some((page) => page.name === draft.page);
  const first = screen.interview.firstPage();
  if (known || first) await screen.open(known ? draft.page : first.name);
  else await screen.endScreen(); // nothing is left to ask
  return textOf(contract.title);
}
