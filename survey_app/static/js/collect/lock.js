/** Who is here, and the PIN that opens what lies on the phone. */
import { copy, put, show } from "./dom.js";
import { closeOld, sealOld } from "./drafts.js";
import { signInByCode } from "./enrol.js";
import { saveRescueFile } from "./rescue.js";
import { Revoked, SignInNeeded, ask, base64, post, useDevice } from "./queue.js";
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
    if (error instanceof Revoked) await shutOut();
    return error instanceof SignInNeeded ? null : undefined;
  }
}

/**
 * This phone was shut out: drafts are sealed for the server, what only the PIN opened goes, what is finished
 * stays. `opened`: the vault is open, so that even the last change gets into the copy.
 */
export async function shutOut({ opened = false } = {}) {
  if (await store.meta("revoked")) return;
  if (opened) await sealOld(Infinity);
  else await store.closeDrafts(Infinity, { behind: true });
  await store.revoke();
  location.reload();
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

/**
 * One try at the PIN of the person whose memory is open; wrong ones lengthen the wait.
 * @returns {Promise<{vault: import("./vault.js").Vault | null, words: string}>} words: why it did not open
 */
export async function tryPin(pin) {
  const kept = await store.meta("vault");
  const wait = waitFor(kept);
  if (wait) return { vault: null, words: t("Too many wrong tries. Wait %(n)s seconds.", { n: Math.ceil(wait / 1000) }) };
  const vault = await openVault(kept, pin);
  if (!vault) await store.setMeta("vault", { ...kept, failures: kept.failures + 1, failed_at: Date.now() });
  else if (kept.failures) await store.setMeta("vault", { ...kept, failures: 0, failed_at: 0 });
  return { vault, words: vault ? "" : t("This is not the PIN. Try again.") };
}

/** The PIN screen; resolves with the person whose memory is open. `chosen`: by a tap, not only the last one here. */
function enterPin(person, kept, chosen) {
  return new Promise((resolve) => {
    const { root, parts } = copy("t-pin");
    parts.person.textContent = person.name;
    root.addEventListener("submit", async (event) => {
      event.preventDefault();
      parts.go.disabled = true;
      const { vault, words } = await tryPin(parts.pin.value);
      parts.go.disabled = false;
      if (vault) {
        store.useVault(vault);
        return resolve(person);
      }
      parts.pin.value = "";
      put(parts.error, words);
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

/** What somebody sees on a phone that was shut out: what happened, what is safe, and the ways on. */
function revoked(person) {
  return new Promise((resolve) => {
    const { root, parts } = copy("t-revoked");
    parts.person.textContent = person.name;
    parts.rescue.addEventListener("click", saveRescueFile);
    parts.again.addEventListener("click", () => signInByCode("").then((here) => resolve(open(here, true))));
    show(root);
    // Signed in again by name and password meanwhile: the server gives this phone a new place.
    session().then((here) => { if (here && here.id === person.id) resolve(open(here, true)); });
  });
}

/** Open the memory of `person`, asking for the PIN, or for a new one the first time. */
async function open(person, chosen = false) {
  await store.open(person.id);
  useDevice(await store.meta("device"));
  await closeOld();
  if ((await store.meta("revoked")) && !person.recovery_key) return revoked(person);
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
  await store.clearMeta("revoked");
  await newPin(t("Choose a PIN for this phone"), (pin) => makeVault(pin, fromBase64(here.recovery_key), here.id));
  await store.remember(here);
  return { id: here.id, name: here.name };
}

/** Resolves with the person at the phone once their memory is open. `code`: of a link that enrols this phone. */
export async function unlock(code = null) {
  if (!globalThis.crypto?.subtle || !navigator.locks) {
    show(copy("t-insecure").root);
    throw new Error("not a secure context");
  }
  if (code !== null) return open(await signInByCode(code), true);
  const [last] = await store.people();
  const here = last ?? (await session());
  if (here) return open(here);
  if (here === null) return open(await signInByCode(""), true);
  show(copy("t-offline").root);
  throw new Error("nobody is here yet");
}
