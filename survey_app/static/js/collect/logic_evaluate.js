/**
 * The JavaScript evaluator: walks the JSON tree of the compiled contract. Twin of
 * questionnaires/logic/evaluate.py and context.py; questionnaires/logic/README.md describes every shape.
 */
import { shuffled } from "./logic_digest.js";
import { FUNCTIONS } from "./logic_functions.js";
import { compare, stored, toBoolean, toNumber, toText } from "./logic_values.js";

/** @typedef {import("./logic_values.js").Value} Value */
/** @typedef {string | number | any[]} Tree */

/** The root or one instance of a repeat: the place in which a name means one answer. */
export class Scope {
  /** @param {string} name @param {Scope | null} parent @param {number} index 1-based */
  constructor(name, parent, index = 1) {
    this.name = name;
    this.parent = parent;
    this.index = index;
    this.depth = parent ? parent.depth + 1 : 0;
    /** @type {string[]} */
    this.chain = parent ? [...parent.chain, name] : [];
    this.key = this.chain.join("/");
    /** @type {Map<string, string>} answers as entered */
    this.raw = new Map();
    /** @type {Map<string, Scope[]>} */
    this.repeats = new Map();
    /** @type {Map<string, number>} the last count of each counted repeat */
    this.shown = new Map();
    /** @type {Map<string, string | boolean>} what was computed since the last change */
    this.memo = new Map();
  }

  /** @param {number} depth @returns {Scope} */
  ancestor(depth) {
    let scope = /** @type {Scope} */ (this);
    while (scope.depth > depth && scope.parent) scope = scope.parent;
    return scope;
  }
}

/** An answer (name), a group (`/name`) or the scope itself (''). */
class Node {
  constructor(world, scope, name) {
    this.world = world;
    this.scope = scope;
    this.name = name;
  }

  get isAnswer() { return this.name !== "" && this.name[0] !== "/"; }

  get text() { return this.isAnswer ? this.world.value(this.scope, this.name) : ""; }

  get index() { return this.name === "" ? this.scope.index : 1; }
}

class Item {
  constructor(columns, index = 1, column = "") {
    this.columns = columns;
    this.index = index;
    this.column = column;
  }

  get isAnswer() { return this.column !== ""; }

  get text() { return this.column && Object.hasOwn(this.columns, this.column) ? this.columns[this.column] : ""; }
}

/** Where an expression stands: `scope` and `name` are its question's, `node` the predicate's. */
export class Context {
  constructor(world, scope, name = "", node = null, position = 1, size = 1) {
    this.world = world;
    this.scope = scope;
    this.name = name;
    this.node = node;
    this.position = position;
    this.size = size;
  }

  inside(node, position, size) {
    return new Context(this.world, this.scope, this.name, node, position, size);
  }
}

/** @param {Tree} tree @param {Context} context @returns {Value} */
export function evaluate(tree, context) {
  if (!Array.isArray(tree)) return tree;
  const special = SPECIAL[tree[0]];
  if (special) return special(tree, context);
  const values = [];
  for (let i = 1; i < tree.length; i += 1) values.push(evaluate(tree[i], context));
  return FUNCTIONS[tree[0]](context, ...values);
}

const number = (tree, c) => toNumber(evaluate(tree, c), c.world.offset);
const nodesOf = (tree, c) => {
  const value = evaluate(tree, c);
  return Array.isArray(value) ? value : [];
};

const arithmetic = (combine) => (tree, c) => {
  let result = number(tree[1], c);
  for (let i = 2; i < tree.length; i += 1) result = combine(result, number(tree[i], c));
  return result;
};

const comparison = (tree, c) => compare(tree[0], evaluate(tree[1], c), evaluate(tree[2], c), c.world.offset);

function path(tree, c) {
  const world = c.world;
  let scopes = [(tree[1] === 0 ? c.scope : c.node.scope).ancestor(tree[2])];
  let found = [new Node(world, scopes[0], "")];
  let single = true;
  for (let i = 3; i < tree.length; i += 1) {
    const step = tree[i];
    const plain = typeof step === "string";
    const name = plain ? step : step[0];
    const following = [];
    for (const scope of scopes) {
      let here;
      if (world.isRepeat(scope, name)) {
        single = false;
        here = world.instances(scope, name).map((one) => new Node(world, one, ""));
      } else {
        here = [new Node(world, scope, name)];
      }
      following.push(...(plain ? here : keep(here, step.slice(1), c)));
    }
    single = single && plain;
    found = following;
    scopes = found.map((node) => node.scope);
  }
  return single ? found : found.filter((node) => world.relevant(node.scope, node.name));
}

function keep(nodes, predicates, c) {
  let kept = nodes;
  for (const predicate of predicates) {
    const size = kept.length;
    kept = kept.filter((node, i) => {
      const value = evaluate(predicate, c.inside(node, i + 1, size));
      return typeof value === "number" ? value === i + 1 : toBoolean(value);
    });
  }
  return kept;
}

function indexed(tree, c) {
  let scopes = [c.scope.ancestor(0)];
  const own = c.scope.chain;
  for (let depth = 0; depth < tree.length - 2; depth += 1) {
    const [repeat, index] = tree[depth + 2];
    const wanted = index === null ? null : number(index, c);
    const following = [];
    for (const scope of scopes) {
      const instances = c.world.instances(scope, repeat);
      const path = [...scope.chain, repeat];
      if (wanted !== null) following.push(...instances.filter((one) => one.index === wanted));
      else if (scopes.length === 1 && own.length > depth && path.every((name, i) => own[i] === name)) {
        following.push(c.scope.ancestor(depth + 1));
      } else following.push(...instances);
    }
    scopes = following;
  }
  return scopes.map((scope) => new Node(c.world, scope, tree[1]));
}

