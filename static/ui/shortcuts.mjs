// The key map. Modules register keys; an element with data-key="a" is clicked by that key; "?" shows the list.
// Keys are off in text fields, with Ctrl, Alt or Meta, and while a dialog is open. Single letters can be switched off.
import { openDialog } from "./dialog.mjs";
import { remember } from "./theme.mjs";
import { word } from "./words.mjs";

const root = document.documentElement;
const TYPING = "input, textarea, select, [contenteditable=''], [contenteditable='true']";
const NOT_TYPED = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);
const registered = [];

/** Whether the focus is where keys are text. */
export function isTyping(element = document.activeElement) {
  if (!(element instanceof Element) || !element.matches(TYPING)) return false;
  return !(element instanceof HTMLInputElement && NOT_TYPED.has(element.type));
}

/** Whether single-letter keys are on (a preference of this browser). */
export function singleKeysOn() {
  return root.dataset.singleKeys !== "off";
}

/**
 * Register a key: { key, label, group, run(event), when(), codes, anywhere, shown }.
 * `key` is compared with event.key (letters in lower case; "Shift+R" for a capital); an array registers several with
 * one meaning. `codes` are places on the keyboard (event.code), tried when no key fits: digits need Shift on some
 * layouts. `anywhere` is for function keys that also work while typing. `shown` stands in the list instead of `key`.
 * `run` may return false to let the browser have the key. Returns a function that takes the key away.
 */
export function register({
  key,
  label,
  group = word("keysPage"),
  run,
  when = () => true,
  codes = [],
  anywhere = false,
  shown = null,
}) {
  const entry = { keys: [key].flat(), label, group, run, when, codes, anywhere, shown };
  registered.push(entry);
  return () => registered.splice(registered.indexOf(entry), 1);
}

function pressed(event) {
  if (event.key.length !== 1) return event.key;
  const letter = event.key.toLowerCase() !== event.key.toUpperCase();
  return letter && event.shiftKey ? `Shift+${event.key.toUpperCase()}` : event.key;
}

/** Elements with data-key, except in rows of a list that are not chosen. */
function ofElements() {
  return [...document.querySelectorAll("[data-key]")].filter((element) => {
    const row = element.closest("[data-table-keys] tbody tr");
    return (!row || row.classList.contains("is-sel")) && element.checkVisibility();
  });
}

/** Ctrl, Alt or Meta is held. AltGr is not meant: with it [ and ] are typed on many layouts, and it looks like both. */
function isCommand(event) {
  return event.metaKey || ((event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph"));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isCommand(event) || event.isComposing) return;
  if (document.querySelector("dialog:modal")) return;
  const key = pressed(event);
  const letter = key.length === 1 || key.startsWith("Shift+");
  if (letter && key !== "?" && !singleKeysOn()) return;
  const ready = registered.filter((entry) => (entry.anywhere || !isTyping()) && entry.when());
  const entry = ready.find(({ keys }) => keys.includes(key)) ?? ready.find(({ codes }) => codes.includes(event.code));
  if (entry) {
    if (entry.run(event) !== false) event.preventDefault();
    return;
  }
  if (isTyping()) return;
  const element = ofElements().find((candidate) => candidate.dataset.key === key);
  if (element) {
    event.preventDefault();
    if (element.matches("summary")) element.focus(); // what a menu holds comes next by Tab
    element.click();
  }
});

/** Every key that works now, by group: [[group, [[keys, label], ...]], ...]. */
export function keyMap() {
  const groups = new Map();
  const add = (group, keys, label) => groups.set(group, [...(groups.get(group) ?? []), [keys, label]]);
  for (const entry of registered.filter(({ when }) => when())) {
    add(entry.group, entry.shown ? [entry.shown] : entry.keys, entry.label);
  }
  for (const element of ofElements()) {
    add(word("keysPage"), [element.dataset.key], element.dataset.keyLabel ?? label(element));
  }
  return [...groups];
}

/** An element's own words without the key printed on it. */
function label(element) {
  const copy = element.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  return (element.getAttribute("aria-label") ?? copy.textContent).trim();
}

function make(tag, text = "", className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

/** A key as it is printed on a keyboard. */
function printed(key) {
  return key.length === 1 ? key.toUpperCase() : key.replace("Shift+", "⇧ ");
}

/** Open the list of keys. */
export function showKeys() {
  const dialog = make("dialog", "", "cs-dialog");
  dialog.setAttribute("aria-labelledby", "keys-title");
  const head = make("div", "", "cs-dialog__h");
  const title = make("h2", word("keys"));
  title.id = "keys-title";
  head.append(title);
  const body = make("div", "", "cs-dialog__b cs-stack");
  body.append(make("p", word("keysHelp"), "cs-2 mb-0"));
  for (const [group, rows] of keyMap()) {
    const list = make("dl", "", "cs-keymap");
    for (const [keys, meaning] of rows) {
      const term = make("dt");
      for (const key of keys) term.append(make("kbd", printed(key), "cs-kbd"), " ");
      list.append(term, make("dd", meaning));
    }
    const section = make("section");
    section.append(make("h3", group), list);
    body.append(section);
  }
  const check = make("div", "", "form-check mb-0");
  const box = make("input", "", "form-check-input");
  box.type = "checkbox";
  box.id = "keys-single";
  box.checked = singleKeysOn();
  box.addEventListener("change", () => {
    root.dataset.singleKeys = box.checked ? "on" : "off";
    remember("keys", root.dataset.singleKeys);
  });
  const words = make("label", word("keysSingle"), "form-check-label");
  words.htmlFor = box.id;
  check.append(box, words);
  body.append(check);
  const foot = make("div", "", "cs-dialog__f");
  const close = make("button", word("close"), "btn btn-outline-secondary");
  close.type = "button";
  close.dataset.dialogClose = "";
  close.autofocus = true;
  foot.append(close);
  dialog.append(head, body, foot);
  document.getElementById("dialog-slot").replaceChildren(dialog);
  openDialog(dialog);
}

register({ key: "?", label: word("keyHelp"), group: word("keysGeneral"), run: showKeys });
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-help]")) showKeys();
});
