/** What waits on this phone, as a file to carry to any computer. */
import { rescueFile } from "./queue.js";

/** Offer the file as a download. Nothing leaves the outbox by it. */
export async function saveRescueFile() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await rescueFile());
  link.download = `phieu-chua-gui-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
