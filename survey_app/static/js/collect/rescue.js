/** What waits on this phone, as files to carry to any computer. */
import { rescueFiles } from "./queue.js";

/** Offer them as downloads, numbered from the second on. Nothing leaves the phone's memory by it. */
export async function saveRescueFile() {
  const day = new Date().toISOString().slice(0, 10);
  let number = 0;
  for await (const blob of rescueFiles()) {
    number += 1;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `phieu-chua-gui-${day}${number > 1 ? `-${number}` : ""}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}
