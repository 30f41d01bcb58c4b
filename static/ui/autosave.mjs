// A form that saves itself: <form data-autosave-url="..." data-version="3">, with [data-autosave-status] inside it.
//
// It posts its fields 1.5 s after the last keystroke, when a field loses the focus and when the page is hidden, with
// If-Match: "3". The answers it understands (JSON, problem+json):
//   200 { version, time? }                              saved; time is shown as it is, else this browser's clock
//   401, or a redirect to signing in                    the text stays here; saved after signing in again
//   409 { current: { version, fields: { name: text }, own? }}  both texts are shown, and whether the other is of the
//                                                       same person in another window; nothing is lost
//   403, 404 { title }                                  said as it is, and the end: nothing is sent from here any more
//   422 { title, fields? }                              said as it is; tried again at the next change
//   5xx, no connection                                  tried again by itself, more and more rarely
// Leaving the page warns only while something is not saved. After each save the form gets the event "autosave:saved"
// (detail.version, detail.content: the text that was saved, as it was posted), and inputs named version in it, or with data-version-of="<the form's id>", the new version.
import { resolveConflict } from "./conflict.mjs";
import { csrfToken } from "./csrf.mjs";
import { membershipHeader, workAgain } from "./membership.mjs";
import { signInAgain } from "./session.mjs";
import { word } from "./words.mjs";

const PAUSE = 1500;
const RETRIES = [5_000, 10_000, 20_000, 40_000, 60_000];
const KEEPALIVE_LIMIT = 60_000;
const NOT_SAVED_HERE = new Set(["csrfmiddlewaretoken", "version", "acting_membership"]);
const savers = new WeakMap();
const all = new Set();

/** The fields of a form as the text that is posted, without files and without the token. */
function contentOf(form) {
  const pairs = [...new FormData(form)];
  return new URLSearchParams(pairs.filter(([name, value]) => !NOT_SAVED_HERE.has(name) && typeof value === "string"))
    .toString();
}

class Saver {
  constructor(form) {
    this.form = form;
    this.saved = contentOf(form);
    this.timer = 0;
    this.attempt = 0;
    this.busy = null;
    this.stopped = false;
    this.ended = false; // refused for good: every further attempt would stand in the record as one more of the person
    this.conflict = null;
    this.savedText = "";
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", () => this.soon());
    form.addEventListener("focusout", () => this.save());
    form.addEventListener("submit", (event) => this.beforeSubmit(event));
  }

  get dirty() {
    return contentOf(this.form) !== this.saved;
  }

  /** Whether leaving the page now would lose something. */
  get unsafe() {
    return !this.leaving && (this.busy !== null || this.dirty);
  }

