/**
 * MD5, SHA-1, SHA-256, SHA-384 and SHA-512 for the function `digest`, and the shuffle that a seed repeats
 * (twin of questionnaires/logic/randomness.py). Expressions are evaluated synchronously, and the browser's own
 * digests are not. Nothing secret depends on this module.
 * Sources: RFC 1321, FIPS 180-4.
 */
import { toNumber, toText } from "./logic_values.js";

/** @returns {Uint8Array} message, 1 bit, zeros, length; block: 64 or 128 bytes */
function padded(bytes, block, little) {
  const lengthBytes = block / 8;
  const total = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
  const out = new Uint8Array(total);
  out.set(bytes);
  out[bytes.length] = 0x80;
  const view = new DataView(out.buffer);
  view.setBigUint64(little ? total - lengthBytes : total - 8, BigInt(bytes.length) * 8n, little);
  return out;
}

const left = (x, n) => (x << n) | (x >>> (32 - n));
const right = (x, n) => (x >>> n) | (x << (32 - n));

function md5(bytes) {
  const shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
  const data = padded(bytes, 64, true);
  const view = new DataView(data.buffer);
  const h = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < data.length; at += 64) {
    let [a, b, c, d] = h;
    for (let i = 0; i < 64; i += 1) {
      const round = i >> 4;
      const f = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round];
      const g = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] % 16;
      const k = Math.floor(Math.abs(Math.sin(i + 1)) * 4294967296);
      const sum = (a + f + k + view.getUint32(at + g * 4, true)) | 0;
      [a, d, c, b] = [d, c, b, (b + left(sum, shifts[round][i % 4])) | 0];
    }
    [a, b, c, d].forEach((x, i) => { h[i] = (h[i] + x) | 0; });
  }
  const out = new DataView(new ArrayBuffer(16));
  h.forEach((x, i) => out.setUint32(i * 4, x, true));
  return new Uint8Array(out.buffer);
}

function sha1(bytes) {
  const data = padded(bytes, 64, false);
  const view = new DataView(data.buffer);
  const h = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const keys = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];
  for (let at = 0; at < data.length; at += 64) {
    const w = [];
    for (let i = 0; i < 80; i += 1) {
      w[i] = i < 16 ? view.getInt32(at + i * 4) : left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    }
    let [a, b, c, d, e] = h;
    for (let i = 0; i < 80; i += 1) {
      const round = Math.floor(i / 20);
      const f = round === 0 ? (b & c) | (~b & d) : round === 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      [a, b, c, d, e] = [(left(a, 5) + f + e + keys[round] + w[i]) | 0, a, left(b, 30), c, d];
    }
    [a, b, c, d, e].forEach((x, i) => { h[i] = (h[i] + x) | 0; });
  }
  return words(h);
}

function words(h) {
  const out = new DataView(new ArrayBuffer(h.length * 4));
  h.forEach((x, i) => out.setInt32(i * 4, x));
  return new Uint8Array(out.buffer);
}

/** The first `count` primes: SHA-2's constants are the fractions of their roots. */
function primes(count) {
  const found = [];
  for (let n = 2; found.length < count; n += 1) if (found.every((p) => n % p)) found.push(n);
  return found;
}

/** The first 32 bits of the fraction of a root. */
const fraction = (root) => ((root % 1) * 4294967296) | 0;
const K256 = primes(64).map((p) => fraction(Math.cbrt(p)));

