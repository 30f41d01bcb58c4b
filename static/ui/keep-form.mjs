// A long form that does not save itself: <form data-keep>. Before it leaves the page it asks whether the person is
// still signed in; if not, they sign in again in a new tab and it is sent then. Leaving the page with something typed
// (another language, a link, closing the tab) asks first.
import { signInAgain } from "./session.mjs";

const NOT_TYPED = new Set(["csrfmiddlewaretoken", "acting_membership"]);
const contentOf = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => !NOT_TYPED.has(name)));
const kept = new Map();

/** Whether somebody is signed in; true also where it cannot be asked: the browser then says what is wrong. */
async function isSignedIn() {
  const bell = document.getElementById("bell-count");
  if (!bell) return true;
  try {
    const headers = { Accept: "application/json", "HX-Request": "true" };
    return (await fetch(bell.getAttribute("hx-get"), { headers, redirect: "manual" })).status !== 401;
  } catch {
    return true;
  }
}

function keep(form) {
  const state = { content: contentOf(form), sending: false, left: false };
  kept.set(form, state);
  form.addEventListener("submit", async (event) => {
    if (state.sending || event.defaultPrevented) return;
    event.preventDefault();
    const { submitter } = event;
    const send = () => {
      state.sending = true;
      state.left = true;
      form.requestSubmit(submitter);
      state.sending = false;
    };
    if (await isSignedIn()) send();
    else signInAgain(send, { ask: true });
  });
}

window.addEventListener("beforeunload", (event) => {
  for (const [form, { content, left }] of kept) {
    if (form.isConnected && !left && contentOf(form) !== content) event.preventDefault();
  }
});

for (const form of document.querySelectorAll("form[data-keep]")) keep(form);
