/** How much memory the phone still has for us, and what may still be begun with it. */
import { chosen, t } from "./text.js";

export const SCARCE = 50 * 1024 * 1024;
/** Finished interviews need the last of the memory: no new one begins below this. */
const RESERVE = 10 * 1024 * 1024;
/** A photo is larger than an interview, and is refused earlier, so that interviews can still be finished. */
const PHOTOS = 30 * 1024 * 1024;

/** Bytes that the browser still grants. */
export async function memoryLeft() {
  const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  return quota - usage;
}

/** Bytes in words, in the reader's decimal mark. */
export function size(bytes) {
  const [value, unit] = bytes < 2 ** 30 ? [Math.floor(bytes / 2 ** 20), "MB"] : [Math.floor((bytes / 2 ** 30) * 10) / 10, "GB"];
  return `${value.toLocaleString(chosen() === "vi" ? "vi-VN" : "en-GB")} ${unit}`;
}

export const scarceWords = (left) =>
  t("The phone's memory is nearly full (%(mb)s MB left). Send what waits and delete photos or apps you don't need.", { mb: Math.floor(left / 2 ** 20) });

/** Why no new interview may begin. "" when one may. */
export async function refusal() {
  const left = await memoryLeft();
  return left < RESERVE ? scarceWords(left) : "";
}

/** Why no photo or recording may be made. "" when one may. */
export async function photoRefusal() {
  const left = await memoryLeft();
  return left < PHOTOS ? t("There is too little memory left for a photo or a recording (%(mb)s MB). The interview can go on without it.", { mb: Math.floor(left / 2 ** 20) }) : "";
}
