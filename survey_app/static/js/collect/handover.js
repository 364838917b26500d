/**
 * Who holds the phone. A group may say so (dl::mode): `self`, the respondent takes the phone and answers alone,
 * with no way to what was answered before, and only the PIN leads back to the interviewer's view; `showcard`,
 * the interviewer turns the phone to show the choices. The card can be shown for any question with choices.
 */
import { copy, put, show } from "./dom.js";
import { tryPin } from "./lock.js";
import { t } from "./text.js";

/** @returns {{mode: string, block: string}} of a page: its nearest group with a mode, "" where there is none */
export function holder(interview, name) {
  const { members } = interview.page(name);
  for (const [scope, question] of members) {
    const { node, groups } = interview.state.form.at(scope).questions.get(question);
    for (const around of [node, ...[...groups].reverse()]) {
      const mode = around.extra?.["dl::mode"];
      if (mode) return { mode, block: around.name };
    }
    break;
  }
  return { mode: "", block: "" };
}

/** What the respondent answered in a block before the phone changed hands: kept, and shown to nobody again. */
export function sealedAnswers(interview, block, seen) {
  const names = new Set();
  for (const page of interview.pages()) {
    if (!seen.includes(page.name) || holder(interview, page.name).block !== block) continue;
    for (const question of interview.questions(page)) {
      if (question.value !== "" && !question.findings.some((f) => f.severity === "error")) names.add(question.name);
    }
  }
  return names;
}

/** Before a block that the respondent answers alone. `alone()` begins it; `aided()` when it is to be read aloud. */
export function handOver({ alone, aided, back }) {
  const { root, parts } = copy("t-hand-over");
  parts.alone.addEventListener("click", alone);
  parts.aided.addEventListener("click", aided);
  parts.back.hidden = !back;
  if (back) parts.back.addEventListener("click", back);
  show(root);
}

/** The respondent gives the phone back: the PIN leads on. `cancel` is offered while the block isn't done. */
export function handBack({ done, cancel }) {
  const { root, parts } = copy("t-hand-back");
  root.addEventListener("submit", async (event) => {
    event.preventDefault();
    parts.go.disabled = true;
    const { vault, words } = await tryPin(parts.pin.value);
    parts.go.disabled = false;
    if (vault) return done();
    parts.pin.value = "";
    put(parts.error, words);
    parts.pin.focus();
  });
  parts.cancel.hidden = !cancel;
  if (cancel) parts.cancel.addEventListener("click", cancel);
  show(root);
}

const CHOICES = "[data-question]:not([hidden])";
const withChoices = (page) => [...page.querySelectorAll(CHOICES)].filter((e) => e.querySelector(".choices"));

export const canShowCard = (page) => withChoices(page).length > 0;

/** Show one question and its choices, large, and nothing else; one tap leads back to where one was. */
export function showCard(root, parts) {
  const cards = withChoices(parts.page);
  let at = Math.max(0, cards.findIndex((e) => e.getBoundingClientRect().bottom > window.innerHeight / 4));
  const place = window.scrollY;
  const turn = () => {
    for (const one of parts.page.querySelectorAll(".on-card")) one.classList.remove("on-card");
    const card = cards[at];
    card.classList.add("on-card");
    const heading = card.dataset.heading && parts.page.querySelector(`[data-heading-of="${CSS.escape(card.dataset.heading)}"]`);
    if (heading) heading.classList.add("on-card");
    put(parts.another, at + 1 < cards.length ? t("Next card") : "");
    window.scrollTo(0, 0);
  };
  const close = () => {
    root.classList.remove("card");
    window.removeEventListener("keydown", escape);
    parts.another.onclick = parts.closing.onclick = null;
    window.scrollTo(0, place);
    cards[at].scrollIntoView({ block: "nearest" });
    parts.card.focus({ preventScroll: true });
  };
  const escape = ({ key }) => key === "Escape" && close();
  window.addEventListener("keydown", escape);
  parts.another.onclick = () => { at += 1; turn(); };
  parts.closing.onclick = close;
  root.classList.add("card");
  turn();
  parts.closing.focus({ preventScroll: true });
}
