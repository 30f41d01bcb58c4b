// htmx: the CSRF token on every write, and a clear word for every answer that is not one.
import { alertPage, clearAlert } from "./alert.mjs";
import { csrfToken } from "./csrf.mjs";
import { membershipHeader, workAgain } from "./membership.mjs";
import { signInAgain } from "./session.mjs";
import { word } from "./words.mjs";

const OTHER = 'data-refusal="other-membership"';
const KNOWN = { 403: "refused403", 404: "refused404", 409: "refused409", 429: "refused429" };

/** What asks by itself ([data-quiet], the bell) says nothing when it fails and takes no alert away. */
function isQuiet(element) {
  return element.id === "bell-count" || element.closest("[data-quiet]") !== null;
}

document.addEventListener("htmx:configRequest", (event) => {
  Object.assign(event.detail.headers, membershipHeader());
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});

/** What the server said (its fragment, or a problem document's title), else our own sentence for the status. */
function reason(xhr) {
  const type = xhr.getResponseHeader("Content-Type") ?? "";
  if (type.includes("json")) {
    try {
      const problem = JSON.parse(xhr.responseText);
      if (problem.title) return problem.title;
    } catch {
      return word(KNOWN[xhr.status] ?? "refused500");
    }
  }
  if (type.includes("html")) {
    const note = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector(".cs-note");
    if (note) return document.adoptNode(note);
  }
  return word(KNOWN[xhr.status] ?? "refused500");
}

/** What asks by itself asks no more once it was refused: each time would stand in the record as one of the person's. */
function rest(element) {
  if (!element.getAttribute("hx-trigger")?.includes("every")) return;
  const still = element.cloneNode(true);
  for (const name of ["hx-get", "hx-trigger"]) still.removeAttribute(name);
  element.replaceWith(still);
}

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt, requestConfig } = event.detail;
  const quiet = requestConfig.triggeringEvent === undefined || isQuiet(elt);
  const again = () => window.htmx.trigger(elt, requestConfig.triggeringEvent?.type ?? "click");
  if (xhr.status === 401) {
    if (!quiet) signInAgain(again);
    return;
  }
  if (xhr.status === 403 || xhr.status === 404) rest(elt);
  if (quiet) return;
  if (xhr.status === 409 && xhr.responseText.includes(OTHER) && workAgain(again)) return;
  alertPage(reason(xhr), { reload: xhr.status === 409 });
});

document.addEventListener("htmx:sendError", (event) => {
  if (!isQuiet(event.detail.elt)) alertPage(word("noConnection"));
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isQuiet(event.detail.elt)) clearAlert();
});