  soon() {
    this.leaving = false;
    if (this.ended) return;
    this.stopped = false;
    if (this.dirty && !this.conflict) this.say("waiting", word("unsaved"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  /** Save now if there is something to save. Resolves when this attempt has its answer. */
  save({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    if (this.busy) return this.busy;
    if (this.conflict || this.stopped || this.ended || !this.form.isConnected) return Promise.resolve();
    if (!this.dirty) {
      this.takeBack();
      return Promise.resolve();
    }
    const content = contentOf(this.form);
    this.busy = this.post(content, keepalive).finally(() => {
      this.busy = null;
    });
    // What was typed while the answer was on its way is saved next.
    return this.busy.then(() => {
      if (contentOf(this.form) !== content && !this.conflict) this.soon();
    });
  }

  /** What was changed stands again as it was saved: "not saved yet" is no longer true. */
  takeBack() {
    const place = this.form.querySelector("[data-autosave-status]");
    if (place?.dataset.state === "waiting") this.say(this.savedText ? "saved" : "", this.savedText);
  }

  async post(content, keepalive) {
    this.say("saving", word("saving"));
    let response;
    try {
      response = await fetch(this.form.dataset.autosaveUrl, {
        method: "POST",
        redirect: "manual",
        keepalive: keepalive && content.length < KEEPALIVE_LIMIT,
        headers: {
          Accept: "application/json",
          "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
          "If-Match": `"${this.form.dataset.version}"`,
          "X-CSRFToken": csrfToken(),
          ...membershipHeader(),
        },
        body: content,
      });
    } catch {
      this.retry(word("offline"));
      return;
    }
    await this.understand(response, content);
  }

  async understand(response, content) {
    if (response.status === 401 || response.type === "opaqueredirect") {
      const ask = () => signInAgain(this.again, { ask: true });
      this.say("failed", word("signedOut"), { label: word("signIn"), run: ask });
      signInAgain(this.again);
      return;
    }
    const answer = await response.json().catch(() => ({}));
    if (response.ok) {
      this.attempt = 0;
      this.saved = content;
      this.version = answer.version ?? this.form.dataset.version;
      this.savedText = word("saved", { time: answer.time ?? clock() });
      this.say("saved", this.savedText);
      return;
    }
    if (response.status === 409 && answer.current?.fields) {
      this.conflict = answer.current;
      this.say("failed", answer.current.own ? word("conflictOwn") : word("conflict"), { label: word("conflictTitle"), run: () => this.settle() });
      this.settle();
      return;
    }
    if (answer.type === "urn:consilium:problem:other-membership") {
      const ask = () => workAgain(this.again, { ask: true });
      this.say("failed", word("notSaved", { reason: answer.title }), { label: word("switchBack"), run: ask });
      workAgain(this.again);
      return;
    }
    const reason = Object.values(answer.fields ?? {})[0] ?? answer.title ?? word("refused500");
    if (response.status >= 500 || response.status === 429) {
      this.retry(word("notSaved", { reason }));
      return;
    }
    // Another attempt with the same text would get the same answer: wait for the next change.
    this.stopped = true;
    this.ended = response.status === 403 || response.status === 404;
    this.say("failed", word("notSaved", { reason }));
  }

  /** Used after signing in or switching back; one function for each form, so that it waits only once. */
  again = () => this.save();

  retry(text) {
    this.say("failed", text);
    const wait = RETRIES[Math.min(this.attempt, RETRIES.length - 1)];
    this.attempt += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  /** Let the person choose between the two texts; closed without a choice, the button in the status asks again. */
  async settle() {
    const chosen = await resolveConflict(this.form, this.conflict, new URLSearchParams(this.saved));
    if (!chosen) return;
    this.version = this.conflict.version;
    this.conflict = null;
    this.form.dispatchEvent(new CustomEvent("autosave:resolved", { bubbles: true }));
    if (this.dirty) await this.save();
    else this.say("saved", word("saved", { time: clock() }));
  }

  get version() {
    return this.form.dataset.version;
  }

  set version(value) {
    this.form.dataset.version = value;
    const own = this.form.elements.namedItem("version");
    if (own) own.value = value;
    if (this.form.id) {
      const others = document.querySelectorAll(`[data-version-of="${CSS.escape(this.form.id)}"]`);
      for (const input of others) input.value = value;
    }
    this.form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true, detail: { version: value, content: this.saved } }));
  }

  say(state, text, action = null) {
    const place = this.form.querySelector("[data-autosave-status]");
    if (!place) return;
    place.dataset.state = state;
    place.textContent = text;
    if (!action) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary btn-sm";
    button.textContent = action.label;
    button.addEventListener("click", action.run);
    place.append(" ", button);
  }

  /** A submit waits for a save on its way, so that it does not meet the version that this save is about to raise. */
  async beforeSubmit(event) {
    clearTimeout(this.timer);
    if (!this.busy) {
      this.leaving = !event.defaultPrevented;
      return;
    }
    event.preventDefault();
    await this.busy;
    if (!this.conflict) this.form.requestSubmit(event.submitter);
  }
}

function clock() {
  return new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** The saver of a form; made at the first call. Its save() resolves when the attempt has its answer. */
export function autosave(form) {
  if (!savers.has(form)) {
    const saver = new Saver(form);
    savers.set(form, saver);
    all.add(saver);
  }
  return savers.get(form);
}

function start(root) {
  for (const form of root.querySelectorAll("form[data-autosave-url]")) autosave(form);
}

function present() {
  for (const saver of all) if (!saver.form.isConnected) all.delete(saver);
  return [...all];
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") for (const saver of present()) saver.save({ keepalive: true });
});
window.addEventListener("online", () => {
  for (const saver of present()) saver.save();
});
window.addEventListener("beforeunload", (event) => {
  if (present().some((saver) => saver.unsafe)) event.preventDefault();
});
document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement ?? document));
start(document);
