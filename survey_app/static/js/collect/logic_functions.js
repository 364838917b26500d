/** The functions of the language. Twin of questionnaires/logic/functions.py and geo.py. */
import { digest } from "./logic_digest.js";
import {
  dateText, datetimeText, dayFraction, formatDays, roundTo, toBoolean, toNumber, toText, trim,
} from "./logic_values.js";

/** @typedef {import("./logic_values.js").Value} Value */

const characters = (text) => [...text];
const texts = (values) => values.flatMap((v) => (Array.isArray(v) ? v.map((n) => n.text) : [toText(v)]));

/** Arguments as numbers; blanks of a node-set are skipped, as Collect does. */
const numbers = (c, values) => values.flatMap((v) => (Array.isArray(v)
  ? v.map((n) => n.text).filter((t) => t !== "").map((t) => toNumber(t, c.world.offset))
  : [toNumber(v, c.world.offset)]));

const truths = (values) => values.flatMap((v) => (Array.isArray(v) ? v.map((n) => toBoolean([n])) : [toBoolean(v)]));

function extreme(c, values, pick) {
  const found = numbers(c, values);
  return !found.length || found.some(Number.isNaN) ? NaN : found.reduce((a, b) => (pick(a, b) ? a : b));
}

/** The items of a space-separated answer. @param {Value} value */
export const items = (value) => toText(value).split(/[ \t\r\n]+/).filter(Boolean);

function selectedAt(value, index) {
  const found = items(value);
  const at = toNumber(index);
  return at >= 0 && at < found.length ? found[Math.trunc(at)] : "";
}

function substr(value, start, end) {
  const all = characters(toText(value));
  const place = (x) => {
    const n = Number.isNaN(x) ? 0 : Math.trunc(x);
    return Math.max(0, Math.min(all.length, n < 0 ? n + all.length : n));
  };
  return all.slice(place(start), place(end)).join("");
}

function substring(value, start, count) {
  const round = (x) => (Number.isFinite(x) ? Math.floor(x + 0.5) : x);
  const first = round(start);
  const last = first + round(count);
  return characters(toText(value)).filter((_, i) => first <= i + 1 && i + 1 < last).join("");
}

function around(value, mark, after) {
  const text = toText(value);
  const sought = toText(mark);
  if (sought === "") return after ? text : "";
  const at = text.indexOf(sought);
  if (at < 0) return "";
  return after ? text.slice(at + sought.length) : text.slice(0, at);
}

function translate(value, old, target) {
  const to = characters(toText(target));
  const table = new Map();
  characters(toText(old)).forEach((char, i) => { if (!table.has(char)) table.set(char, to[i] ?? ""); });
  return characters(toText(value)).map((char) => table.get(char) ?? char).join("");
}

function decode64(value) {
  const text = items(value).join("").replace(/=+$/, "");
  try {
    const bytes = Uint8Array.from(atob(text + "=".repeat((4 - (text.length % 4)) % 4)), (x) => x.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return "";
  }
}

export function power(base, exponent) {
  if (Number.isNaN(base) || Number.isNaN(exponent)) return NaN;
  if (exponent === 0.5) return base >= 0 ? Math.sqrt(base) : NaN;
  if (Number.isInteger(exponent) && Math.abs(exponent) <= 1024) {
    let result = 1;
    let factor = base;
    for (let left = Math.abs(exponent); left; left = Math.floor(left / 2)) {
      if (left % 2) result *= factor;
      factor *= factor;
    }
    return exponent >= 0 ? result : 1 / result;
  }
  return base ** exponent;
}

const whole = (rounder) => (c, v) => {
  const x = toNumber(v, c.world.offset);
  return Number.isFinite(x) ? rounder(x) : x;
};
const real = (fn) => (c, v) => fn(toNumber(v, c.world.offset));

function uuid(length) {
  const digit = () => (crypto.getRandomValues(new Uint8Array(1))[0] & 15).toString(16);
  return (length ? "x".repeat(Math.min(length, 32)) : "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx").replace(/x/g, digit);
}

function within(low, high, score) {
  const [least, most] = [toNumber(low), toNumber(high)];
  return (least < 0 || score >= least) && (most < 0 || score <= most);
}

function weighted(low, high, pairs) {
  let score = 0;
  for (let i = 0; i + 1 < pairs.length; i += 2) score += toBoolean(pairs[i]) ? toNumber(pairs[i + 1]) : 0;
  return within(low, high, score);
}

// places on a sphere

const RADIUS = 6378100;
const DEGREES = /^-?[0-9]{1,3}(?:\.[0-9]+)?$/;

function points(values) {
  const found = [];
  for (const piece of values.join(";").split(";")) {
    const parts = piece.trim().split(/\s+/);
    if (parts[0] === "") continue;
    if (parts.length < 2 || !DEGREES.test(parts[0]) || !DEGREES.test(parts[1])) return null;
    const [latitude, longitude] = [Number(parts[0]), Number(parts[1])];
    if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
    found.push([(latitude * Math.PI) / 180, (longitude * Math.PI) / 180]);
  }
  return found;
}

function distance(values) {
  const path = points(values);
  if (!path?.length) return NaN;
  let total = 0;
  for (let i = 1; i < path.length; i += 1) {
    const [[lat1, lon1], [lat2, lon2]] = [path[i - 1], path[i]];
    const half = Math.sin((lat2 - lat1) / 2) ** 2
      + Math.cos(lat1) * Math.cos(lat2) * Math.sin((lon2 - lon1) / 2) ** 2;
    total += 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(half)));
  }
  return roundTo(total, 2);
}

