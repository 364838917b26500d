/**
 * The widgets for photos and recordings, and where what they make is kept until the interview is finished: in the
 * vault's box to be looked at again, and sealed to the survey's key as it will be sent. The draft tells of each:
 * {path: {id, sha256, type}}; the answer is the file's name. Making them small is `capture.js`, fetched when needed.
 */
import { put } from "./dom.js";
import { sha256 } from "./finish.js";
import { photoRefusal } from "./room.js";
import * as store from "./store.js";
import { t } from "./text.js";
import { envelope, fromBase64 } from "./vault.js";

const LONG_SIDE = 1600; // pixels
const LONGEST = 180; // seconds of a recording
const TYPES = { jpg: "image/jpeg", webm: "audio/webm", ogg: "audio/ogg", m4a: "audio/mp4", mp3: "audio/mpeg", amr: "audio/amr" };

let capturing = null;
/** The module that works with camera and microphone; the page says where it is. */
function capture() {
  capturing ??= import(document.documentElement.dataset.capture).catch((error) => { capturing = null; throw error; });
  return capturing;
}

const typeOf = (name) => TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";

/** 83 → "1:23" */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

const part = (element, name) => element.querySelector(`[data-part=${name}]`);
const control = (element) => part(element, "name");

function words(error) {
  if (error.name === "NotAllowedError") return t("The phone doesn't let this app use the microphone. Allow it in the browser's settings for this page, or choose a recording made with another app.");
  if (error.name === "NotFoundError") return t("This phone has no microphone that can be used. Choose a recording made with another app.");
  if (error.name === "QuotaExceededError") return t("There was no room to keep it. The interview can go on without it.");
  if (error.message === "photo") return t("This file is no picture that the phone can read. Take a photo, or choose a JPEG or PNG.");
  if (error.message === "sound") return t("This kind of recording can't be taken. Choose one in M4A, 3GP, AMR or MP3.");
  return t("That did not work (%(reason)s). Try once more, or go on without it.", { reason: error.name });
}

export class Media {
  /**
   * @param {{draft: any, survey: any, parameters: (path: string) => any, changed: (path: string, name: string) => Promise<void>}} screen
   *   `survey`: with `envelope_key`. `changed`: takes the answer, and keeps the draft
   */
  constructor(screen) {
    this.screen = screen;
    this.shown = [];
    this.recording = null;
  }

  get kept() { return (this.screen.draft.media ??= {}); }

  /** Bring the widgets of a fresh page to life. */
  dress(page) {
    this.clear();
    for (const element of page.querySelectorAll("[data-type=image], [data-type=audio], [data-type=file]")) {
      if (!part(element, "media")) continue;
      for (const input of element.querySelectorAll("input[type=file]")) {
        input.addEventListener("change", () => {
          const [file] = input.files;
          if (file) this.#do(element, () => this.#chosen(element, file)).finally(() => { input.value = ""; });
        });
      }
      part(element, "remove").addEventListener("click", () => this.#do(element, () => this.#remove(element)));
      part(element, "start")?.addEventListener("click", () => this.#do(element, () => this.#record(element)));
      part(element, "stop")?.addEventListener("click", () => this.settle());
      if (part(element, "start") && !(globalThis.MediaRecorder && navigator.mediaDevices?.getUserMedia)) this.#byFile(element);
      this.#show(element).catch(() => {});
    }
  }

  /** What is shown of pictures and sounds is let go. */
  clear() {
    for (const address of this.shown.splice(0)) URL.revokeObjectURL(address);
  }

  /** A recording under way is stopped and kept, a photo that is being made small is waited for. */
  async settle() {
    await this.recording?.recorder?.stop();
    await this.busy;
  }

  /** The respondent doesn't agree, or no longer: everything that was made goes. Resolves with the paths. */
  async forget() {
    await this.settle();
    const gone = Object.entries(this.kept);
    this.screen.draft.media = {};
    for (const [, { id }] of gone) await store.dropMedia(id);
    return gone.map(([path]) => path);
  }

  /** One thing at a time, with what went wrong said beside the question. */
  #do(element, work) {
    put(part(element, "told"), "");
    const run = (this.busy ?? Promise.resolve()).then(work).catch((error) => put(part(element, "told"), words(error)));
    this.busy = run;
    return run;
  }

  #path(element) { return element.dataset.question; }

  #byFile(element) {
    part(element, "start").hidden = true;
    part(element, "choose").hidden = false;
  }

