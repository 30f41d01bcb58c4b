// The search over the page: Ctrl+K, Cmd+K or "/" opens it. What is typed goes by POST and stays in no address, and is
// forgotten when it closes. The arrows choose, Enter opens the choice, or all results where there is none yet.
import { csrfToken } from "./csrf.mjs";
import { openDialog } from "./dialog.mjs";
import { isOther, membershipHeader, workAgain } from "./membership.mjs";
import { signInAgain } from "./session.mjs";
import { register } from "./shortcuts.mjs";
import { word } from "./words.mjs";

const PAUSE = 200; // milliseconds without a key before it asks
const REFUSED = { 403: "refused403", 429: "refused429" };
const dialog = document.getElementById("palette");

function start() {
  const form = dialog.querySelector("form");
  const input = form.elements.namedItem("text");
  const list = document.getElementById("palette-list");
  const status = dialog.querySelector("[data-palette-status]");
  let waiting = 0;
  let asking = null;
  let answered = null; // the text that the options are for

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const found = page.querySelector("[data-status]");
    list.replaceChildren(...[...(found?.children ?? [])].map((each) => document.adoptNode(each)));
    list.scrollTop = 0;
    status.textContent = found?.dataset.status ?? "";
    input.setAttribute("aria-expanded", String(options().length > 0));
    choose(input.value.trim() ? options()[0] : null);
  }

  function fail(text) {
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    choose(null);
    status.textContent = text;
  }

  async function ask() {
    const text = input.value;
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    if (text.trim()) status.textContent = word("searching");
    try {
      const response = await fetch(dialog.dataset.palette, {
        method: "POST",
        body: new URLSearchParams({ text }),
        headers: { Accept: "application/json", "X-CSRFToken": csrfToken(), "HX-Request": "true", ...membershipHeader() },
        signal,
      });
      if (signal.aborted) return;
      if (response.status === 401) {
        fail("");
        signInAgain(ask);
      } else if ((await isOther(response)) && workAgain(ask, { ask: true })) {
        fail("");
      } else if (response.ok) {
        show(await response.text());
        answered = text;
      } else {
        fail(word(REFUSED[response.status] ?? "refused500"));
      }
    } catch {
      if (!signal.aborted) fail(word("noConnection"));
    }
  }

  function open() {
    if (dialog.open || document.querySelector("dialog:modal")) return;
    openDialog(dialog);
    input.focus();
    ask();
  }

  function go(option) {
    window.location.assign(option.dataset.url);
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options();
    const at = all.indexOf(chosen());
    if (event.key === "ArrowDown" && all.length) choose(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp" && all.length) choose(all[(at <= 0 ? all.length : at) - 1]);
    else if (event.key === "Enter" && at >= 0 && answered === input.value) go(all[at]);
    else return;
    event.preventDefault();
  });

  form.addEventListener("submit", (event) => {
    if (!input.value.trim()) event.preventDefault();
  });
  dialog.querySelector("[data-palette-all]").addEventListener("click", () => form.requestSubmit());

  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) go(option);
  });

  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the backdrop
  });

  dialog.addEventListener("close", () => {
    clearTimeout(waiting);
    asking?.abort();
    answered = null;
    input.value = "";
    fail("");
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette-open]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });

  document.addEventListener("keydown", (event) => {
    const isIt = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!isIt || event.defaultPrevented) return;
    event.preventDefault();
    open();
  });

  // A page may use "/" for its own filter.
  const isFree = () => !document.querySelector('[data-key="/"]');
  register({ key: "/", label: word("keySearch"), group: word("keysGeneral"), run: open, when: isFree });
}

if (dialog) start();
