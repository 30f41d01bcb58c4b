// Light, dark or as the system has it: at once on this page, and remembered by the server for the next.
import { csrfToken } from "./csrf.mjs";

const root = document.documentElement;
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function show(theme) {
  root.dataset.theme = theme;
  root.dataset.bsTheme = theme === "dark" || (theme === "system" && dark.matches) ? "dark" : "light";
  for (const button of document.querySelectorAll('[data-theme-form] button[name="theme"]')) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

/** Remember a preference (theme or keys). Failure is silent: it then holds for this page only. */
export function remember(name, value) {
  const url = document.querySelector("[data-theme-form]")?.action;
  if (!url) return Promise.resolve();
  return fetch(url, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    body: new URLSearchParams({ [name]: value }),
  }).catch(() => undefined);
}

dark.addEventListener("change", () => {
  if (root.dataset.theme === "system") show("system");
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-form]") || event.submitter?.name !== "theme") return;
  event.preventDefault();
  show(event.submitter.value);
  remember("theme", event.submitter.value);
});