function area(values) {
  const shape = points(values);
  if (!shape || shape.length < 3) return NaN;
  const last = shape[shape.length - 1];
  if (shape[0][0] !== last[0] || shape[0][1] !== last[1]) shape.push(shape[0]);
  let total = 0;
  for (let i = 1; i < shape.length; i += 1) {
    total += (shape[i][1] - shape[i - 1][1]) * (2 + Math.sin(shape[i - 1][0]) + Math.sin(shape[i][0]));
  }
  return roundTo(Math.abs((total * RADIUS * RADIUS) / 2), 2);
}

function inside(point, shape) {
  const [place, corners] = [points([point]), points([shape])];
  if (!place?.length || !corners || corners.length < 3) return false;
  const [y, x] = place[0];
  let found = false;
  corners.forEach(([y1, x1], i) => {
    const [y2, x2] = corners[(i + 1) % corners.length];
    if ((y1 > y) !== (y2 > y) && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) found = !found;
  });
  return found;
}

const nodes = (v) => (Array.isArray(v) ? v : []);
const days = (c, v) => toNumber(v, c.world.offset);

/** @type {Record<string, (c: any, ...values: Value[]) => Value>} */
export const FUNCTIONS = {
  selected: (c, v, x) => {
    const wanted = trim(toText(x));
    return wanted ? items(v).includes(wanted) : !items(v).length;
  },
  "selected-at": (c, v, i) => selectedAt(v, i),
  "count-selected": (c, v) => items(v).length,
  count: (c, v) => nodes(v).length,
  "count-non-empty": (c, v) => nodes(v).filter((n) => n.text !== "").length,
  sum: (c, v) => numbers(c, [v]).reduce((a, b) => a + b, 0),
  min: (c, ...v) => extreme(c, v, (a, b) => a <= b),
  max: (c, ...v) => extreme(c, v, (a, b) => a >= b),
  concat: (c, ...v) => texts(v).join(""),
  join: (c, separator, ...v) => texts(v).join(toText(separator)),
  string: (c, v) => toText(v),
  "string-length": (c, v) => characters(toText(v)).length,
  substr: (c, v, start, end = Infinity) => substr(v, toNumber(start), toNumber(end)),
  substring: (c, v, start, count = Infinity) => substring(v, toNumber(start), toNumber(count)),
  "substring-before": (c, v, mark) => around(v, mark, false),
  "substring-after": (c, v, mark) => around(v, mark, true),
  translate: (c, v, old, target) => translate(v, old, target),
  "normalize-space": (c, v) => items(v).join(" "),
  contains: (c, v, x) => toText(v).includes(toText(x)),
  "starts-with": (c, v, x) => toText(v).startsWith(toText(x)),
  "ends-with": (c, v, x) => toText(v).endsWith(toText(x)),
  "upper-case": (c, v) => toText(v).toUpperCase(),
  "lower-case": (c, v) => toText(v).toLowerCase(),
  uuid: (c, length = 0) => uuid(toNumber(length)),
  digest: (c, v, algorithm, encoding = "base64") => digest(toText(v), toText(algorithm), toText(encoding)),
  "base64-decode": (c, v) => decode64(v),
  int: whole(Math.trunc),
  number: days,
  boolean: (c, v) => toBoolean(v),
  "boolean-from-string": (c, v) => ["true", "1"].includes(toText(v)),
  not: (c, v) => !toBoolean(v),
  true: () => true,
  false: () => false,
  round: (c, v, places = 0) => roundTo(days(c, v), toNumber(places)),
  abs: real(Math.abs),
  floor: whole(Math.floor),
  ceiling: whole(Math.ceil),
  pow: (c, base, exponent) => power(days(c, base), toNumber(exponent)),
  sqrt: real(Math.sqrt),
  exp: real(Math.exp),
  exp10: (c, v) => power(10, toNumber(v)),
  log: real(Math.log),
  log10: real(Math.log10),
  sin: real(Math.sin),
  cos: real(Math.cos),
  tan: real(Math.tan),
  asin: real(Math.asin),
  acos: real(Math.acos),
  atan: real(Math.atan),
  atan2: (c, y, x) => Math.atan2(toNumber(y), toNumber(x)),
  pi: () => Math.PI,
  random: (c) => c.world.random(),
  today: (c) => dateText(c.world.nowDays),
  now: (c) => datetimeText(c.world.nowDays, c.world.offset),
  date: (c, v) => dateText(days(c, v)),
  "date-time": (c, v) => datetimeText(days(c, v), c.world.offset),
  "decimal-date-time": days,
  "decimal-time": (c, v) => dayFraction(toText(v), c.world.offset),
  "format-date": (c, v, pattern) => formatDays(days(c, v), toText(pattern)),
  "format-date-time": (c, v, pattern) => formatDays(days(c, v), toText(pattern)),
  area: (c, v) => area(texts([v])),
  distance: (c, ...v) => distance(texts(v)),
  geofence: (c, point, shape) => inside(toText(point), toText(shape)),
  checklist: (c, low, high, ...v) => within(low, high, truths(v).filter(Boolean).length),
  "weighted-checklist": (c, low, high, ...pairs) => weighted(low, high, pairs),
  version: (c) => c.world.version,
};
