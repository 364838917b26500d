/**
 * An interview under way: answers, what is shown, in what order, what is wrong with it. No DOM, no network.
 * Twin of questionnaires/interview, with its names and paths (`age`, `hh[2]/age`). The server judges again.
 */
import { State } from "./logic_state.js";

export { Form, MAX_INSTANCES, State } from "./logic_state.js";
export { stored, toBoolean } from "./logic_values.js";

/**
 * @typedef {import("./logic_state.js").Finding} Finding
 * @typedef {{value: string, label: string, exclusive: boolean, columns: Record<string, string> | null}} ShownChoice
 * @typedef {{name: string, type: string, label: string, hint: string, value: string, choices: ShownChoice[],
 *   required: boolean, read_only: boolean, appearance: string, parameters: Record<string, string>,
 *   extra: Record<string, string>, group: string, group_label: string, findings: Finding[]}} Shown
 * @typedef {{name: string, kind: "questions" | "repeat", members: any[], group: any, scope: any}} Page
 */

/** Types without a widget: never on a page. */
const SILENT = new Set(["calculate", "hidden", "start", "end", "today", "audit", "xml-external", "csv-external"]);
const PART = /^([^/[\]]+)(?:\[(\d{1,4})\])?$/;

const isShown = (node) => !SILENT.has(node.type)
  && (node.calculation === undefined || node.label !== undefined || node.hint !== undefined);

export class Interview {
  /**
   * @param {any} compiled the contract (parsed JSON), or a Form made of it
   * @param {Record<string, any>} [answers] @param {Record<string, string>} [preloaded]
   * @param {Date | number | string} [now] @param {string} [language] @param {string} [seed] see State
   */
  constructor(compiled, answers = {}, preloaded = {}, now = new Date(), language = "vi", seed = undefined) {
    this.state = new State(compiled, answers, preloaded, now, language, seed);
    /** @type {Page[] | null} */
    this.built = null;
  }

  // answers

  /** Set one answer. An unknown path throws, here and everywhere. */
  set(name, value) {
    const { scope, node } = this.#find(name);
    const text = node.list === undefined ? value : String(value).split(/\s+/).filter(Boolean).join(" ");
    this.state.put(scope, node.name, text);
    if (this.state.form.dynamic) this.built = null;
  }

  value(name) {
    const { scope, node } = this.#find(name);
    return this.state.value(scope, node.name);
  }

  /** One more instance of an open repeat. @returns {string | null} its path, null at the limit */
  add(name) {
    const [scope, repeat] = this.#repeat(name);
    const child = this.state.add(scope, repeat);
    this.built = null;
    return child && this.state.path(child);
  }

