// Native dialogs. data-dialog-open="id" opens, data-dialog-close closes; the browser traps the focus and Esc closes.
// A dialog that htmx puts into #dialog-slot opens by itself and leaves the page when it is closed. What somebody has
// typed into its form is kept until the page is left: the same dialog has it again when it is opened again.

const kept = new Map();

/** The controls that a person fills in. */
function controlsOf(form) {
  return [...form.elements].filter((each) => each.name && !["hidden", "submit", "button", "fieldset"].includes(each.type));
}

const isChecked = (control) => control.type === "radio" || control.type === "checkbox";

/** Keep what was typed into a dialog that closes without having been sent. */
function keep(dialog) {
  for (const form of dialog.querySelectorAll("form[data-keeps]")) {
    const controls = controlsOf(form);
    const isTyped = controls.some((each) =>
      isChecked(each) ? each.checked !== each.defaultChecked : each.value !== (each.defaultValue ?? each.value),
    );
    if (isTyped) kept.set(form.action, controls.map((each) => [each.name, isChecked(each) ? each.checked : each.value]));
  }
}

/** Put it back; a control is known by its name and its place, as the boxes of one question share a name. */
function giveBack(dialog) {
  for (const form of dialog.querySelectorAll("form[data-keeps]")) {
    const values = kept.get(form.action) ?? [];
    kept.delete(form.action);
    controlsOf(form).forEach((each, index) => {
      const [name, value] = values[index] ?? [];
      if (name !== each.name) return;
      if (isChecked(each)) each.checked = value;
      else each.value = value;
    });
  }
}

/** Open a dialog; when it closes, the focus returns to what had it before. */
export function openDialog(dialog) {
  if (dialog.open) return;
  const before = document.activeElement;
  dialog.addEventListener(
    "close",
    () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      if (dialog.closest("#dialog-slot")) {
        keep(dialog);
        dialog.remove();
      }
    },
    { once: true },
  );
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (dialog) openDialog(dialog);
    return;
  }
  event.target.closest("[data-dialog-close]")?.closest("dialog")?.close();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "dialog-slot") return;
  const dialog = event.detail.target.querySelector("dialog");
  if (!dialog) return;
  if (event.detail.requestConfig.verb === "get") giveBack(dialog);
  openDialog(dialog);
});

// After a lost race (409) the answer is the dialog again, with what was typed and what has happened in the meantime.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (target.id !== "dialog-slot" || xhr.status !== 409 || !xhr.responseText.trimStart().startsWith("<dialog")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
