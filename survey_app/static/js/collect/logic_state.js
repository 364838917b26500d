/**
 * Answers in their scopes, and everything computed from them: values, relevance, repeat counts, choices.
 * Twin of questionnaires/interview/state.py, choices.py and judge.py.
 */
import { shuffled } from "./logic_digest.js";
import { Context, Scope, evaluate, matching } from "./logic_evaluate.js";
import { check } from "./logic_types.js";
import { DAY, datetimeText, stored, toBoolean, toNumber, toText } from "./logic_values.js";

/**
 * A finding about an answer. `message` is the author's, '' where there is none.
 * @typedef {{code: string, severity: "error" | "warning", name: string, params: {message?: string}}} Finding
 * @typedef {Record<string, any>} Json
 */

export const MAX_INSTANCES = 500;

/** An answer as it is kept: NFC text without NUL; null is blank. */
const normal = (value) => (value === null || value === undefined ? "" : String(value)).replace(/\p{Cs}/gu, "\ufffd").normalize("NFC").replaceAll("\0", "");

/** The run-time index of a contract: what stands directly in each repeat scope, under which groups. */
export class Form {
  /** @param {Json} document */
  constructor(document) {
    this.document = document;
    /** Whether pages depend on answers: a repeat, or rows or blocks whose order may turn. */
    this.dynamic = false;
    /** @type {Map<string, any[]>} name -> calculations that wait for it */
    this.triggers = new Map();
    /** List -> choice -> its label, where an answer is piped into it. */
    this.piped = {};
    for (const [name, choices] of Object.entries(document.lists)) {
      for (const { value, piped } of choices) if (piped) (this.piped[name] ??= {})[value] = piped;
    }
    this.tables = new Map();
    this.indexes = new Map();
    this.scopes = new Map();
    this.#index(document.children, [], []);
    this.order = document.order.map((key) => {
      const chain = key.split("/");
      return { name: chain.pop(), chain };
    });
    /** Whether values are computed in order before any is asked for, lest the stack grow too deep. */
    this.long = this.order.length > 400;
  }

  #index(nodes, chain, groups) {
    const key = chain.join("/");
    if (!this.scopes.has(key)) this.scopes.set(key, { questions: new Map(), repeats: new Map(), groups: new Map() });
    const scope = this.scopes.get(key);
    for (const node of nodes) {
      if (node.kind === "question") {
        scope.questions.set(node.name, { node, groups });
        for (const name of node.trigger ?? []) {
          this.triggers.set(name, [...(this.triggers.get(name) ?? []), { node, chain }]);
        }
        continue;
      }
      this.dynamic ||= node.kind === "repeat" || node.order?.if !== undefined;
      if (node.kind === "group") {
        scope.groups.set(node.name, [...groups, node]);
        this.#index(node.children, chain, [...groups, node]);
      } else {
        scope.repeats.set(node.name, { node, groups });
        this.#index(node.children, [...chain, node.name], []);
      }
    }
  }

  at(scope) { return this.scopes.get(scope.key); }

  rows(name, language) {
    const key = `${language}\n${name}`;
    if (!this.tables.has(key)) {
      const { data, lists } = this.document;
      this.tables.set(key, data[name] ?? (lists[name] ?? []).map((choice) => ({
        ...choice.columns, name: choice.value, label: this.inLanguage(choice.label, language) ?? "",
      })));
    }
    return this.tables.get(key);
  }

  /** [1-based position, row] of the rows whose cell is that text; the column is indexed once. */
  lookup(name, language, column, text) {
    const key = `${language}\n${name}\n${column}`;
    if (!this.indexes.has(key)) {
      const index = new Map();
      this.rows(name, language).forEach((row, i) => {
        const cell = Object.hasOwn(row, column) ? row[column] : "";
        if (!index.has(cell)) index.set(cell, []);
        index.get(cell).push([i + 1, row]);
      });
      this.indexes.set(key, index);
    }
    return this.indexes.get(key).get(text) ?? [];
  }

  inLanguage(text, language) {
    if (text && Object.hasOwn(text, language)) return text[language];
    const known = [this.document.default_language, ...Object.keys(text ?? {}).sort()];
    return text?.[known.find((one) => Object.hasOwn(text, one))];
  }
}

/** @param {Date | number | string} now @returns {number} milliseconds since 1970-01-01 UTC */
const instant = (now) => (now instanceof Date ? now.getTime() : typeof now === "number" ? now : Date.parse(now));

