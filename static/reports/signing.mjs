// The dialog that signs: open again after a refusal, and sent once however often the button is pressed.
import { openDialog } from "../ui/dialog.mjs";

const form = document.querySelector("form[data-signing]");
if (form) {
  if (form.dataset.opens !== undefined) {
    openDialog(form.closest("dialog"));
    form.querySelector("[data-take-focus]")?.focus();
  }
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
}
