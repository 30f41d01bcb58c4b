// Somebody of two laboratories, in two tabs: a page sends nothing in the name of another membership than the one that
// stands on it. Every form and every request says which one that is (accounts/doors.py refuses another); a page whose
// browser has switched elsewhere says so, keeps what was typed, and goes on when the person has switched back.
import { csrfToken } from "./csrf.mjs";
import { openDialog } from "./dialog.mjs";
import { isCovered } from "./idle.mjs";
import { signInAgain } from "./session.mjs";

const FIELD = "acting_membership";
// Forms for whatever membership: signing out, being there again, and what is the person's own.
const FREE = "[data-switches], [data-own-affairs], [data-resume], [data-signs-out], [action$='/logout/']";
const OTHER = "urn:consilium:problem:other-membership";
const { person, membership } = document.documentElement.dataset;
const channel = new BroadcastChannel("consilium-membership");
const waiting = new Set();
let elsewhere = false;

/** The header of whatever a page asks by script: for which membership the page was made. */
export function membershipHeader() {
  return membership ? { "X-Membership": membership } : {};
}

/** Whether an answer (a Response, of which the body is left alone) refuses because of that. */
export async function isOther(response) {
  if (response.status !== 409) return false;
  const problem = await response.clone().json().catch(() => ({}));
  return problem.type === OTHER;
}

/**
 * The session works for another laboratory: say so; `again` runs once when it is switched back. Each function asks once:
 * somebody who would rather stay on the page is not asked again by each keystroke, unless `ask` says so. A page of
 * somebody who had one membership has nothing to switch back to: false, and the server says what is wrong.
 */
export function workAgain(again = null, { ask = !waiting.has(again) } = {}) {
  const dialog = document.getElementById("membership-dialog");
  if (!dialog) return false;
  elsewhere = true;
  if (again) waiting.add(again);
  if (ask && !isCovered()) openDialog(dialog); // on top of the cover it would stand in its way, and not be seen
  return true;
}

document.addEventListener("session:resumed", () => {
  if (elsewhere) workAgain();
});

function goOn() {
  elsewhere = false;
  document.getElementById("membership-dialog")?.close();
  const functions = [...waiting];
  waiting.clear();
  for (const again of functions) again();
}

async function switchBack(button) {
  if (button.disabled) return;
  button.disabled = true; // a second click would switch, and stand in the record, twice
  const body = new URLSearchParams({ membership });
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  const answer = await fetch(button.dataset.switchUrl, { method: "POST", headers, body, redirect: "manual" }).catch(() => null);
  button.disabled = false;
  if (answer?.status === 401) {
    signInAgain(() => switchBack(button), { ask: true });
    return;
  }
  document.querySelector("[data-not-switched]").hidden = answer?.ok === true;
  if (!answer?.ok) return;
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
