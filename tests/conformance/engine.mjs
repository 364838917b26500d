/**
 * The JavaScript evaluator on conformance jobs, for Node and for a browser page alike.
 * As a script: each line of standard input is a JSON array of jobs, each line written the array of results.
 */
const LOGIC = globalThis.LOGIC_URL ?? new URL("../../survey_app/static/js/collect/logic.js", import.meta.url).href;
const { Form, Interview, State, stored, toBoolean } = await import(LOGIC);

/** An expression: {document, tree, answers, at, name, now} -> [stored text, result as a condition]. */
function expression(job) {
  const state = new State(job.document, job.answers, {}, job.now, "default", undefined, { defaults: false });
  let scope = state.root;
  for (const [name, index] of job.at) scope = state.instances(scope, name)[index - 1];
  const value = state.run(job.tree, scope, job.name);
  return [stored(value), toBoolean(value)];
}

/** A scripted interview: {document, answers, preloaded, now, language, seed, steps} -> what each step shows. */
function script(job) {
  const interview = new Interview(new Form(job.document), job.answers, job.preloaded, job.now, job.language, job.seed);
  const seen = [snapshot(interview)];
  for (const [verb, ...given] of job.steps) {
    interview[verb](...given);
    seen.push(snapshot(interview));
  }
  return seen;
}

function snapshot(interview) {
  return {
    pages: interview.pages().map((page) => ({
      name: page.name,
      kind: page.kind,
      label: interview.pageLabel(page),
      relevant: interview.pageIsRelevant(page),
      next: interview.nextPage(page.name)?.name ?? null,
      previous: interview.previousPage(page.name)?.name ?? null,
      progress: interview.progress(page.name),
      questions: interview.questions(page),
    })),
    first: interview.firstPage()?.name ?? null,
    answers: interview.answers(),
    values: interview.values(),
    irrelevant: interview.irrelevant(),
    orders: interview.orders(),
    findings: interview.findings(),
  };
}

const KINDS = { expression, script };

/** Results of jobs in order; a job that throws gives {error}. */
export function runAll(jobs) {
  return jobs.map((job) => {
    try {
      return KINDS[job.job](job);
    } catch (error) {
      return { error: String(error?.stack ?? error) };
    }
  });
}

if (typeof process !== "undefined" && process.argv?.[1] === new URL(import.meta.url).pathname) {
  const { createInterface } = await import("node:readline");
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    process.stdout.write(`${JSON.stringify(runAll(JSON.parse(line)))}\n`);
  }
}
