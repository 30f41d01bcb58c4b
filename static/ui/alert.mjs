// The region above the content where a page says what went wrong; in the dialog, while one covers the page. One alert at
// a time: the last one counts.
import { word } from "./words.mjs";

/** Show `content` (text, or an element made by the server) as the page's alert and bring it into view. */
export function alertPage(content, { reload = false } = {}) {
  const region = document.getElementById("alerts");
  let note = content;
  if (typeof content === "string") {
    note = document.createElement("div");
    note.className = "cs-note cs-note--danger";
    const icon = document.createElement("i");
    icon.className = "bi bi-exclamation-diamond-fill";
    icon.setAttribute("aria-hidden", "true");
    const text = document.createElement("p");
    text.className = "cs-grow";
    text.textContent = content;
    note.append(icon, text);
  }
  if (reload) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary btn-sm";
    button.textContent = word("reload");
    button.addEventListener("click", () => window.location.reload());
    note.append(button);
  }
  const dialog = document.querySelector("#dialog-slot dialog[open] .cs-dialog__b");
  if (dialog) {
    clearAlert();
    note.dataset.alert = "";
    note.setAttribute("role", "alert");
    dialog.prepend(note);
    dialog.scrollTop = 0;
    return;
  }
  region.replaceChildren(note);
  region.scrollIntoView({ block: "nearest" });
}

/** Take the alert away, for example because the next attempt went well. */
export function clearAlert() {
  document.getElementById("alerts").replaceChildren();
  document.querySelector("#dialog-slot [data-alert]")?.remove();
}
