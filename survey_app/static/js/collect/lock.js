/** Who is here, and the PIN that opens what lies on the phone. */
import { copy, put, show } from "./dom.js";
import { SignInNeeded, ask, post, base64 } from "./queue.js";
import * as store from "./store.js";
import { t } from "./text.js";
import { fromBase64, makeVault, openVault, renewVault, waitFor } from "./vault.js";

const DIGITS = /^\d{6}$/;
const PLAIN = /^(\d)\1+$|^(?:012345|123456|234567|345678|456789|567890|987654|876543|765432|654321|543210)$/;

/** Who the server says is here; null when nobody, undefined without a connection. */
async function session() {
  try {
    return await ask("/collect/session");
  } catch (error) {
    return error instanceof SignInNeeded ? null : undefined;
  }
}

/** To the sign-in page, as nobody: the server would send somebody who is signed in straight back. */
export async function signInAgain() {
  const here = await session();
  if (here) await fetch("/sign-out", { method: "POST", headers: { "X-CSRFToken": here.csrf } });
  location.assign("/sign-in?next=/collect/");
}

function newPin(title, keep) {
  return new Promise((resolve) => {
    const { root, parts } = copy("t-pin-new");
    put(parts.title, title);
    root.addEventListener("submit", async (event) => {
      event.preventDefault();
      const [pin, again] = [parts.pin.value, parts.again.value];
      const wrong = !DIGITS.test(pin) ? t("A PIN has six digits.")
        : PLAIN.test(pin) ? t("This PIN is too easy to guess. Choose another.")
          : pin !== again ? t("The two entries differ. Type the same PIN twice.") : "";
      put(parts.error, wrong);
      if (wrong) return parts.pin.focus();
      parts.go.disabled = true;
      const { record, vault } = await keep(pin);
      await store.setMeta("vault", record);
      store.useVault(vault);
      resolve();
    });
    show(root, { focus: false });
    parts.pin.focus();
  });
}

/** The PIN screen; resolves with the person whose memory is open. `chosen`: by a tap, not only the last one here. */
function enterPin(person, kept, chosen) {
  return new Promise((resolve) => {
    const { root, parts } = copy("t-pin");
    parts.person.textContent = person.name;
    const tell = (words) => put(parts.error, words);
    root.addEventListener("submit", async (event) => {
      event.preventDefault();
      const wait = waitFor(kept);
      if (wait) return tell(t("Too many wrong tries. Wait %(n)s seconds.", { n: Math.ceil(wait / 1000) }));
      parts.go.disabled = true;
      const vault = await openVault(kept, parts.pin.value);
      parts.go.disabled = false;
      if (vault) {
        if (kept.failures) await store.setMeta("vault", { ...kept, failures: 0, failed_at: 0 });
        store.useVault(vault);
        return resolve(person);
      }
      kept = { ...kept, failures: kept.failures + 1, failed_at: Date.now() };
      await store.setMeta("vault", kept);
      parts.pin.value = "";
      tell(t("This is not the PIN. Try again."));
      parts.pin.focus();
    });
    parts.forgotten.addEventListener("click", () => forgotten(person, kept, resolve));
    parts.other.addEventListener("click", () => signInAgain());
    store.people().then((known) => {
      for (const other of known.filter((p) => p.id !== person.id)) {
        const button = copy("t-person").root;
        button.textContent = other.name;
        button.addEventListener("click", () => resolve(open(other, true)));
        parts.others.append(button);
      }
    });
    show(root, { focus: false });
    parts.pin.focus();
    if (!chosen) session().then((here) => {
      // Somebody else has just signed in on this phone.
      if (root.isConnected && here && here.id !== person.id) resolve(open(here));
    });
  });
}

/** The server opens its own wrapping of the key for somebody who knows the password. */
function forgotten(person, kept, resolve) {
  const { root, parts } = copy("t-forgotten");
  parts.person.textContent = person.name;
  root.addEventListener("submit", async (event) => {
    event.preventDefault();
    put(parts.error, "");
    try {
      const here = await ask("/collect/token");
      const told = await post("/collect/recover", here.csrf,
        { name: person.name, password: parts.password.value, wrapped: base64(kept.recovery) });
      await newPin(t("A new PIN"), (pin) => renewVault(fromBase64(told.key), pin, kept));
      resolve(person);
    } catch (error) {
      put(parts.error, error instanceof SignInNeeded
        ? t("The password is not right, or was wrong too often. Check it and try again.")
        : t("This needs a connection. Nothing on the phone is lost in the meantime."));
    }
  });
  parts.back.addEventListener("click", () => resolve(open(person, true)));
  show(root);
}

/** Open the memory of `person`, asking for the PIN, or for a new one the first time. */
async function open(person, chosen = false) {
  await store.open(person.id);
  const kept = await store.meta("vault");
  if (kept) {
    const opened = await enterPin(person, kept, chosen);
    await store.remember(opened);
    return opened;
  }
  const here = person.recovery_key ? person : await session();
  if (!here || here.id !== person.id) {
    if (here === undefined) throw new Error("offline");
    await signInAgain();
    throw new SignInNeeded();
  }
  await newPin(t("Choose a PIN for this phone"), (pin) => makeVault(pin, fromBase64(here.recovery_key), here.id));
  await store.remember(here);
  return { id: here.id, name: here.name };
}

/** Resolves with the person at the phone once their memory is open. */
export async function unlock() {
  if (!globalThis.crypto?.subtle || !navigator.locks) {
    show(copy("t-insecure").root);
    throw new Error("not a secure context");
  }
  const [last] = await store.people();
  const here = last ?? (await session());
  if (here) return open(here);
  if (here === null) location.assign("/sign-in?next=/collect/");
  else show(copy("t-offline").root);
  throw new Error("nobody is here yet");
}
