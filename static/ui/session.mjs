// What happens when an answer says that nobody is signed in any more: nothing typed is lost, one signs in again in a
// new tab, and whoever waits here goes on. The page after signing in (account/signed_in.html) tells the other tabs.
// A session that only pauses is gone on with on the spot (idle.mjs).
import { askState, back, hide, isCovered } from "./idle.mjs";

const channel = new BroadcastChannel("consilium-session");
const waiting = new Set();

/**
 * Ask for a new sign-in, and call `again` once the same person is back. Each function waits once and asks once:
 * somebody who would rather stay on the page is not asked again by each keystroke, unless `ask` says so.
 */
export async function signInAgain(again, { ask = !waiting.has(again) } = {}) {
  waiting.add(again);
  if (!ask) return;
  const dialog = document.getElementById("session-dialog");
  const { state } = await askState();
  if (state === "idle") {
    waiting.delete(again);
    await hide(again);
  } else if (state === "out") {
    document.dispatchEvent(new CustomEvent("session:ended"));
  } else if (dialog && !dialog.open) dialog.showModal();
}

/** The session was ended elsewhere, or is too old: the page is hidden until the same person has signed in again. */
document.addEventListener("session:ended", () => {
  const dialog = document.getElementById("session-dialog");
  if (!dialog) return;
  document.documentElement.dataset.covered = "";
  dialog.classList.add("cs-dialog--covers");
  dialog.querySelector("[data-dialog-close]").hidden = true;
  if (!dialog.open) dialog.showModal();
});
document.getElementById("session-dialog")?.addEventListener("close", (event) => {
  if (event.target.classList.contains("cs-dialog--covers")) event.target.showModal();
});

channel.addEventListener("message", (event) => {
  const dialog = document.getElementById("session-dialog");
  if (!dialog || (waiting.size === 0 && !isCovered())) return;
  if (event.data.person !== document.documentElement.dataset.person) {
    // Another person's session must not save this person's words.
    dialog.querySelector("[data-session-other]").hidden = false;
    return;
  }
  dialog.classList.remove("cs-dialog--covers");
  dialog.querySelector("[data-dialog-close]").hidden = false;
  dialog.close();
  back();
  const functions = [...waiting];
  waiting.clear();
  for (const again of functions) again();
});

if (document.body.dataset.signedIn !== undefined) {
  channel.postMessage({ person: document.documentElement.dataset.person });
}