  async #chosen(element, file) {
    const refused = await this.#room();
    if (refused) return put(part(element, "told"), refused);
    put(part(element, "told"), t("Being made small…"));
    const { photo, sound } = await capture();
    const given = Number(this.screen.parameters(this.#path(element))["max-pixels"]);
    const longest = given > 0 ? Math.min(given, LONG_SIDE) : LONG_SIDE;
    const { type } = element.dataset;
    const picture = type === "image" || (type === "file" && !file.type.startsWith("audio/"));
    const bytes = picture ? await photo(file, longest) : await sound(file);
    await this.#keep(element, bytes);
    put(part(element, "told"), "");
  }

  async #room() {
    const refused = await photoRefusal();
    if (!refused) return "";
    await store.dropSentFiles(); // copies of what the server has give way first
    return photoRefusal();
  }

  async #record(element) {
    const refused = await this.#room();
    if (refused) return put(part(element, "told"), refused);
    const { Recording, canRecord } = await capture();
    if (!canRecord()) return this.#byFile(element);
    const id = crypto.randomUUID();
    const recorder = new Recording({
      longest: LONGEST, quality: this.screen.parameters(this.#path(element)).quality,
      part: (bytes) => this.#keep(element, bytes, id, false),
      end: (bytes) => this.#keep(element, bytes, id),
    });
    try {
      await recorder.start();
    } catch (error) {
      this.#byFile(element);
      throw error;
    }
    this.recording = { recorder };
    this.#ticking(element, recorder);
    recorder.ended.then(() => {
      this.recording = null;
      clearInterval(this.ticks);
      return this.#show(element);
    }).catch(() => {});
  }

  #ticking(element, recorder) {
    for (const name of ["start", "choose", "remove", "sound"]) if (part(element, name)) part(element, name).hidden = true;
    part(element, "stop").hidden = part(element, "time").hidden = false;
    part(element, "stop").focus({ preventScroll: true });
    const tell = () => { part(element, "time").textContent = `${clock(recorder.seconds)} / ${clock(LONGEST)}`; };
    tell();
    this.ticks = setInterval(tell, 500);
    put(part(element, "told"), t("Recording. It stops by itself after %(n)s minutes.", { n: Math.round(LONGEST / 60) }));
  }

  /** Keep what was made in place of what was there; the answer is its name. */
  async #keep(element, bytes, id = crypto.randomUUID(), whole = true) {
    const { screen } = this;
    const path = this.#path(element);
    const { ending } = await capture();
    const name = `${id}.${ending(bytes)}`;
    const { survey, version, instance_id } = screen.draft;
    const body = await envelope(bytes, fromBase64(screen.survey.envelope_key), [survey, instance_id, path].join("|"), "media-v1");
    const sha = await sha256(body);
    try {
      await store.putMedia({ id, survey, version, instance_id, body, sha256: sha }, bytes);
    } catch (error) {
      if (whole) throw error;
      return; // of a recording under way: the end will tell
    }
    const before = this.kept[path];
    this.kept[path] = { id, sha256: sha, type: typeOf(name) };
    control(element).value = name;
    await screen.changed(path, name);
    if (before && before.id !== id) await store.dropMedia(before.id);
    if (whole && !this.recording) await this.#show(element);
  }

  async #remove(element) {
    const path = this.#path(element);
    const gone = this.kept[path];
    delete this.kept[path];
    control(element).value = "";
    await this.screen.changed(path, "");
    if (gone) await store.dropMedia(gone.id);
    await this.#show(element);
    (part(element, "first") ?? element).focus({ preventScroll: true });
    put(part(element, "told"), t("Removed."));
  }

  /** What there is, and what can be done with it. */
  async #show(element) {
    const kept = this.kept[this.#path(element)];
    const bytes = kept ? await store.media(kept.id) : null;
    const picture = part(element, "picture");
    const player = part(element, "sound");
    for (const [view, kind] of [[picture, "image/"], [player, "audio/"]]) {
      if (!view) continue;
      const fits = Boolean(bytes) && kept.type.startsWith(kind);
      view.hidden = !fits;
      view.removeAttribute("src");
      if (!fits) continue;
      view.src = URL.createObjectURL(new Blob([bytes], { type: kept.type }));
      this.shown.push(view.src);
    }
    const byFile = part(element, "start")?.hidden && !this.recording && !part(element, "choose").hidden;
    if (part(element, "start")) {
      part(element, "stop").hidden = part(element, "time").hidden = true;
      part(element, "start").hidden = Boolean(byFile);
      part(element, "start").textContent = kept ? t("Record again") : t("Record");
      part(element, "start").classList.toggle("second", Boolean(kept));
    } else if (player) part(element, "take").textContent = kept ? t("Choose another") : t("Choose a file");
    else part(element, "take").textContent = kept ? t("Take it again") : t("Take a photo");
    // Once it is there, the way on is the thing to do; another can still be made.
    part(element, "take")?.parentElement.classList.toggle("second", Boolean(kept));
    if (part(element, "other")) part(element, "other").hidden = Boolean(kept);
    part(element, "remove").hidden = !kept;
    if (!this.recording) put(part(element, "told"), kept && !bytes ? t("Kept and sealed: it can no longer be shown on this phone.") : "");
  }
}
