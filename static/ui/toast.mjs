// Short words about what went well. They stay 10 seconds, and as long as the pointer or the focus is on them.
import { word } from "./words.mjs";

const STAY = 10_000;

function watch(toast) {
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = word("close");
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  let timer = setTimeout(() => toast.remove(), STAY);
  const hold = () => clearTimeout(timer);
  const go = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), STAY);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", go);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", go);
}

/** Say `text` in a toast. `action` ({ label, run }) puts one button beside it, for example Undo. */
export function toast(text, action = null) {
  const element = document.createElement("div");
  element.className = "cs-toast";
  const icon = document.createElement("i");
  icon.className = "bi bi-check-circle-fill";
  icon.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  words.textContent = text;
  element.append(icon, words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.label;
    button.addEventListener("click", () => {
      element.remove();
      action.run();
    });
    element.append(button);
  }
  document.getElementById("toasts").append(element);
  watch(element);
}

for (const element of document.querySelectorAll("[data-toast]")) watch(element);
