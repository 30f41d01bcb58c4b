// Proving who one is (components/proof.html). Where the passkey is the chosen way, sending the form asks for it first.
import { question, usePasskey } from "./passkey.mjs";

const answered = new WeakSet();

/** Ask, and send the form again, by `submitter`, once the passkey has answered. */
async function askPasskey(form, proof, submitter) {
  const said = proof.querySelector("[data-passkey-said]");
  try {
    form.elements.credential.value = await usePasskey(await question(proof.dataset.optionsUrl));
  } catch {
    said.textContent = proof.dataset.failed;
    return;
  }
  answered.add(form);
  form.requestSubmit(submitter);
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const proof = form.querySelector("[data-proof]");
    const way = proof && (form.elements.proof_way?.value ?? "password");
    if (way !== "credential" || answered.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    askPasskey(form, proof, event.submitter);
  },
  true,
);
