/** What a new collaborator learns, without a connection, and a practice interview that is never kept or sent. */
import { copy, put, show } from "./dom.js";
import { beginInterview } from "./interview.js";
import * as store from "./store.js";
import { textOf, t } from "./text.js";

/** The made-up household of the practice: chance as a real case has it, but no place and nobody behind it. */
async function madeUp(survey) {
  const like = (await store.cases()).find((row) => row.survey === survey.survey);
  return { case: 0, survey: survey.survey, practice: true, preloaded: { ...like?.preloaded } };
}

/** Forget practice interviews that were left in the middle. */
async function clear() {
  for (const [which, id] of await store.begun()) if (which === 0) await store.dropDraft(id);
}

/** Show the training. `begin(draft)` opens a practice interview. */
export async function trainingScreen({ begin }) {
  const { root, parts } = copy("t-training");
  const surveys = (await store.meta("surveys")) ?? [];
  for (const survey of surveys) {
    const { root: button } = copy("t-practice");
    button.textContent = surveys.length > 1 ? t("Practise: %(title)s", { title: textOf(survey.title) }) : t("Begin a practice interview");
    button.addEventListener("click", async () => {
      await clear();
      begin(await beginInterview(await madeUp(survey)));
    });
    parts.practice.append(button);
  }
  put(parts.none, surveys.length ? "" : t("A practice interview needs a survey. Press “Send and update” on the first screen."));
  await store.setMeta("trained", true);
  show(root);
}
