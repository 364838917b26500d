/**
 * The four kinds of value (number, text, boolean, node-set) and how one becomes another; dates.
 * Twin of questionnaires/logic/values.py and dates.py: tests/conformance holds them equal.
 *
 * @typedef {{text: string, isAnswer: boolean, index: number}} NodeLike
 * @typedef {number | string | boolean | NodeLike[]} Value
 */

export const DAY = 86400000;
const NUMBER = /^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;
const DATE = /^(\d{4})-(\d\d?)-(\d\d?)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split(" ");
const FIRST_DAY = -719162; // 0001-01-01
const LAST_DAY = 2932896; // 9999-12-31

export const trim = (text) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
const two = (n) => String(n).padStart(2, "0");

/** @param {Value} value @param {number} [offset] minutes east of UTC for the wall clock of a date-time */
export function toNumber(value, offset = 0) {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  const text = trim(toText(value));
  if (NUMBER.test(text)) return Number(text);
  return daysOf(text, offset) ?? NaN;
}

/** @param {Value} value */
export function toText(value) {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return numberText(value);
  return value.length ? value[0].text : "";
}

/** @param {Value} value */
export function toBoolean(value) {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value === value && value !== 0;
  if (typeof value === "string") return value !== "";
  return value.length > 0 && (!value[0].isAnswer || value[0].text !== "");
}

/** The text that is kept as the answer: NaN becomes a blank. @param {Value} value */
export const stored = (value) => (typeof value === "number" && Number.isNaN(value) ? "" : toText(value));

export function numberText(value) {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return "0";
  const [sign, digits, point] = decimalDigits(value);
  let text;
  if (point <= 0) text = "0." + "0".repeat(-point) + digits;
  else if (point >= digits.length) text = digits + "0".repeat(point - digits.length);
  else text = digits.slice(0, point) + "." + digits.slice(point);
  return sign < 0 ? "-" + text : text;
}

/** [sign, digits, point]: |value| = 0.digits × 10^point. */
function decimalDigits(value) {
  const [mantissa, exponent = "0"] = String(Math.abs(value)).split("e");
  const [whole, fraction = ""] = mantissa.split(".");
  const digits = whole + fraction;
  const stripped = digits.replace(/^0+/, "");
  const point = whole.length + Number(exponent) - (digits.length - stripped.length);
  return [value < 0 ? -1 : 1, stripped.replace(/0+$/, ""), point];
}

/** Round at a decimal place, halves towards +Infinity, on the digits one sees. */
export function roundTo(value, places) {
  if (!Number.isFinite(value) || value === 0 || Number.isNaN(places)) return Number.isNaN(places) ? NaN : value;
  const [sign, digits, point] = decimalDigits(value);
  const keep = point + Math.trunc(Math.max(-400, Math.min(400, places)));
  if (keep >= digits.length) return value;
  if (keep < 0) return 0;
  const head = digits.slice(0, keep);
  const tail = digits.slice(keep);
  const up = sign > 0 ? tail[0] >= "5" : tail[0] > "5" || (tail[0] === "5" && tail.length > 1);
  const rounded = BigInt(head || "0") + (up ? 1n : 0n);
  return rounded ? sign * Number(`${rounded}e${point - keep}`) : 0;
}

export function compare(operator, left, right, offset = 0) {
  if (Array.isArray(left) && typeof right !== "boolean") {
    return left.some((node) => compare(operator, node.text, right, offset));
  }
  if (Array.isArray(right) && typeof left !== "boolean") {
    return right.some((node) => compare(operator, left, node.text, offset));
  }
  if (operator === "=" || operator === "!=") return equal(left, right, offset) === (operator === "=");
  const a = toNumber(left, offset);
  const b = toNumber(right, offset);
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}

function equal(left, right, offset) {
  if (typeof left === "boolean" || typeof right === "boolean") return toBoolean(left) === toBoolean(right);
  if (typeof left === "number" || typeof right === "number") {
    return toNumber(left, offset) === toNumber(right, offset);
  }
  return toText(left) === toText(right);
}

// dates

function civil(year, month, day) {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > lengths[month - 1]) return null;
  return new Date(Date.UTC(2000, month - 1, day)).setUTCFullYear(year, month - 1, day) / DAY;
}

function clockOf(hour, minute, second, fraction) {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return null;
  const thousandths = Number((fraction ?? "0").padEnd(3, "0").slice(0, 3));
  return ((Number(hour) * 60 + Number(minute)) * 60 + Number(second ?? 0)) * 1000 + thousandths;
}

function zoneMinutes(zone) {
  if (zone === "Z") return 0;
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return zone[0] === "-" ? -minutes : minutes;
}

/** @returns {number | null} days since 1970-01-01 */
export function daysOf(text, offset) {
  const match = DATE.exec(text);
  if (!match) return null;
  const days = civil(Number(match[1]), Number(match[2]), Number(match[3]));
  if (days === null || match[4] === undefined) return days;
  let clock = clockOf(match[4], match[5], match[6], match[7]);
  if (clock === null) return null;
  if (match[8]) clock += (offset - zoneMinutes(match[8])) * 60000;
  return (days * DAY + clock) / DAY;
}

export function dateText(days) {
  const whole = Math.floor(days);
  if (!(whole >= FIRST_DAY && whole <= LAST_DAY)) return "";
  const date = new Date(whole * DAY);
  const year = String(date.getUTCFullYear()).padStart(4, "0");
  return `${year}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

function split(days) {
  if (!Number.isFinite(days)) return null;
  const milliseconds = Math.floor(days * DAY + 0.5);
  const day = Math.floor(milliseconds / DAY);
  const head = dateText(day);
  return head ? [head, milliseconds - day * DAY, day] : null;
}

export function datetimeText(days, offset) {
  const parts = split(days);
  if (!parts) return "";
  const [head, clock] = parts;
  const seconds = Math.floor(clock / 1000);
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return `${head}T${time}.${String(clock % 1000).padStart(3, "0")}${zone}`;
}

export function dayFraction(text, offset) {
  const match = TIME.exec(trim(text));
  const clock = match ? clockOf(match[1], match[2], match[3], match[4]) : null;
  if (clock === null) return NaN;
  const moved = match[5] ? clock + (offset - zoneMinutes(match[5])) * 60000 : clock;
  return (((moved % DAY) + DAY) % DAY) / DAY;
}

export function formatDays(days, pattern) {
  const parts = split(days);
  if (!parts) return "";
  const [head, clock, day] = parts;
  const [year, month, dom] = head.split("-");
  const seconds = Math.floor(clock / 1000);
  const hour = Math.floor(seconds / 3600);
  /** @type {Record<string, string>} */
  const found = {
    Y: year, y: year.slice(2), m: month, n: String(Number(month)), b: MONTHS[Number(month) - 1],
    d: dom, e: String(Number(dom)), a: WEEKDAYS[(((day + 3) % 7) + 7) % 7], H: two(hour), h: String(hour),
    M: two(Math.floor(seconds / 60) % 60), S: two(seconds % 60), 3: String(clock % 1000).padStart(3, "0"), "%": "%",
  };
  return pattern.replace(/%(.)/g, (all, key) => (Object.hasOwn(found, key) ? found[key] : all));
}
