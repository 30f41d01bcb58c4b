// Two texts after a lost race: each field that differs is shown twice, and the person chooses. Nothing is lost.
import { openDialog } from "./dialog.mjs";
import { word } from "./words.mjs";

function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

/** A field's values as one text: lines for several. */
function textOf(form, name) {
  return new FormData(form).getAll(name).filter((value) => typeof value === "string").join("\n");
}

/** The same as a person reads it: of what is chosen, the words and not the value. */
function wordsOf(form, name, text) {
  const found = form.elements.namedItem(name);
  const controls = found instanceof RadioNodeList ? [...found] : [found];
  const said = new Map();
  for (const control of controls) {
    if (control instanceof HTMLSelectElement) {
      for (const option of control.options) said.set(option.value, option.textContent.trim());
    } else if (control.type === "radio" || control.type === "checkbox") {
      const label = control.labels?.[0];
      said.set(control.value, (label?.querySelector("b") ?? label)?.textContent.trim() ?? control.value);
    }
  }
  return text.split("\n").map((value) => said.get(value) ?? value).join("\n");
}

/** Put a value into a field of any kind. */
function fill(form, name, value) {
  const values = [value].flat().map(String);
  const found = form.elements.namedItem(name);
  const controls = found instanceof RadioNodeList ? [...found] : [found];
  for (const control of controls) {
    if (control.type === "radio" || control.type === "checkbox") {
      control.checked = values.includes(control.value);
    } else if (control instanceof HTMLSelectElement) {
      for (const option of control.options) option.selected = values.includes(option.value);
    } else {
      control.value = values.join("\n");
    }
  }
}

/** What a label says itself, without what stands beside its words: a counter, a remark. */
function ownWords(label) {
  const texts = [...(label?.childNodes ?? [])].filter((node) => node.nodeType === Node.TEXT_NODE);
  return texts.map((node) => node.textContent).join("").trim() || label?.textContent.trim();
}

function labelOf(form, name) {
  const found = form.elements.namedItem(name);
  const control = found instanceof RadioNodeList ? found[0] : found;
  const named = control.closest("[data-label]")?.dataset.label;
  if (named) return named;
  return ownWords(control.closest("fieldset")?.querySelector("legend") ?? control.labels?.[0]) || name;
}

/** Both texts, one after the other; null where the field is none for text, or has no room for both. */
function bothOf(form, name, mine, theirs) {
  const found = form.elements.namedItem(name);
  const isLine = found instanceof HTMLInputElement && found.type === "text";
  if (!isLine && !(found instanceof HTMLTextAreaElement)) return null;
  const both = [mine, theirs].filter((text) => text.trim()).join(isLine ? " / " : "\n\n");
  return found.maxLength >= 0 && both.length > found.maxLength ? null : both;
}

/** One field: both texts and the choice. `mine` was changed here or not, which decides what is chosen at first. */
function rowFor(form, name, { mine, theirs, changedHere, said }) {
  const row = make("fieldset", "cs-field");
  row.append(make("legend", "form-label", labelOf(form, name)));
  const texts = make("div", "cs-versus");
  for (const [title, text] of [[said.mine, mine], [said.theirs, theirs]]) {
    const half = make("div");
    half.append(make("p", "cs-label mb-1", title), make("pre", "", wordsOf(form, name, text) || "–"));
    texts.append(half);
  }
  row.append(texts);
  const choices = [["mine", said.keep], ["theirs", said.take]];
  if (bothOf(form, name, mine, theirs) !== null) choices.push(["both", word("keepBoth")]);
  for (const [value, text] of choices) {
    const check = make("div", "form-check mt-2 mb-0");
    const radio = make("input", "form-check-input");
    radio.type = "radio";
    radio.name = `conflict-${name}`;
    radio.id = `conflict-${name}-${value}`;
    radio.value = value;
    radio.checked = value === (changedHere ? "mine" : "theirs");
    const label = make("label", "form-check-label", text);
    label.htmlFor = radio.id;
    check.append(radio, label);
    row.append(check);
  }
  return row;
}

/** The sentences where somebody else saved in between, or where the same person did in another window. */
function sentences(own) {
  if (own) {
    const choices = { keep: word("keepHere"), take: word("takeOtherWindow") };
    return { help: word("conflictHelpOwn"), mine: word("here"), theirs: word("otherWindow"), ...choices };
  }
  const choices = { keep: word("keepMine"), take: word("takeTheirs") };
  return { help: word("conflictHelp"), mine: word("yours"), theirs: word("theirs"), ...choices };
}

/**
 * Ask, field by field. `theirs` maps names to what stands on the server, `own` says whether the same person saved it,
 * `before` is what this form had last saved (URLSearchParams). Resolves with true when the form holds what was chosen, with false when the dialog was closed.
 */
export function resolveConflict(form, { fields: theirs, own = false }, before) {
  const said = sentences(own);
  const names = Object.keys(theirs).filter(
    (name) => form.elements.namedItem(name) && [theirs[name]].flat().join("\n") !== textOf(form, name),
  );
  if (names.length === 0) return Promise.resolve(true);
  const dialog = make("dialog", "cs-dialog cs-dialog--wide");
  dialog.setAttribute("aria-labelledby", "conflict-title");
  const head = make("div", "cs-dialog__h");
  const title = make("h2", "", word("conflictTitle"));
  title.id = "conflict-title";
  head.append(title);
  const inner = make("form");
  inner.method = "dialog";
  const body = make("div", "cs-dialog__b");
  body.append(make("p", "cs-2", said.help));
  for (const name of names) {
    const mine = textOf(form, name);
    const changedHere = mine !== before.getAll(name).join("\n");
    body.append(rowFor(form, name, { mine, theirs: [theirs[name]].flat().join("\n"), changedHere, said }));
  }
  const foot = make("div", "cs-dialog__f");
  const go = make("button", "btn btn-primary btn-lg", word("conflictGo"));
  go.value = "go";
  const close = make("button", "btn btn-outline-secondary btn-lg", word("close"));
  close.type = "button";
  close.dataset.dialogClose = "";
  foot.append(go, close);
  inner.append(body, foot);
  dialog.append(head, inner);
  document.getElementById("dialog-slot").replaceChildren(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "go") return resolve(false);
      const chosen = new FormData(inner);
      for (const name of names) {
        const choice = chosen.get(`conflict-${name}`);
        if (choice === "theirs") fill(form, name, theirs[name]);
        if (choice === "both") fill(form, name, bothOf(form, name, textOf(form, name), theirs[name]));
      }
      return resolve(true);
    });
    openDialog(dialog);
  });
}
