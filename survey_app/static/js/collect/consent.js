/**
 * Photos and recordings need the respondent's own yes, asked once in an interview before the first of them. The
 * wording is the questionnaire's (a note with `dl::consent` = `media`) or ours; what was said to it, how far
 * into the interview, and the digest of the wording go along with the answers.
 */
import { copy, show } from "./dom.js";
import { sha256 } from "./finish.js";
import { t } from "./text.js";

const ASKED = new Set(["image", "audio", "file"]);
/** Left to other clients: too heavy. */
const NEVER_ASKED = new Set(["video"]);
const NEVER = ["false"];

export const isMedia = (type) => ASKED.has(type);

const isWording = (node) => node.type === "note" && node.extra?.["dl::consent"] === "media";

/** A contract in which no photo or recording is asked for unless `takes`, no video, and the wording is no page. */
export function withFiles(contract, takes) {
  const walk = (node) => {
    if (node.kind !== "question") return { ...node, children: node.children.map(walk) };
    if (!NEVER_ASKED.has(node.type) && !isWording(node) && (takes || !ASKED.has(node.type))) return node;
    const { required: _required, ...rest } = node;
    return { ...rest, relevant: NEVER };
  };
  return { ...contract, children: contract.children.map(walk) };
}

function wordingNode(nodes) {
  for (const node of nodes) {
    const found = node.kind === "question" ? isWording(node) && node : wordingNode(node.children);
    if (found) return found;
  }
  return null;
}

/** The words to read aloud, in the interview's language. */
function wording(contract, interview) {
  const node = wordingNode(contract.children);
  const own = node && interview.state.words(node.label ?? {}, interview.state.root);
  return (own || t("For some questions we ask leave to take a photo or to record your voice. Photos and recordings are sealed on this phone at once; only the researchers of this survey can open them, they are never published, and they are destroyed when the survey is locked. You may decline: the interview goes on all the same. Do you agree?")).normalize("NFC");
}

/**
 * Ask. `done({answer, at, wording, language})` is told a yes or a no. `at`: seconds into the interview, for an
 * interview holds no clock time.
 */
export function askConsent({ contract, interview, language, at, done, back }) {
  const { root, parts } = copy("t-media-consent");
  const words = wording(contract, interview);
  parts.words.textContent = words;
  parts.words.lang = language;
  const say = async (answer) => {
    parts.yes.disabled = parts.no.disabled = true;
    done({ answer, at: Math.round(at), wording: await sha256(new TextEncoder().encode(words)), language });
  };
  parts.yes.addEventListener("click", () => say("yes"));
  parts.no.addEventListener("click", () => say("no"));
  parts.back.hidden = !back;
  if (back) parts.back.addEventListener("click", back);
  show(root);
}
