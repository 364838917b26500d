/**
 * What the camera and the microphone give, made small and made to tell nothing but itself. Fetched when the
 * first photo or recording is asked for (and kept by the service worker), so it imports nothing.
 *
 * A photo is drawn anew (never the file as it came), so that EXIF, GPS, XMP and the maker's notes end with the
 * original; whatever a browser still writes beside the picture is cut out. A recording is made here, with one
 * channel and few bits; one that comes as a file has its tags blanked where its kind is known, and is else refused.
 */

const QUALITIES = [0.8, 0.7, 0.6, 0.5, 0.4];
const LIGHT = 350_000; // bytes of a photo that need no lower quality
const PART = 5_000; // ms between what is kept of a recording under way
const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const BITS = { "voice-only": 16_000, low: 16_000, normal: 24_000 };

/** The file is no picture, or no sound, that this phone can read. */
export class Unreadable extends Error {}

/** The file as a bitmap the right way up. */
async function bitmap(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new Unreadable("photo");
  }
}

/** JPEG without application segments (EXIF, XMP, colour profiles, maker's notes) and comments. */
export function bareJpeg(bytes) {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new Unreadable("photo");
  const kept = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    const end = at + 2 + bytes[at + 2] * 256 + bytes[at + 3];
    if (marker === 0xda) break; // the picture itself follows
    const tells = (marker >= 0xe1 && marker <= 0xef) || marker === 0xfe;
    if (!tells) kept.push(bytes.subarray(at, end));
    at = end;
  }
  kept.push(bytes.subarray(at));
  const whole = new Uint8Array(kept.reduce((n, part) => n + part.length, 0));
  let to = 0;
  for (const part of kept) { whole.set(part, to); to += part.length; }
  return whole;
}

/** A photo of any size and kind → JPEG, its long side at most `longest` pixels. @returns {Promise<Uint8Array>} */
export async function photo(file, longest) {
  const picture = await bitmap(file);
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d", { alpha: false });
  pen.fillStyle = "#fff"; // under what is transparent
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  let made = null;
  for (const quality of QUALITIES) {
    made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (!made) throw new Unreadable("photo");
    if (made.size <= LIGHT) break;
  }
  canvas.width = canvas.height = 0; // gives its memory back at once
  return bareJpeg(new Uint8Array(await made.arrayBuffer()));
}

const text = (bytes, at, n) => String.fromCharCode(...bytes.subarray(at, at + n));
const big = (bytes, at) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);

/** Boxes of an MP4 family file that tell of place, person and device; those that hold others; those with a clock time. */
const TELLING = new Set(["udta", "meta", "uuid", "free", "skip"]);
const HOLDING = new Set(["moov", "trak", "mdia"]);
const DATED = new Set(["mvhd", "tkhd", "mdhd"]);

/** Blank them where they stand, so that everything else stays in its place. A last box may still be incomplete. */
function blankBoxes(bytes, from, to) {
  for (let at = from; at + 8 <= to;) {
    let size = big(bytes, at) || to - at;
    if (size === 1) size = big(bytes, at + 8) * 2 ** 32 + big(bytes, at + 12); // a long one: the sound
    if (size < 8) throw new Unreadable("sound");
    const end = Math.min(at + size, to);
    const name = text(bytes, at + 4, 4);
    if (TELLING.has(name)) {
      bytes.set([0x66, 0x72, 0x65, 0x65], at + 4); // "free"
      bytes.fill(0, at + 8, end);
    } else if (DATED.has(name)) bytes.fill(0, at + 12, Math.min(at + (bytes[at + 8] === 1 ? 28 : 20), end));
    else if (HOLDING.has(name)) blankBoxes(bytes, at + 8, end);
    at += size;
  }
  return bytes;
}

/** Whether this phone can record by itself. */
export const canRecord = () =>
  Boolean(navigator.mediaDevices?.getUserMedia && globalThis.MediaRecorder && KINDS.some((kind) => MediaRecorder.isTypeSupported(kind)));

