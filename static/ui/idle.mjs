// Nobody at work: after data-idle-after seconds without real input, in any tab of this browser, the page is covered and
// the session pauses on the server too. The same person proves who they are on the cover, and the page is as it was:
// same place, same text. Real input is told to the server twice a minute; what scripts ask by themselves counts nowhere.
import { csrfToken } from "./csrf.mjs";

const INPUTS = ["pointerdown", "pointermove", "wheel", "keydown", "touchstart"];
const TELL = 30_000; // ms between two signs of life
const LOOK = 5_000;
const cover = document.getElementById("idle-cover");
const { person } = document.documentElement.dataset;
const KEY = `consilium-active ${person}`;
const AFTER = Number(cover?.dataset.idleAfter) * 1000;
const tabs = new BroadcastChannel("consilium-idle");
const waiting = new Set();
let told = 0;

/** When somebody last did something in any tab, in ms; storage may be closed to us, then this tab counts alone. */
let here = Date.now();
function last() {
  try {
    return Math.max(here, Number(localStorage.getItem(KEY)) || 0);
  } catch {
    return here;
  }
}

function note() {
  here = Date.now();
  try {
    localStorage.setItem(KEY, String(here));
  } catch {
    // This tab counts alone.
  }
}

function post(body = "") {
  return fetch(cover.dataset.presenceUrl, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": csrfToken() },
    body,
  }).catch(() => null);
}

/** What the server thinks of this session: { state, person }; "unknown" where it cannot be asked. */
export async function askState() {
  if (!cover) return { state: "unknown" };
  try {
    const response = await fetch(cover.dataset.presenceUrl, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : { state: "unknown" };
  } catch {
    return { state: "unknown" };
  }
}

export const isCovered = () => document.documentElement.dataset.covered !== undefined;

/** Hide the page until the person is back; `again` runs then. */
export async function hide(again = null) {
  if (again) waiting.add(again);
  if (isCovered()) return;
  document.documentElement.dataset.covered = "";
  if (!cover.open) cover.showModal();
  await fetchForm();
}

/** The form comes from the page that an idle session ends up at, so there is one way to prove oneself. */
async function fetchForm() {
  const place = cover.querySelector("[data-cover-form]");
  const response = await fetch(cover.dataset.resumeUrl, { redirect: "manual" }).catch(() => null);
  if (response?.type === "opaqueredirect") {
    await settle();
    return;
  }
  if (response?.ok) take(place, await response.text());
  else place.textContent = cover.dataset.offline;
}

function take(place, html) {
  const form = new DOMParser().parseFromString(html, "text/html").querySelector("form[data-resume]");
  if (!form) return;
  place.replaceChildren(document.adoptNode(form));
  form.querySelector(".is-invalid, input[type='password'], input[name='proof_way']:checked")?.focus();
}

cover?.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-resume]") || event.defaultPrevented) return;
  event.preventDefault();
  const headers = { "X-CSRFToken": csrfToken() };
  const response = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)), redirect: "manual" })
    .catch(() => null);
  if (response?.type === "opaqueredirect") await settle();
  else if (response) take(form.parentElement, await response.text());
});

/** Go on if the session counts again; a session that has ended asks for a new sign-in, in its own tab. */
async function settle() {
  const { state, person: whose } = await askState();
  if (state === "in" && whose === person) {
    tabs.postMessage({ person });
    back();
  } else if (state === "idle" || state === "unknown") {
    await fetchForm();
  } else {
    document.dispatchEvent(new CustomEvent("session:ended"));
  }
}

/** The page as it was. */
export function back() {
  if (!isCovered()) return;
  note();
  delete document.documentElement.dataset.covered;
  cover.close();
  const functions = [...waiting];
  waiting.clear();
  for (const again of functions) again();
  document.dispatchEvent(new CustomEvent("session:resumed"));
}

async function worked() {
  if (isCovered() || overdue()) return;
  note();
  if (here - told < TELL) return;
  told = here;
  const response = await post();
  if (response?.status === 401) await lost();
}

/** The server no longer counts the session: covered where the person may go on, else said. */
export async function lost() {
  const { state } = await askState();
  if (state === "idle") await hide();
  else if (state === "out" || state === "weak") document.dispatchEvent(new CustomEvent("session:ended"));
}

const overdue = () => Date.now() - last() >= AFTER;

async function look() {
  if (isCovered() || !overdue()) return;
  document.documentElement.dataset.covered = ""; // at once; the rest follows
  cover.showModal();
  await post("pause=1");
  await fetchForm();
}

if (cover && person && AFTER > 0) {
  note(); // a page that was asked for is work
  for (const name of INPUTS) document.addEventListener(name, worked, { passive: true, capture: true });
  setInterval(look, LOOK);
  for (const name of ["visibilitychange", "pageshow", "focus"]) window.addEventListener(name, look, true);
  cover.addEventListener("cancel", (event) => event.preventDefault());
  cover.addEventListener("close", () => {
    if (isCovered()) cover.showModal();
  });
  tabs.addEventListener("message", ({ data }) => {
    if (data.person === person) back();
  });
}
