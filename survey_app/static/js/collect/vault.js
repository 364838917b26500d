/**
 * Secrets on the phone. Two different things:
 *
 * An envelope is a finished interview sealed to the survey's public key: the phone itself can't open it again.
 * Its layout is described in survey_app/collection/envelopes.py.
 *
 * The vault keeps what is still being worked on (drafts, households, visits) under a key that only the
 * person's PIN opens. The key is never stored bare; a second wrapping, to the server's key, lets a person who
 * has forgotten the PIN come back with their password. A PIN of six digits protects against somebody who
 * finds the phone, not against a laboratory; it is stretched as far as a cheap phone bears.
 */

const MAGIC = new TextEncoder().encode("DLE1");
const SMALLEST = 4096;
const ITERATIONS = 400_000;
const FREE_TRIES = 5;
const FIRST_WAIT = 30_000;
const LONGEST_WAIT = 3_600_000;
const CURVE = { name: "ECDH", namedCurve: "P-256" };

const utf8 = (text) => new TextEncoder().encode(text);
const random = (n) => crypto.getRandomValues(new Uint8Array(n));

/** Several byte arrays as one. */
function joined(...parts) {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/** Length, content, zeros up to a power of two: the size of an envelope doesn't tell which branch was taken. */
function padded(content) {
  let size = SMALLEST;
  while (size < content.length + 4) size *= 2;
  const plain = new Uint8Array(size);
  new DataView(plain.buffer).setUint32(0, content.length);
  plain.set(content, 4);
  return plain;
}

/** Seal `content` so that only the holder of `recipient`'s private key opens it, bound to a text. */
export async function envelope(content, recipient, bound, info = "interview-v1") {
  const once = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const ephemeral = new Uint8Array(await crypto.subtle.exportKey("raw", once.publicKey));
  const theirs = await crypto.subtle.importKey("raw", recipient, CURVE, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, once.privateKey, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: joined(ephemeral, recipient), info: utf8(info) },
    material, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = random(12);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(bound) }, key, padded(content));
  return joined(MAGIC, ephemeral, iv, new Uint8Array(sealed));
}

const aes = (raw) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

async function encrypt(key, plain, bound) {
  const iv = random(12);
  return joined(iv, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(bound) }, key, plain)));
}

async function decrypt(key, sealed, bound) {
  const [iv, rest] = [sealed.subarray(0, 12), sealed.subarray(12)];
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: utf8(bound) }, key, rest));
}

async function stretched(pin, salt, iterations) {
  const material = await crypto.subtle.importKey("raw", utf8(pin.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, material,
    { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** An opened vault: seals and opens JSON values and bytes. `bound` ties a box to its place, so that boxes can't be swapped. */
export class Vault {
  constructor(key) {
    this.key = key;
  }

  seal(value, bound) {
    return this.sealBytes(utf8(JSON.stringify(value)), bound);
  }

  async open(box, bound) {
    return JSON.parse(new TextDecoder().decode(await this.openBytes(box, bound)));
  }

  sealBytes(bytes, bound) {
    return encrypt(this.key, bytes, bound);
  }

  openBytes(box, bound) {
    return decrypt(this.key, box, bound);
  }
}

async function record(raw, pin, recovery) {
  const salt = random(16);
  const wrapped = await encrypt(await stretched(pin, salt, ITERATIONS), raw, "draft-key");
  return { salt, iterations: ITERATIONS, wrapped, recovery, failures: 0, failed_at: 0 };
}

/** A new vault. Returns it with the record to store; `serverKey` and `user` make the second wrapping. */
export async function makeVault(pin, serverKey, user) {
  const raw = random(32);
  const recovery = await envelope(raw, serverKey, `user|${user}`, "draft-key-v1");
  const made = { record: await record(raw, pin, recovery), vault: new Vault(await aes(raw)) };
  raw.fill(0);
  return made;
}

/** The vault again, under a new PIN, with the key that the server unwrapped. */
export async function renewVault(raw, pin, old) {
  return { record: await record(raw, pin, old.recovery), vault: new Vault(await aes(raw)) };
}

/** How long (ms) one must wait before the next PIN: nothing at first, then longer and longer. */
export function waitFor(kept, now = Date.now()) {
  if (kept.failures < FREE_TRIES) return 0;
  const whole = Math.min(FIRST_WAIT * 2 ** (kept.failures - FREE_TRIES), LONGEST_WAIT);
  // A clock put back must not lengthen the wait beyond its whole.
  return Math.min(Math.max(kept.failed_at + whole - now, 0), whole);
}

/** Open the vault with a PIN; null when it is the wrong one. */
export async function openVault(kept, pin) {
  try {
    const raw = await decrypt(await stretched(pin, kept.salt, kept.iterations), kept.wrapped, "draft-key");
    const vault = new Vault(await aes(raw));
    raw.fill(0);
    return vault;
  } catch {
    return null;
  }
}