function union(tree, c) {
  const found = [];
  const same = (a, b) => a === b || (a.scope && a.scope === b.scope && a.name === b.name);
  for (const part of tree.slice(1)) {
    for (const node of nodesOf(part, c)) if (!found.some((other) => same(node, other))) found.push(node);
  }
  return found;
}

function instance(tree, c) {
  const rows = tree.length > 3 ? matching(tree[1], tree[3], c) : c.world.items(tree[1]).map((row, i) => [i + 1, row]);
  const kept = keep(rows.map(([at, row]) => new Item(row, at)), tree.slice(4), c);
  return tree[2] ? kept.map((item) => new Item(item.columns, 1, tree[2])) : kept;
}

/**
 * [position, row] of the rows of a list or table that the predicate holds for. `column = expression` is looked
 * up in an index, so that long lists cost what they give.
 * @returns {[number, Record<string, string>][]}
 */
export function matching(table, predicate, c) {
  const rows = c.world.items(table);
  let candidates = null;
  const key = keyOf(predicate);
  if (key) {
    const wanted = evaluate(key[1], c);
    if (typeof wanted === "string") candidates = c.world.lookup(table, key[0], wanted);
    else if (Array.isArray(wanted) && wanted.length === 1) candidates = c.world.lookup(table, key[0], wanted[0].text);
  }
  candidates ??= rows.map((row, i) => [i + 1, row]);
  return candidates.filter(([at, row]) => {
    const value = evaluate(predicate, c.inside(new Item(row, at), at, rows.length));
    return typeof value === "number" ? value === at : toBoolean(value);
  });
}

function keyOf(predicate) {
  if (!Array.isArray(predicate)) return null;
  if (predicate[0] === "and") {
    for (const part of predicate.slice(1)) {
      const key = keyOf(part);
      if (key) return key;
    }
  } else if (predicate[0] === "=") {
    for (const [cell, other] of [predicate.slice(1), predicate.slice(1).reverse()]) {
      if (Array.isArray(cell) && cell[0] === "c" && !readsRow(other)) return [cell[1], other];
    }
  }
  return null;
}

const readsRow = (tree) => Array.isArray(tree) && (["c", ".", "position", "last", "i", "f"].includes(tree[0])
  || (tree[0] === "p" && tree[1] === 1) || tree.slice(1).some(readsRow));

function pulldata(tree, c) {
  const [column, keyColumn, key] = tree.slice(2).map((part) => toText(evaluate(part, c)));
  const row = c.world.lookup(tree[1], keyColumn, key)[0]?.[1];
  return row && Object.hasOwn(row, column) ? row[column] : "";
}

function choiceName(tree, c) {
  return c.world.choiceLabel(tree[2], toText(evaluate(tree[1], c)), c.scope);
}

/** @type {Map<string, RegExp>} */
const patterns = new Map();

function regex(tree, c) {
  let pattern = patterns.get(tree[2]);
  if (!pattern) {
    pattern = new RegExp(`^(?:${tree[2]})$`, "u");
    patterns.set(tree[2], pattern);
  }
  const text = toText(evaluate(tree[1], c));
  return text.length <= 2000 && [...text].length <= 1000 && pattern.test(text);
}

function coalesce(tree, c) {
  let value = "";
  for (const part of tree.slice(1)) {
    value = evaluate(part, c);
    if (stored(value) !== "") return value;
  }
  return value;
}

function position(tree, c) {
  if (tree.length === 1) return c.position;
  const nodes = nodesOf(tree[1], c);
  return nodes.length ? nodes[0].index : NaN;
}

/** @type {Record<string, (tree: any[], c: Context) => Value>} */
const SPECIAL = {
  or: (tree, c) => tree.slice(1).some((part) => toBoolean(evaluate(part, c))),
  and: (tree, c) => tree.slice(1).every((part) => toBoolean(evaluate(part, c))),
  "=": comparison, "!=": comparison, "<": comparison, "<=": comparison, ">": comparison, ">=": comparison,
  "+": arithmetic((a, b) => a + b),
  "-": arithmetic((a, b) => a - b),
  "*": arithmetic((a, b) => a * b),
  div: arithmetic((a, b) => a / b),
  mod: arithmetic((a, b) => (Number.isFinite(a) ? a % b : NaN)),
  negate: (tree, c) => -number(tree[1], c),
  if: (tree, c) => evaluate(tree[toBoolean(evaluate(tree[1], c)) ? 2 : 3], c),
  coalesce,
  once: (tree, c) => c.scope.raw.get(c.name) || evaluate(tree[1], c),
  q: (tree, c) => [new Node(c.world, c.scope.ancestor(0), tree[1])],
  p: path,
  "|": union,
  f: (tree, c) => keep(nodesOf(tree[1], c), tree.slice(2), c),
  ".": (tree, c) => (c.node ? [c.node] : []),
  c: (tree, c) => (c.node instanceof Item ? [new Item(c.node.columns, 1, tree[1])] : []),
  i: instance,
  "indexed-repeat": indexed,
  pulldata,
  "choice-name": choiceName,
  regex,
  position,
  last: (tree, c) => c.size,
  randomize: (tree, c) => shuffled(
    nodesOf(tree[1], c), tree.length > 2 ? evaluate(tree[2], c) : c.world.random() * 2147483646,
  ),
};
