// What happens when an answer says that nobody is signed in any more: nothing typed is lost, one signs in again in a
// new tab, and whoever waits here goes on. The page after signing in (account/signed_in.html) tells the other tabs.
// A session that only pauses is gone on with on the spot (idle.mjs).
import { askState, back, hide, isCovered } from "./idle.mjs";

const FORGET = 600_000; // ms that a page whose session is over waits, covered, for the same person
const channel = new BroadcastChannel("consilium-session");
const waiting = new Set();
let forgetting;

/**
 * Take away what stands on a page whose session is over, first of all and without asking the server, which may not be
 * there; then go to where one signs in.
 */
function forget() {
  const { signInUrl } = document.querySelector("[data-sign-in-url]")?.dataset ?? {};
  document.documentElement.dataset.covered = "";
  document.title = document.title.split(" - ").pop();
  document.body.replaceChildren();
  if (signInUrl) location.replace(signInUrl);
}

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

/** Signing out in one tab takes away what stands in the others. */
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-signs-out], form[action$='/logout/']")) channel.postMessage({ signedOut: true });
});

/** The session was ended elsewhere, or is too old: the page is hidden, and waits a while for the same person. */
document.addEventListener("session:ended", () => {
  const dialog = document.getElementById("session-dialog");
  if (!dialog) return;
  document.documentElement.dataset.covered = "";
  dialog.classList.add("cs-dialog--covers");
  dialog.querySelector("[data-dialog-close]").hidden = true;
  forgetting ??= setTimeout(forget, FORGET);
  if (!dialog.open) dialog.showModal();
});
document.getElementById("session-dialog")?.addEventListener("close", (event) => {
  if (event.target.classList.contains("cs-dialog--covers")) event.target.showModal();
});

channel.addEventListener("message", (event) => {
  const dialog = document.getElementById("session-dialog");
  if (event.data.signedOut) {
    if (dialog) forget();
    return;
  }
  if (!dialog || (waiting.size === 0 && !isCovered())) return;
  if (event.data.person !== document.documentElement.dataset.person) {
    // Another person's session must not save this person's words, nor find them beneath a cover.
    if (isCovered()) forget();
    dialog.querySelector("[data-session-other]").hidden = false;
    return;
  }
  clearTimeout(forgetting);
  forgetting = undefined;
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
