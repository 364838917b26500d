/** Twin of the `check` functions in questionnaires/types/. */
import { daysOf } from "./logic_values.js";

const items = (value) => value.split(/\s+/).filter(Boolean);

function chosen(value, node, choices, complete) {
  const picked = items(value);
  const known = new Set(choices());
  if (picked.some((item) => !known.has(item))) return "answer.unknown-choice";
  if (new Set(picked).size !== picked.length) return "answer.choice-twice";
  if (complete) return picked.length === known.size ? null : "answer.rank-incomplete";
  const alone = (node.exclusive ?? []).some((item) => picked.includes(item));
  return picked.length > 1 && alone ? "answer.exclusive-with-others" : null;
}

const matches = (pattern, code) => (value) => (pattern.test(value) ? null : code);

/** A whole number of 10^-15, so that decimals are compared exactly. */
function scaled(text) {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text.trim());
  if (!match || (match[2] ?? "") + (match[3] ?? "") === "" || (match[3] ?? "").length > 15) return null;
  const digits = BigInt((match[2] || "0") + (match[3] ?? "").padEnd(15, "0"));
  return match[1] === "-" ? -digits : digits;
}

function range(value, node) {
  const number = scaled(value);
  if (number === null) return "answer.not-decimal";
  const of = (key, fallback) => scaled(node.parameters?.[key] ?? fallback) ?? scaled(fallback);
  const [start, end, step] = [of("start", "1"), of("end", "10"), of("step", "1")];
  const [low, high] = start < end ? [start, end] : [end, start];
  if (number < low || number > high) return "answer.out-of-range";
  return step && (number - start) % step ? "answer.off-step" : null;
}

function geopoint(value) {
  const numbers = items(value).map(Number);
  const fits = numbers.length >= 2 && numbers.length <= 4 && numbers.every((n) => Math.abs(n) < 1e7)
    && Math.abs(numbers[0]) <= 90 && Math.abs(numbers[1]) <= 180;
  return fits ? null : "answer.not-geopoint";
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?$/;
const isDate = (value) => /^\d{4}-\d\d-\d\d$/.test(value) && daysOf(value, 0) !== null;
const fileName = matches(/^[^/\\\x00-\x1f]{1,200}$/u, "answer.not-file-name");

/** @type {Record<string, (value: string, node: any, choices: () => string[]) => string | null>} */
const CHECKS = {
  select_one: (value, node, choices) => (choices().includes(value) ? null : "answer.unknown-choice"),
  select_multiple: (value, node, choices) => chosen(value, node, choices, false),
  rank: (value, node, choices) => chosen(value, node, choices, true),
  integer: matches(/^-?[0-9]{1,9}$/, "answer.not-integer"),
  decimal: matches(/^-?([0-9]{1,15}(\.[0-9]{1,15})?|\.[0-9]{1,15})$/, "answer.not-decimal"),
  range,
  text: (value) => ([...value].length <= 10000 ? null : "answer.too-long"),
  date: (value) => (isDate(value) ? null : "answer.not-date"),
  time: matches(TIME, "answer.not-time"),
  dateTime: (value) => {
    const [date, time] = [value.slice(0, 10), value.slice(11)];
    return value[10] === "T" && isDate(date) && TIME.test(time) ? null : "answer.not-datetime";
  },
  acknowledge: (value) => (value === "OK" ? null : "answer.not-acknowledged"),
  geopoint,
  image: fileName,
  audio: fileName,
  video: fileName,
  file: fileName,
};

/** @returns {string | null} the code of what is wrong. @param {() => string[]} choices values on offer */
export const check = (value, node, choices) => CHECKS[node.type]?.(value, node, choices) ?? null;
