/** Enrolling this phone: by the code from the supervisor, typed or out of a QR code, or by name and password. */
import { copy, put, show } from "./dom.js";
import { SignInNeeded, ask, post } from "./queue.js";
import * as store from "./store.js";
import { t } from "./text.js";

const LENGTH = 8;
const BROWSERS = [["Edg", "Edge"], ["SamsungBrowser", "Samsung Internet"], ["Firefox", "Firefox"], ["Chrome", "Chrome"], ["Safari", "Safari"]];

/** What was typed as the code's letters: case, spaces, hyphens and look-alike letters don't matter. */
export const plainCode = (typed) =>
  typed.toUpperCase().replace(/[^0-9A-Z]/g, "").replaceAll(/[IL]/g, "1").replaceAll("O", "0").slice(0, LENGTH);

export const shownCode = (code) => (code.length > 4 ? `${code.slice(0, 4)}-${code.slice(4)}` : code);

/** "Chrome · Android 10": enough to tell two phones apart, too little to know one by. */
export function deviceName(agent = navigator.userAgent) {
  const browser = BROWSERS.find(([mark]) => agent.includes(mark))?.[1] ?? "";
  const system = /Android \d+|iPhone|iPad|Windows|Mac OS X|Linux/.exec(agent)?.[0] ?? "";
  return [browser, system].filter(Boolean).join(" · ");
}

function why(error) {
  if (error instanceof SignInNeeded) return t("Too many codes were tried. Wait a few minutes and try again.");
  if (error.code === "accounts.enrol-unknown") return t("This code is not right, has been used, or is older than three days. Ask your supervisor for a new one.");
  return t("The server can't be reached. The first sign-in needs a connection.");
}

/** Use the code; resolves with the person it signs in, their memory not yet open. */
async function enrol(code) {
  const { csrf } = await ask("/collect/token");
  const here = await post("/collect/enrol", csrf, { code, device: deviceName() });
  await store.open(here.id);
  await store.setMeta("device", here.device);
  await store.clearMeta("revoked");
  return here;
}

/** The screen of somebody who is new on this phone. `code`: from a link, else "". Resolves with the person. */
export function signInByCode(code) {
  // The code is used up by its first use, but it need not stay in the phone's history either.
  history.replaceState(null, "", "#/");
  return new Promise((resolve) => {
    const { root, parts } = copy("t-enrol");
    parts.code.value = shownCode(plainCode(code));
    parts.code.addEventListener("input", () => {
      put(parts.error, "");
      if (parts.code.selectionStart === parts.code.value.length) parts.code.value = shownCode(plainCode(parts.code.value));
    });
    root.addEventListener("submit", async (event) => {
      event.preventDefault();
      const typed = plainCode(parts.code.value);
      if (typed.length < LENGTH) {
        put(parts.error, t("The code has eight letters and digits."));
        return parts.code.focus();
      }
      parts.go.disabled = true;
      try {
        resolve(await enrol(typed));
      } catch (error) {
        put(parts.error, why(error));
        parts.go.disabled = false;
      }
    });
    parts.name.addEventListener("click", () => location.assign("/sign-in?next=/collect/"));
    show(root, { focus: false });
    (code ? parts.go : parts.code).focus();
  });
}
