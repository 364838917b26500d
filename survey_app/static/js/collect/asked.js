/**
 * A contract that asks some of its questions only: for an interview that was sent back. The other answers lie
 * sealed with the server, so nothing may depend on them here: the asked questions are shown whatever the
 * form's conditions, and a constraint that reads other answers can be confirmed. The server judges the whole.
 */

const NEVER = ["false"];
/** Types that are filled in without asking: the case's own values and what follows from them. */
const SILENT = new Set(["hidden", "calculate", "start", "end", "today"]);

function question(node, names) {
  if (!names.has(node.name)) return SILENT.has(node.type) ? node : { ...node, relevant: NEVER };
  const { relevant: _relevant, constraint, constraint_message, choice_filter: _filter, ...asked } = node;
  if (constraint === undefined) return asked;
  return { ...asked, warning: constraint, warning_message: constraint_message ?? node.warning_message };
}

function holds(node, names) {
  return node.kind === "question" ? names.has(node.name) : node.children.some((child) => holds(child, names));
}

function pruned(node, names) {
  if (node.kind === "question") return question(node, names);
  if (!holds(node, names)) return { ...node, relevant: NEVER };
  const { relevant: _relevant, ...group } = node;
  return { ...group, children: node.children.map((child) => pruned(child, names)) };
}

/** @param {any} contract @param {string[]} asked names of questions; a path into a repeat asks in every instance */
export function onlyAsked(contract, asked) {
  const names = new Set(asked.map((path) => path.replace(/^.*\//, "")));
  return { ...contract, children: contract.children.map((node) => pruned(node, names)) };
}
