// What happens when an answer says that nobody is signed in any more: nothing typed is lost, one signs in again in a
// new tab, and whoever waits here goes on. The page after signing in (account/signed_in.html) tells the other tabs.

const channel = new BroadcastChannel("consilium-session");
const waiting = new Set();

/**
 * Ask for a new sign-in, and call `again` once the same person is back. Each function waits once and asks once:
 * somebody who would rather stay on the page is not asked again by each keystroke, unless `ask` says so.
 */
export function signInAgain(again, { ask = !waiting.has(again) } = {}) {
  waiting.add(again);
  if (!ask) return;
  const dialog = document.getElementById("session-dialog");
  if (dialog && !dialog.open) dialog.showModal();
}

channel.addEventListener("message", (event) => {
  const dialog = document.getElementById("session-dialog");
  if (!dialog || waiting.size === 0) return;
  if (event.data.person !== document.documentElement.dataset.person) {
    // Another person's session must not save this person's words.
    dialog.querySelector("[data-session-other]").hidden = false;
    return;
  }
  dialog.close();
  const functions = [...waiting];
  waiting.clear();
  for (const again of functions) again();
});

if (document.body.dataset.signedIn !== undefined) {
  channel.postMessage({ person: document.documentElement.dataset.person });
}
