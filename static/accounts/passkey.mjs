// Passkeys. A form with data-passkey gets the browser's answer into its field "credential" and is sent:
//   data-passkey="create"  a new one; data-options names the JSON script with creation_options
//   data-passkey="get"     an existing one; data-options as above with request_options, or data-options-url
// What went wrong stands in [data-passkey-said]; data-failed is the sentence for it.
import { csrfToken } from "../ui/csrf.mjs";

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const described = (list) => list?.map((each) => ({ ...each, id: toBytes(each.id) }));

/** The browser's answer to the server's question, as the server reads it. Rejects when the person stops it. */
export async function usePasskey({ publicKey }) {
  const found = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      allowCredentials: described(publicKey.allowCredentials),
    },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  return answer(found, {
    clientDataJSON: toText(clientDataJSON),
    authenticatorData: toText(authenticatorData),
    signature: toText(signature),
    userHandle: userHandle ? toText(userHandle) : null,
  });
}

/** A new passkey, kept by the device where it can, so that it signs in without a password later. */
export async function makePasskey({ publicKey }) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: described(publicKey.excludeCredentials),
      authenticatorSelection: { ...publicKey.authenticatorSelection, residentKey: "preferred", requireResidentKey: false },
    },
  });
  const { clientDataJSON, attestationObject } = made.response;
  return answer(made, {
    clientDataJSON: toText(clientDataJSON),
    attestationObject: toText(attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

function answer(credential, response) {
  const { id, type, rawId, authenticatorAttachment } = credential;
  const clientExtensionResults = credential.getClientExtensionResults();
  return JSON.stringify({ id, type, rawId: toText(rawId), authenticatorAttachment, response, clientExtensionResults });
}

/** The server's question, asked now: it holds for one answer. */
export async function question(url) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()).request_options;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const said = form.querySelector("[data-passkey-said]");
  let answered = false;
  form.addEventListener("submit", async (event) => {
    if (answered) return;
    event.preventDefault();
    said.textContent = "";
    try {
      const given = form.dataset.options && JSON.parse(document.getElementById(form.dataset.options).textContent);
      form.elements.credential.value =
        form.dataset.passkey === "create"
          ? await makePasskey(given.creation_options)
          : await usePasskey(given?.request_options ?? (await question(form.dataset.optionsUrl)));
    } catch {
      said.textContent = form.dataset.failed;
      return;
    }
    answered = true;
    form.requestSubmit();
  });
}