function sha256(bytes) {
  const h = primes(8).map((p) => fraction(Math.sqrt(p)));
  const data = padded(bytes, 64, false);
  const view = new DataView(data.buffer);
  for (let at = 0; at < data.length; at += 64) {
    const w = [];
    for (let i = 0; i < 64; i += 1) {
      if (i < 16) { w[i] = view.getInt32(at + i * 4); continue; }
      const s0 = right(w[i - 15], 7) ^ right(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = right(w[i - 2], 17) ^ right(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    const s = h.slice();
    for (let i = 0; i < 64; i += 1) {
      const [a, b, c, , e, f, g, last] = s;
      const s1 = right(e, 6) ^ right(e, 11) ^ right(e, 25);
      const t1 = (last + s1 + ((e & f) ^ (~e & g)) + K256[i] + w[i]) | 0;
      const t2 = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      s.pop();
      s[3] = (s[3] + t1) | 0;
      s.unshift((t1 + t2) | 0);
    }
    s.forEach((x, i) => { h[i] = (h[i] + x) | 0; });
  }
  return words(h);
}

/** The first 64 bits of the fraction of the square (cube) root of n, exactly. */
function rootFraction(n, power) {
  const target = BigInt(n) << BigInt(64 * power);
  let root = 0n;
  for (let bit = 1n << 69n; bit; bit >>= 1n) if ((root + bit) ** BigInt(power) <= target) root += bit;
  return root & WORD;
}

const WORD = 0xffffffffffffffffn;
const right64 = (x, n) => ((x >> n) | (x << (64n - n))) & WORD;

/** short: SHA-384, which starts from the roots of the 9th to 16th primes and gives 48 bytes. */
function sha512(bytes, short) {
  const k = primes(80).map((p) => rootFraction(p, 3));
  const h = (short ? primes(16).slice(8) : primes(8)).map((p) => rootFraction(p, 2));
  const data = padded(bytes, 128, false);
  const view = new DataView(data.buffer);
  for (let at = 0; at < data.length; at += 128) {
    const w = [];
    for (let i = 0; i < 80; i += 1) {
      if (i < 16) { w[i] = view.getBigUint64(at + i * 8); continue; }
      const s0 = right64(w[i - 15], 1n) ^ right64(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
      const s1 = right64(w[i - 2], 19n) ^ right64(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) & WORD;
    }
    const s = h.slice();
    for (let i = 0; i < 80; i += 1) {
      const [a, b, c, , e, f, g, last] = s;
      const s1 = right64(e, 14n) ^ right64(e, 18n) ^ right64(e, 41n);
      const t1 = last + s1 + ((e & f) ^ (~e & WORD & g)) + k[i] + w[i];
      const t2 = (right64(a, 28n) ^ right64(a, 34n) ^ right64(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      s.pop();
      s[3] = (s[3] + t1) & WORD;
      s.unshift((t1 + t2) & WORD);
    }
    s.forEach((x, i) => { h[i] = (h[i] + x) & WORD; });
  }
  const out = new DataView(new ArrayBuffer(64));
  h.forEach((x, i) => out.setBigUint64(i * 8, x));
  return new Uint8Array(out.buffer, 0, short ? 48 : 64);
}

/** @param {string} text @param {string} algorithm @param {string} encoding `hex`, else base64; '' if unknown */
export function digest(text, algorithm, encoding) {
  const bytes = new TextEncoder().encode(text);
  const name = algorithm.toUpperCase();
  let raw;
  if (name === "MD5") raw = md5(bytes);
  else if (name === "SHA-1") raw = sha1(bytes);
  else if (name === "SHA-256") raw = sha256(bytes);
  else if (name === "SHA-384" || name === "SHA-512") raw = sha512(bytes, name === "SHA-384");
  else return "";
  if (encoding === "hex") return [...raw].map((b) => b.toString(16).padStart(2, "0")).join("");
  return btoa(String.fromCharCode(...raw));
}

const MODULUS = 2147483647;

/** @template T @param {T[]} items @returns {T[]} in the order that the seed (a Value) gives */
export function shuffled(items, seed) {
  const number = toNumber(seed);
  let state = (Number.isFinite(number) ? Math.trunc(number) : textSeed(toText(seed))) % MODULUS;
  if (state <= 0) state += MODULUS - 1;
  const result = [];
  items.forEach((item, place) => {
    state = (state * 16807) % MODULUS;
    const chosen = Math.floor(((state - 1) / (MODULUS - 1)) * (place + 1));
    result[place] = result[chosen];
    result[chosen] = item;
  });
  return result;
}

const textSeed = (text) => (text ? Number(BigInt.asIntN(64, BigInt(`0x${digest(text, "SHA-256", "hex").slice(0, 16)}`))) : 0);