/**
 * A recording under way. `part(bytes)` is told what there is every few seconds, so that a phone that dies loses
 * little; `end(bytes)` once, when it stopped: by `stop()`, or by itself after `longest` seconds.
 */
export class Recording {
  /** @param {{longest: number, quality?: string, part: (b: Uint8Array) => void, end: (b: Uint8Array) => void}} how */
  constructor(how) {
    this.how = how;
    this.pieces = [];
  }

  /** Ask for the microphone and begin. Throws a DOMException where the person or the phone says no. */
  async start() {
    const one = { channelCount: 1, echoCancellation: false, noiseSuppression: true };
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: one });
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    this.recorder = new MediaRecorder(this.stream, { mimeType, audioBitsPerSecond: BITS[this.how.quality] ?? BITS.normal });
    this.ended = new Promise((resolve) => (this.done = resolve));
    this.recorder.ondataavailable = ({ data }) => this.#take(data);
    this.recorder.onstop = () => this.#close();
    this.recorder.start(PART);
    this.began = performance.now();
    this.timer = setTimeout(() => this.stop(), this.how.longest * 1000);
  }

  /** Seconds so far. */
  get seconds() { return Math.min((performance.now() - this.began) / 1000, this.how.longest); }

  /** Stop; resolves when `end` has been told. */
  stop() {
    clearTimeout(this.timer);
    if (this.recorder?.state === "recording") this.recorder.stop();
    return this.ended;
  }

  #take(data) {
    // In order, though reading takes its time.
    this.reading = (this.reading ?? Promise.resolve()).then(async () => {
      if (!data.size) return;
      this.pieces.push(new Uint8Array(await data.arrayBuffer()));
      if (this.recorder.state === "recording") await this.how.part(this.#whole());
    });
  }

  #whole() {
    const whole = new Uint8Array(this.pieces.reduce((n, part) => n + part.length, 0));
    let at = 0;
    for (const piece of this.pieces) { whole.set(piece, at); at += piece.length; }
    return text(whole, 4, 4) === "ftyp" ? blankBoxes(whole, 0, whole.length) : whole;
  }

  async #close() {
    for (const track of this.stream.getTracks()) track.stop();
    await this.reading;
    const whole = this.#whole();
    if (whole.length) await this.how.end(whole);
    this.done();
  }
}

/** MP3 without what stands before and after its sound. */
function bareMp3(bytes) {
  let from = 0;
  if (text(bytes, 0, 3) === "ID3") from = 10 + ((bytes[6] << 21) | (bytes[7] << 14) | (bytes[8] << 7) | bytes[9]);
  const to = text(bytes, bytes.length - 128, 3) === "TAG" ? bytes.length - 128 : bytes.length;
  if (bytes[from] !== 0xff) throw new Unreadable("sound");
  return bytes.slice(from, to);
}

/**
 * A recording that came as a file, without its tags. Kinds that phones' recorders make: MP4 family (m4a, 3gp), AMR,
 * MP3. Others are refused: what they tell beside the sound isn't known here.
 */
export async function sound(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length < 256) throw new Unreadable("sound");
  if (text(bytes, 4, 4) === "ftyp") return blankBoxes(bytes, 0, bytes.length);
  if (text(bytes, 0, 6) === "#!AMR\n" || text(bytes, 0, 9) === "#!AMR-WB\n") return bytes;
  if (text(bytes, 0, 3) === "ID3" || (bytes[0] === 0xff && (bytes[1] & 0xe0) === 0xe0)) return bareMp3(bytes);
  throw new Unreadable("sound");
}

/** The ending of a file's name, by its own first bytes. */
export function ending(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return "jpg";
  if (bytes[0] === 0x1a && bytes[1] === 0x45) return "webm";
  if (text(bytes, 0, 4) === "OggS") return "ogg";
  if (text(bytes, 4, 4) === "ftyp") return "m4a";
  return text(bytes, 0, 5) === "#!AMR" ? "amr" : "mp3";
}
