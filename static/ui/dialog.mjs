// Native dialogs. data-dialog-open="id" opens, data-dialog-close closes; the browser traps the focus and Esc closes.
// A dialog that htmx puts into #dialog-slot opens by itself and leaves the page when it is closed.

/** Open a dialog; when it closes, the focus returns to what had it before. */
export function openDialog(dialog) {
  if (dialog.open) return;
  const before = document.activeElement;
  dialog.addEventListener(
    "close",
    () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      if (dialog.closest("#dialog-slot")) dialog.remove();
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
  if (dialog) openDialog(dialog);
});
