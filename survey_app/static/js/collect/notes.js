/**
 * The note to the supervisor, and what in it could tell a person. Mirrors survey_app/collection/notes.py;
 * tests/data/notes.json holds both to the same answers.
 */
import { copy, put } from "./dom.js";
import { t } from "./text.js";

export const LONGEST = 280;
const words = (text) => new Set(text.split(" "));
const SURNAMES = words("nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh đoàn "
  + "trương lâm mai đào tô hà cao lưu lương thái châu tạ phùng vương nông triệu chu quách tống kiều nghiêm bạch "
  + "văn doãn khuất nguyen tran pham hoang huynh");
const TITLES = words("ông bà anh chị cô chú bác cậu dì thím mợ cụ em cháu thầy mr mrs ms");
const NOT_NAMES = words("chủ thứ tết tổ thôn xóm khu ấp bản ubnd covid");
const PLACES = new Set(("hà nội,hà nam,hà giang,hà tĩnh,hà tiên,hà đông,cao bằng,cao lãnh,lâm đồng,thái nguyên,"
  + "thái bình,thái lan,lương sơn,lý sơn,châu đốc,châu âu,hồ tây,mai châu,đào viên").split(","));
const TRADES = words("giáo sĩ");
const MIDDLE = words("văn thị van thi");
const PATTERNS = [/\S+@\S+/gu,
  /(?:https?:\/\/|www\.)\S+|[a-z0-9-]+\.(?:vn|com|net|org|info|me|io)(?![a-z0-9])/giu,
  /\d(?:[ .,\-–]{0,2}\d){4,}/gu];

/** As it is kept: NFC, single spaces, no ends. */
export const tidy = (text) => text.normalize("NFC").split(/\s+/u).filter(Boolean).join(" ");

const capital = (word) => [...word][0] !== [...word][0].toLowerCase();

function capitals(run, start) {
  let at = start;
  while (at < run.length && capital(run[at])) at += 1;
  return at;
}

/** The word after a name that begins at word `at`, or 0 where none does. */
function nameFrom(text, found, at) {
  const run = [found[at][0]];
  for (let i = at; i + 1 < found.length && text.slice(found[i].index + found[i][0].length, found[i + 1].index) === " "; i += 1) {
    run.push(found[i + 1][0]);
  }
  if (run.length < 2) return 0;
  const first = run[0].toLowerCase();
  if (TITLES.has(first)) {
    const start = run.length > 2 && TRADES.has(run[1]) ? 2 : 1;
    const stop = capitals(run, start);
    return stop > start && !NOT_NAMES.has(run[start].toLowerCase()) ? at + stop : 0;
  }
  const stop = capitals(run, 1);
  if (PLACES.has(run.slice(0, stop).join(" ").toLowerCase())) return 0;
  if (SURNAMES.has(first) && capital(run[0]) && stop > 1) return at + stop;
  if (SURNAMES.has(first) && run.length > 2 && MIDDLE.has(run[1].toLowerCase())) return at + Math.max(3, stop);
  return 0;
}

function names(text) {
  const found = [...text.matchAll(/\p{L}+/gu)];
  const spans = [];
  for (let at = 0; at < found.length;) {
    const stop = nameFrom(text, found, at);
    if (stop) spans.push([found[at].index, found[stop - 1].index + found[stop - 1][0].length]);
    at = Math.max(at + 1, stop);
  }
  return spans;
}

/** @param {string} text as `tidy` gives it @returns {string[]} the parts that could tell a person, in their order */
export function personal(text) {
  const spans = PATTERNS.flatMap((pattern) => [...text.matchAll(pattern)].map((m) => [m.index, m.index + m[0].length]));
  spans.push(...names(text));
  spans.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const found = [];
  let end = 0;
  for (const [start, stop] of spans) {
    if (start < end) continue;
    found.push(text.slice(start, stop));
    end = stop;
  }
  return found;
}

/** The field for a note in `place`. `take()` gives the tidy note, or null (and says why) while it tells a person. */
export function noteField(place) {
  const { root, parts } = copy("t-note");
  place.replaceChildren(root);
  parts.text.addEventListener("input", () => put(parts.error, ""));
  return {
    take() {
      const note = tidy(parts.text.value);
      const found = personal(note);
      const wrong = found.length ? t("Take out of the note what could tell a person: %(what)s", { what: found.join("; ") })
        : note.length > LONGEST ? t("A note has at most %(n)s characters.", { n: LONGEST }) : "";
      put(parts.error, wrong);
      if (!wrong) return note;
      root.open = true;
      parts.text.focus();
      return null;
    },
  };
}
