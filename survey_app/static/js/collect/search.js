/**
 * A long list of choices as a box to type in: what fits appears below, never more than fifty rows, and what is
 * chosen stands beneath as an ordinary radio button or check box, so that the page reads, sends and checks it
 * like any other answer. Accents and capitals don't count: "ha long" finds "Hạ Long", "d" finds "Đ".
 *
 * The markup is templates/widgets/search.html. Lists are looked through in slices, so that ten thousand
 * choices never hold up a keystroke; each label is folded once.
 * @typedef {{value: string, label: string, exclusive?: boolean}} Choice
 */

const SHOWN = 50;
const SLICE = 8; // ms

/** @type {Map<string, string>} label -> a space and its folded words */
const folded = new Map();

/** Without accents, capitals and signs: what two spellings of a place have in common. @param {string} text */
export const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]+/g, "").toLowerCase()
  .replaceAll("đ", "d").replace(/[\s\u2010-\u2027!-/:-@[-`{-~]+/g, " ").trim();

function spaced(label) {
  let known = folded.get(label);
  if (known === undefined) {
    if (folded.size > 50000) folded.clear();
    known = ` ${fold(label)}`;
    folded.set(label, known);
  }
  return known;
}

/** What is typed, made ready to be looked for. @param {string} typed */
export function wanted(typed) {
  const query = fold(typed);
  const exact = typed.normalize("NFC").trim().toLowerCase();
  return { query, words: query.split(" ").map((word) => ` ${word}`), exact: exact === query ? "" : exact };
}

/**
 * How well a label fits: 0 best, null not at all. The label's beginning comes before the beginning of a word,
 * words in any order before a part of a word; with accents typed, labels that have them before those that don't.
 */
export function rank(label, { query, words, exact }) {
  if (!query) return 0;
  const text = spaced(label);
  let place = 3;
  if (text.startsWith(query, 1)) place = 0;
  else if (text.includes(` ${query}`)) place = 1;
  else if (words.every((word) => text.includes(word))) place = 2;
  else if (!text.includes(query)) return null;
  return place * 2 + (!exact || label.normalize("NFC").toLowerCase().includes(exact) ? 0 : 1);
}

class Picker {
  constructor(element, box) {
    this.element = element;
    this.box = box;
    this.name = element.dataset.question;
    this.several = element.dataset.type === "select_multiple";
    this.input = box.querySelector("[role=combobox]");
    this.list = box.querySelector("[role=listbox]");
    this.told = box.querySelector("[role=status]");
    this.chosen = element.querySelector("[data-part=chosen]");
    /** @type {Choice[]} */
    this.choices = [];
    /** @type {Map<string, Choice>} */
    this.byValue = new Map();
    this.active = -1;
    this.timer = 0;
    /** @type {{query: string, choices: Choice[]} | null} what the last text found */
    this.fitted = null;
    const native = element.querySelector("[data-part=native]");
    const values = native ? [...native.querySelectorAll("option:checked, input:checked")].map((c) => c.value) : [];
    native?.remove();
    this.write((box.dataset.chosen || values.join(" ")).split(" ").filter(Boolean));
    box.hidden = false;
    this.input.addEventListener("input", (event) => {
      event.stopPropagation(); // looking for an answer isn't one yet
      this.look();
    });
    this.input.addEventListener("change", (event) => event.stopPropagation());
    this.input.addEventListener("focus", () => this.look());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
    this.list.addEventListener("click", ({ target }) => {
      const row = target.closest("[role=option]");
      if (row) this.pick(row.dataset.value);
    });
  }

  /** These are the choices now. @param {Choice[]} choices */
  offer(choices) {
    const apart = new Set([...this.element.querySelectorAll(".apart input")].map((c) => c.value));
    this.choices = apart.size ? choices.filter((choice) => !apart.has(choice.value)) : choices;
    this.fitted = null;
    this.byValue = new Map(this.choices.map((choice) => [choice.value, choice]));
    for (const row of [...this.chosen.children]) {
      const choice = this.byValue.get(row.dataset.value);
      if (choice) row.querySelector("span").textContent = choice.label;
      else row.remove();
    }
    if (this.list.hidden) this.ready();
    else this.look();
  }

  /** Fold the labels while nobody types, so that the first letter is answered as fast as the second. */
  ready(from = 0) {
    const later = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 50));
    const { choices } = this;
    if (from < choices.length) {
      later(() => {
        if (choices !== this.choices) return;
        const until = performance.now() + SLICE;
        let at = from;
        while (at < choices.length && performance.now() < until) for (const end = at + 16; at < end && at < choices.length; at += 1) spaced(choices[at].label);
        this.ready(at);
      });
    }
  }

  /** The answer is `values`, whatever stood here. @param {string[]} values */
  write(values) {
    const apart = new Set([...this.element.querySelectorAll(".apart input")].map((c) => c.value));
    const wanted = values.filter((value) => !apart.has(value));
    const rows = [...this.chosen.children].map((row) => row.dataset.value);
    if (rows.join(" ") !== wanted.join(" ")) this.chosen.replaceChildren(...wanted.map((value) => this.row(value)));
    for (const control of this.chosen.querySelectorAll("input")) control.checked = true;
  }

  row(value) {
    const choice = this.byValue.get(value);
    const row = document.createElement("label");
    row.className = "choice";
    row.dataset.value = value;
    const control = document.createElement("input");
    control.type = this.several ? "checkbox" : "radio";
    Object.assign(control, { name: this.name, value, checked: true });
    if (choice?.exclusive) control.dataset.exclusive = "";
    const words = document.createElement("span");
    words.textContent = choice?.label ?? value;
    row.append(control, words);
    return row;
  }

  look() {
    clearTimeout(this.timer);
    const sought = wanted(this.input.value);
    // Whatever fits a longer text also fitted its beginning.
    const among = this.fitted && sought.query.startsWith(this.fitted.query) ? this.fitted.choices : this.choices;
    /** @type {Choice[][]} */
    const places = Array.from({ length: 8 }, () => []);
    /** @type {Choice[]} */
    const choices = [];
    const scan = (from) => {
      const until = performance.now() + SLICE;
      for (let i = from; i < among.length; i += 1) {
        if (i % 16 === 15 && performance.now() > until) {
          this.timer = setTimeout(() => scan(i));
          return;
        }
        const place = rank(among[i].label, sought);
        if (place === null) continue;
        choices.push(among[i]);
        if (places[place].length < SHOWN) places[place].push(among[i]);
      }
      this.fitted = { query: sought.query, choices };
      this.draw(places.flat().slice(0, SHOWN), choices.length);
    };
    scan(0);
  }

  /** @param {Choice[]} found @param {number} count how many fit in all */
  draw(found, count) {
    const picked = new Set([...this.chosen.querySelectorAll("input:checked")].map((c) => c.value));
    this.list.replaceChildren(...found.map((choice, place) => {
      const row = document.createElement("li");
      row.id = `${this.list.id}-${place}`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(picked.has(choice.value)));
      row.dataset.value = choice.value;
      row.textContent = choice.label;
      return row;
    }));
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    const say = count === 0 ? "none" : count > found.length ? "more" : "some";
    const words = this.box.querySelector(`[data-say=${say}]`).textContent;
    this.told.textContent = words.replace("%(n)s", String(found.length));
    this.move(this.input.value && found.length ? 0 : -1);
  }

  move(place) {
    const rows = this.list.children;
    rows[this.active]?.classList.remove("active");
    this.active = place;
    const row = rows[place];
    if (row) {
      row.classList.add("active");
      if (place) row.scrollIntoView({ block: "nearest" }); // the first is in sight, and looking costs a layout
      else this.list.scrollTop = 0;
      this.input.setAttribute("aria-activedescendant", row.id);
    } else this.input.removeAttribute("aria-activedescendant");
  }

  pressed(event) {
    const rows = this.list.children.length;
    const { key } = event;
    if (key === "Enter") {
      event.preventDefault(); // or the page would be sent
      const row = this.list.hidden ? null : this.list.children[this.active];
      if (row) this.pick(row.dataset.value);
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.look();
      else this.move((this.active + (key === "ArrowDown" ? 1 : rows - (this.active < 0 ? 0 : 1))) % rows);
    } else if (key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.close();
    }
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.told.textContent = "";
    this.move(-1);
    this.input.setAttribute("aria-expanded", "false");
  }

  /** Take a choice, or take it back where several may be chosen. */
  pick(value) {
    const there = [...this.chosen.children].find((row) => row.dataset.value === value);
    for (const row of [...this.chosen.children]) {
      if (row !== there && (!this.several || !row.querySelector("input").checked)) row.remove();
    }
    const control = (there ?? this.chosen.appendChild(this.row(value))).querySelector("input");
    control.checked = this.several && there ? !control.checked : true;
    this.input.value = "";
    if (this.several) this.look();
    else {
      this.close();
      control.focus();
    }
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** @type {WeakMap<Element, Picker>} */
const pickers = new WeakMap();

/** The box of a question that has one, brought to life on first use; else undefined. @param {Element} element */
export function pickerOf(element) {
  let picker = pickers.get(element);
  const box = picker ? null : element.querySelector(".search");
  if (box) {
    picker = new Picker(element, box);
    pickers.set(element, picker);
  }
  return picker;
}