  /** Take out the instance `hh[2]`. */
  remove(name) {
    const at = name.lastIndexOf("/");
    const match = PART.exec(name.slice(at + 1));
    if (!match?.[2]) throw new Error(`no such instance: ${name}`);
    this.state.remove(this.#scope(name.slice(0, Math.max(at, 0))), match[1], Number(match[2]));
    this.built = null;
  }

  /** Everything entered, relevant or not: what a draft keeps. */
  answers() { return this.#collect(this.state.root, false); }

  /** The answer set: relevant ones and calculations, no blanks. */
  values() {
    this.state.settle();
    return this.#collect(this.state.root, true);
  }

  /** Path -> text of answers to questions that are not relevant now. */
  irrelevant() {
    const { state } = this;
    /** @type {Record<string, string>} */
    const found = {};
    for (const scope of state.everyScope()) {
      const hidden = scope.parent && !state.instances(scope.parent, scope.name).includes(scope);
      for (const [name, value] of scope.raw) {
        if (value !== "" && (hidden || !state.relevant(scope, name))) found[state.path(scope, name)] = value;
      }
    }
    return found;
  }

  #collect(scope, relevant) {
    const { state } = this;
    const form = state.form.at(scope);
    /** @type {Record<string, any>} */
    const found = {};
    for (const name of form.questions.keys()) {
      const value = relevant ? state.value(scope, name) : scope.raw.get(name);
      if (value || (value === "" && !relevant)) found[name] = value;
    }
    for (const name of form.repeats.keys()) {
      let instances = relevant ? state.instances(scope, name) : scope.repeats.get(name) ?? [];
      if (relevant) instances = instances.filter((child) => state.relevant(child, ""));
      if (instances.length) found[name] = instances.map((child) => this.#collect(child, relevant));
    }
    return found;
  }

  /** Path -> values in the order shown, where that isn't the form's. */
  orders() {
    const { state } = this;
    state.settle();
    /** @type {Record<string, string>} */
    const found = {};
    for (const [key, { questions, groups }] of state.form.scopes) {
      for (const scope of state.scopes(key ? key.split("/") : [])) {
        for (const [name, { node }] of questions) {
          if (!node.order || !state.relevant(scope, name)) continue;
          const values = state.choices(scope, node).map((row) => row.name);
          found[state.path(scope, name)] = node.order.how === "items"
            ? state.listed(scope, node, state.words(node.label ?? {}, scope))[1]
            : state.arranged(scope, node, values, values).join(" ");
        }
        for (const [name, around] of groups) {
          const node = around[around.length - 1];
          if (!node.order || !state.relevant(scope, `/${name}`)) continue;
          found[state.path(scope, name)] = this.#inside(node, scope).map((row) => row.name).join(" ");
        }
      }
    }
    return found;
  }

  /** Note the end of the interview where the form asks for it. @param {Date | number | string} now */
  finish(now) { this.state.end(now); }

  /** Every finding on every relevant question, in form order. @returns {Finding[]} */
  findings() {
    const { state } = this;
    state.settle();
    const found = [];
    for (const [key, { questions }] of state.form.scopes) {
      for (const scope of state.scopes(key ? key.split("/") : [])) {
        for (const { node } of questions.values()) found.push(...state.judge(scope, node));
      }
    }
    return found;
  }

  // pages

  /** @returns {Page[]} */
  pages() {
    if (!this.built) {
      this.state.settle();
      this.built = [...this.#pages(this.state.document.children, this.state.root)];
    }
    return this.built;
  }

  * #pages(nodes, scope) {
    const { state } = this;
    for (const node of nodes) {
      const name = state.path(scope, node.name);
      if (node.kind === "question") {
        if (isShown(node)) yield { name, kind: "questions", members: [[scope, node.name]], group: null, scope };
      } else if (node.kind === "group") {
        if (node.page) yield this.#page(node, scope, name);
        else yield* this.#pages(this.#inside(node, scope), scope);
      } else {
        for (const instance of state.instances(scope, node.name)) {
          if (node.page) yield this.#page(node, instance, state.path(instance));
          else yield* this.#pages(this.#inside(node, instance), instance);
        }
        if (node.count === undefined) yield { name, kind: "repeat", members: [], group: node, scope };
      }
    }
  }

  /** Children of a group or repeat in shown order: rows of a grid, or whole blocks, may be shuffled. */
  #inside(node, scope) {
    if (!node.order) return node.children;
    const visible = node.children.filter((child) => child.kind !== "question" || isShown(child));
    return this.state.arranged(scope, node, visible.map((child) => child.name), visible);
  }

  #page(node, scope, name) {
    return { name, kind: "questions", members: [...this.#members(this.#inside(node, scope), scope)], group: node, scope };
  }

  * #members(nodes, scope) {
    for (const node of nodes) {
      if (node.kind === "question") {
        if (isShown(node)) yield [scope, node.name];
      } else if (node.kind === "group") yield* this.#members(this.#inside(node, scope), scope);
      else for (const one of this.state.instances(scope, node.name)) yield* this.#members(this.#inside(node, one), one);
    }
  }

  /** @param {Page | string} page @returns {Page} */
  page(page) {
    if (typeof page !== "string") return page;
    const found = this.pages().find((one) => one.name === page);
    if (!found) throw new Error(`no such page: ${page}`);
    return found;
  }

  /** @param {Page | string} page */
  pageIsRelevant(page) {
    const { kind, members, scope, group } = this.page(page);
    if (kind === "repeat") return this.state.repeatRelevant(scope, group.name);
    return members.some(([place, name]) => this.state.relevant(place, name));
  }

  firstPage() { return this.pages().find((page) => this.pageIsRelevant(page)) ?? null; }

  /** @returns {Page | null} the next relevant page, null at the end */
  nextPage(name) {
    return this.pages().slice(this.#index(name) + 1).find((page) => this.pageIsRelevant(page)) ?? null;
  }

  previousPage(name) {
    return this.pages().slice(0, this.#index(name)).reverse().find((page) => this.pageIsRelevant(page)) ?? null;
  }

  #index(name) { return this.pages().indexOf(this.page(name)); }

  pageLabel(page) {
    const { group, scope } = this.page(page);
    return this.state.words(group?.label ?? {}, scope);
  }

  /**
   * @param {Page | string} page @param {{required?: boolean}} [options] required: false while blanks are no complaint
   * @returns {Shown[]} the page's relevant questions in shown order
   */
  questions(page, { required = true } = {}) {
    const { state } = this;
    return this.page(page).members
      .filter(([scope, name]) => state.relevant(scope, name))
      .map(([scope, name]) => this.#show(scope, state.form.at(scope).questions.get(name), required));
  }

  #show(scope, { node, groups }, required) {
    const { state } = this;
    const label = state.words((state.isSwapped(scope, node) && node.label_swapped ? node.label_swapped : node.label) ?? {}, scope);
    const group = groups[groups.length - 1];
    return {
      name: state.path(scope, node.name),
      type: node.type,
      label: node.order?.how === "items" ? state.listed(scope, node, label)[0] : label,
      hint: state.words(node.hint ?? {}, scope),
      value: state.value(scope, node.name),
      choices: this.#choices(scope, node),
      required: state.isRequired(scope, node),
      read_only: Boolean(node.read_only) || node.calculation !== undefined,
      appearance: node.appearance ?? "",
      parameters: node.parameters ?? {},
      extra: node.extra ?? {},
      group: group?.name ?? "",
      group_label: state.words(group?.label ?? {}, scope),
      findings: state.judge(scope, node, { required }),
    };
  }

  #choices(scope, node) {
    if (node.list === undefined) return [];
    const rows = this.state.choices(scope, node);
    const exclusive = node.exclusive ?? [];
    const ordered = this.state.arranged(scope, node, rows.map((row) => row.name), rows);
    // swapped statements: the words keep their places, the values under them are mirrored
    const kept = (row) => node.order.keep.includes(row.name);
    const words = node.label_swapped && this.state.isSwapped(scope, node)
      ? [...rows.filter((row) => !kept(row)), ...rows.filter(kept)] : ordered;
    return ordered.map((row, i) => {
      const { name, label: _, ...columns } = row;
      const { label } = words[i];
      return {
        value: name, label: label ?? "", exclusive: exclusive.includes(name),
        columns: Object.keys(columns).length ? columns : null,
      };
    });
  }

  /** 0 to 1: the page's place among all pages. Those not asked count too, so that it never runs backwards. */
  progress(name) {
    const pages = this.pages();
    const at = pages.findIndex((page) => page.name === name);
    return at < 0 ? 1 : at / pages.length;
  }

  // paths

  #find(name) {
    const at = name.lastIndexOf("/");
    const scope = this.#scope(name.slice(0, Math.max(at, 0)));
    const question = this.state.form.at(scope).questions.get(name.slice(at + 1));
    if (!question) throw new Error(`no such question: ${name}`);
    return { scope, node: question.node };
  }

  #repeat(name) {
    const at = name.lastIndexOf("/");
    const scope = this.#scope(name.slice(0, Math.max(at, 0)));
    if (!this.state.isRepeat(scope, name.slice(at + 1))) throw new Error(`no such repeat: ${name}`);
    return [scope, name.slice(at + 1)];
  }

  #scope(path) {
    let scope = this.state.root;
    for (const part of path ? path.split("/") : []) {
      const match = PART.exec(part);
      const found = match?.[2] ? this.state.instances(scope, match[1])[Number(match[2]) - 1] : undefined;
      if (!found) throw new Error(`no such instance: ${path}`);
      scope = found;
    }
    return scope;
  }
}