export class State {
  /**
   * @param {Json} document the contract, or its Form @param {Json} answers as stored, a repeat is a list of such
   * @param {Record<string, string>} preloaded the case's values, which win over answers @param {Date | number | string} now
   * @param {string} language @param {string} [seed] of orders left to chance; by default made of the preloaded values
   */
  constructor(document, answers, preloaded, now, language, seed, { defaults = true } = {}) {
    this.form = document instanceof Form ? document : new Form(document);
    this.document = this.form.document;
    this.language = language;
    this.version = String(this.document.version);
    this.offset = this.document.offset;
    this.nowDays = this.#days(now);
    this.preloaded = Object.fromEntries(Object.entries(preloaded ?? {}).map(([key, value]) => [key, normal(value)]));
    this.seed = seed ?? defaultSeed(this.preloaded);
    this.unknown = [];
    this.settled = false;
    this.defaults = defaults;
    this.root = new Scope("", null);
    this.#load(this.root, answers ?? {}, "");
    const known = this.form.at(this.root).questions;
    for (const [name, value] of Object.entries(this.preloaded)) if (known.has(name)) this.root.raw.set(name, value);
    if (defaults) this.#start(this.root);
    this.forget();
  }

  #load(scope, answers, path) {
    const form = this.form.at(scope);
    for (const [name, value] of Object.entries(answers)) {
      if (form.questions.has(name) && (typeof value !== "object" || value === null)) scope.raw.set(name, normal(value));
      else if (form.repeats.has(name) && Array.isArray(value)) {
        for (const row of value.slice(0, MAX_INSTANCES)) {
          const given = typeof row === "object" && row && !Array.isArray(row) ? row : {};
          this.#load(this.#append(scope, name), given, `${path}${name}/`);
        }
        if (value.length > MAX_INSTANCES) this.unknown.push(`${path}${name}[${MAX_INSTANCES + 1}]`);
      } else this.unknown.push(path + name);
    }
  }

  #append(scope, name) {
    if (!scope.repeats.has(name)) scope.repeats.set(name, []);
    const siblings = scope.repeats.get(name);
    const child = new Scope(name, scope, siblings.length + 1);
    siblings.push(child);
    return child;
  }

  #start(scope) {
    for (const [name, { node }] of this.form.at(scope).questions) {
      if (scope.raw.has(name)) continue;
      if (node.type === "start" || node.type === "today") {
        scope.raw.set(name, toText(this.run([node.type === "start" ? "now" : "today"], scope, name)));
      } else if (node.default !== undefined) {
        const text = typeof node.default === "string" ? node.default : stored(this.run(node.default[1], scope, name));
        scope.raw.set(name, typeof node.default === "string" ? text : normal(text));
      }
      scope.memo.clear(); // a later default may read this one
    }
    for (const instances of scope.repeats.values()) instances.forEach((child) => this.#start(child));
  }

  // change

  /** Answer the questions of type `end`. @param {Date | number | string} now */
  end(now) {
    for (const [name, { node }] of this.form.at(this.root).questions) {
      if (node.type === "end") this.root.raw.set(name, datetimeText(this.#days(now), this.offset));
    }
    this.forget();
  }

  #days(now) { return Math.floor(instant(now) + this.offset * 60000) / DAY; }

  put(scope, name, value) {
    scope.raw.set(name, normal(value));
    this.forget();
    for (const { node, chain } of this.form.triggers.get(name) ?? []) {
      for (const place of this.scopes(chain)) {
        place.raw.set(node.name, normal(stored(this.run(node.calculation, place, node.name))));
      }
      this.forget();
    }
  }

  /** @returns {Scope | null} null at the limit */
  add(scope, name) {
    if ((scope.repeats.get(name)?.length ?? 0) >= MAX_INSTANCES) return null;
    const child = this.#append(scope, name);
    this.forget();
    if (this.defaults) this.#start(child);
    this.forget();
    return child;
  }

  remove(scope, name, index) {
    const siblings = scope.repeats.get(name) ?? [];
    if (index >= 1 && index <= siblings.length) {
      siblings.splice(index - 1, 1);
      siblings.forEach((child, i) => { child.index = i + 1; });
    }
    this.forget();
  }

  forget() {
    this.settled = false;
    for (const scope of this.everyScope()) scope.memo.clear();
  }

  settle() {
    if (this.settled) return;
    this.settled = true;
    for (const { chain, name } of this.form.order) {
      for (const scope of this.scopes(chain)) {
        if (this.isRepeat(scope, name)) this.instances(scope, name);
        else this.value(scope, name);
      }
    }
  }

  // what expressions ask

  run(tree, scope, name = "") { return evaluate(tree, new Context(this, scope, name)); }

  value(scope, name) {
    if (!this.settled && this.form.long) this.settle();
    let known = scope.memo.get(name);
    if (known === undefined) {
      const question = this.form.at(scope).questions.get(name);
      if (!question) return "";
      scope.memo.set(name, "");
      known = this.relevant(scope, name) ? this.#compute(scope, name, question.node) : "";
      scope.memo.set(name, known);
    }
    return /** @type {string} */ (known);
  }

  #compute(scope, name, node) {
    const raw = scope.raw.get(name) ?? "";
    if (node.calculation === undefined || node.trigger || (raw && node.sticky)) return raw;
    const result = normal(stored(this.run(node.calculation, scope, name)));
    if (node.sticky) scope.raw.set(name, result);
    return result;
  }

  relevant(scope, name) {
    if (!this.settled && this.form.long) this.settle();
    const key = `?${name}`;
    let known = scope.memo.get(key);
    if (known === undefined) {
      scope.memo.set(key, true);
      known = this.#relevant(scope, name);
      scope.memo.set(key, known);
    }
    return /** @type {boolean} */ (known);
  }

  #relevant(scope, name) {
    const form = this.form.at(scope);
    if (name === "") {
      if (!scope.parent) return true;
      const { node, groups } = this.form.at(scope.parent).repeats.get(scope.name);
      return this.relevant(scope.parent, around(groups)) && this.#holds(node, scope);
    }
    if (name[0] === "/") {
      const groups = form.groups.get(name.slice(1));
      return this.relevant(scope, around(groups.slice(0, -1))) && this.#holds(groups[groups.length - 1], scope);
    }
    const { node, groups } = form.questions.get(name);
    return this.relevant(scope, around(groups)) && this.#holds(node, scope);
  }

  /** Whether a repeat that may have no instance is relevant. */
  repeatRelevant(scope, name) {
    const { node, groups } = this.form.at(scope).repeats.get(name);
    return this.relevant(scope, around(groups)) && this.#holds(node, scope);
  }

  #holds(node, scope) { return node.relevant === undefined || toBoolean(this.run(node.relevant, scope, node.name)); }

  isRepeat(scope, name) { return this.form.at(scope).repeats.has(name); }

  instances(scope, name) {
    if (!scope.repeats.has(name)) scope.repeats.set(name, []);
    const siblings = scope.repeats.get(name);
    const count = this.form.at(scope).repeats.get(name)?.node.count;
    if (count === undefined) return siblings;
    let known = scope.memo.get(`#${name}`);
    if (known === undefined) {
      // A count may read its own instances ("another one?"): meanwhile they are those there were.
      const shown = scope.shown.get(name) ?? siblings.length;
      scope.memo.set(`#${name}`, String(shown));
      const wanted = toNumber(this.run(count, scope, name));
      const whole = Number.isNaN(wanted) ? 0 : Math.trunc(Math.max(0, Math.min(MAX_INSTANCES, wanted)));
      if (whole !== shown) this.#forgetValues();
      scope.shown.set(name, whole);
      known = String(whole);
      scope.memo.set(`#${name}`, known);
      while (siblings.length < whole) {
        const child = this.#append(scope, name);
        if (this.defaults) this.#start(child);
      }
    }
    return siblings.slice(0, Number(known));
  }

  #forgetValues() {
    for (const scope of this.everyScope()) {
      for (const key of [...scope.memo.keys()]) if (key[0] !== "#") scope.memo.delete(key);
    }
  }

  items(name) { return this.form.rows(name, this.language); }

  /** With answers piped in; '' for an unknown value. */
  choiceLabel(name, value, scope) {
    const piped = this.form.piped[name]?.[value];
    return piped ? this.words(piped, scope) : this.lookup(name, "name", value)[0]?.[1].label ?? "";
  }

  lookup(name, column, text) { return this.form.lookup(name, this.language, column, text); }

  /** A text in the interview's language, else the default one, else any; `${…}` filled in. */
  words(text, scope = this.root) {
    const parts = this.form.inLanguage(text, this.language);
    if (!Array.isArray(parts)) return parts ?? "";
    return parts.map((part) => (typeof part === "string" ? part : stored(this.run(part, scope)))).join("");
  }

  random() { return Math.random(); }

  seedFor(path) { return `${this.seed}|${path}`; }

  choices(scope, node) {
    const { value = "name", label = "label" } = node.parameters ?? {};
    let rows = node.choice_filter === undefined ? this.items(node.list ?? "")
      : matching(node.list ?? "", node.choice_filter, new Context(this, scope, node.name)).map(([, row]) => row);
    if (this.form.piped[node.list]) {
      rows = rows.map((row) => ({ ...row, label: this.choiceLabel(node.list, row.name, scope) }));
    }
    if (value === "name" && label === "label") return rows;
    return rows.map((row) => ({ ...row, name: row[value] ?? "", label: row[label] ?? "" }));
  }

  /** items in the order that node.order asks for. @param {string[]} values names of the items */
  arranged(scope, node, values, items) {
    const order = node.order;
    if (!order || (order.if !== undefined && !toBoolean(this.run(order.if, scope, node.name)))) return items;
    const free = items.filter((_, i) => !order.keep.includes(values[i]));
    const kept = items.filter((_, i) => order.keep.includes(values[i]));
    if (order.how === "items") return items;
    if (order.how !== "randomize") return [...free.reverse(), ...kept];
    const seed = order.seed === undefined ? this.seedFor(this.path(scope, node.name)) : this.run(order.seed, scope, node.name);
    return [...shuffled(free, seed), ...kept];
  }

  /** [a label whose items, the lines that begin with •, stand in this respondent's order; that order] */
  listed(scope, node, text) {
    const lines = text.split("\n");
    const places = lines.flatMap((line, i) => (line[0] === "•" ? [i] : []));
    const order = shuffled(places, this.seedFor(this.path(scope, node.name)));
    const taken = order.map((i) => lines[i]);
    places.forEach((place, i) => { lines[place] = taken[i]; });
    return [lines.join("\n"), order.map((i) => places.indexOf(i) + 1).join(" ")];
  }

  isSwapped(scope, node) {
    return node.order?.how === "swap" && toBoolean(this.run(node.order.if, scope, node.name));
  }

  isRequired(scope, node) {
    const required = node.required ?? false;
    if (required === false || ["note", "calculate", "hidden"].includes(node.type)) return false;
    return required === true || toBoolean(this.run(required, scope, node.name));
  }

  /** @returns {Finding[]} on a relevant question; the first error of form hides what follows from it */
  judge(scope, node, { required = true } = {}) {
    if (!this.relevant(scope, node.name)) return [];
    const value = this.value(scope, node.name);
    const finding = (code, severity = "error", message = undefined) => [{
      code, severity, name: this.path(scope, node.name),
      params: message === undefined ? {} : { message: this.words(message, scope) },
    }];
    if (value === "") {
      return required && this.isRequired(scope, node) ? finding("answer.required", "error", node.required_message ?? {}) : [];
    }
    if (node.calculation !== undefined && ["calculate", "hidden"].includes(node.type)) return [];
    const problem = check(value, node, () => this.choices(scope, node).map((row) => row.name));
    if (problem) return finding(problem);
    const holds = (tree) => tree === undefined || toBoolean(this.run(tree, scope, node.name));
    if (!holds(node.constraint)) return finding("answer.constraint", "error", node.constraint_message ?? {});
    if (!holds(node.warning)) return finding("answer.warning", "warning", node.warning_message ?? {});
    return [];
  }

  scopes(chain) {
    let found = [this.root];
    for (const name of chain) found = found.flatMap((scope) => this.instances(scope, name));
    return found;
  }

  * everyScope() {
    const waiting = [this.root];
    while (waiting.length) {
      const scope = waiting.pop();
      yield scope;
      for (const instances of scope.repeats.values()) waiting.push(...instances);
    }
  }

  /** `hh[1]/name`: how the outside names a question of an instance. */
  path(scope, name = "") {
    const parts = name ? [name] : [];
    for (let at = scope; at.parent; at = at.parent) parts.unshift(`${at.name}[${at.index}]`);
    return parts.join("/");
  }
}

const around = (groups) => (groups.length ? `/${groups[groups.length - 1].name}` : "");

function defaultSeed(preloaded) {
  if (preloaded.order_seed) return preloaded.order_seed;
  return Object.keys(preloaded).sort().map((key) => `${key}=${preloaded[key]}`).join("&");
}
