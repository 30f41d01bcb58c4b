// Somebody of two laboratories, in two tabs: a page sends nothing in the name of another membership than the one that
// stands on it. Every form and every request says which one that is (accounts/doors.py refuses another); a page whose
// browser has switched elsewhere says so, keeps what was typed, and goes on when the person has switched back.
import { csrfToken } from "./csrf.mjs";
import { openDialog } from "./dialog.mjs";

const FIELD = "acting_membership";
const FREE = "[data-switches], [data-signs-out], [action$='/logout/']"; // forms for whatever membership
const { person, membership } = document.documentElement.dataset;
const channel = new BroadcastChannel("consilium-membership");
const waiting = new Set();
let elsewhere = false;

/** The header of a write: for which membership the page was made. */
export function membershipHeader() {
  return membership ? { "X-Membership": membership } : {};
}

/**
 * The session works for another laboratory: say so; `again` runs once when it is switched back. A page of somebody who
 * had one membership has nothing to switch back to: there the server says what is wrong.
 */
export function workAgain(again = null) {
  const dialog = document.getElementById("membership-dialog");
  if (!dialog) return;
  elsewhere = true;
  if (again) waiting.add(again);
  openDialog(dialog);
}

function goOn() {
  elsewhere = false;
  document.getElementById("membership-dialog")?.close();
  const functions = [...waiting];
  waiting.clear();
  for (const again of functions) again();
}

async function switchBack(button) {
  const body = new URLSearchParams({ membership });
  const headers = { "X-CSRFToken": csrfToken() };
  const answer = await fetch(button.dataset.switchUrl, { method: "POST", headers, body, redirect: "manual" }).catch(() => null);
  const isDone = answer !== null && (answer.ok || answer.type === "opaqueredirect");
  document.querySelector("[data-not-switched]").hidden = isDone;
  if (!isDone) return;
  channel.postMessage({ person, membership });
  goOn();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-switch-url]");
  if (button) switchBack(button);
});

// Before every other listener: the forms that save themselves or ask first send only what may be sent.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.getAttribute("method") !== "post" || !membership || form.matches(FREE)) return;
    if (elsewhere) {
      event.preventDefault();
      event.stopImmediatePropagation();
      workAgain();
      return;
    }
    const field = form.elements.namedItem(FIELD) ?? form.appendChild(document.createElement("input"));
    Object.assign(field, { type: "hidden", name: FIELD, value: membership });
  },
  true,
);

channel.addEventListener("message", ({ data }) => {
  if (!membership || data.person !== person) return;
  if (data.membership !== membership) workAgain();
  else if (elsewhere) goOn();
});

if (membership) channel.postMessage({ person, membership });
