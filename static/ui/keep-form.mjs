// A long form that does not save itself: <form data-keep>. Before it leaves the page it asks whether the person is
// still signed in, and works for the laboratory of the page; if not, they sign in again in a new tab, or switch back,
// and it is sent then. A second click while it is asked, or under way, sends nothing. Leaving the page with something typed (another language, a link, closing the tab) asks first.
import { isOther, membershipHeader, workAgain } from "./membership.mjs";
import { signInAgain } from "./session.mjs";

const NOT_TYPED = new Set(["csrfmiddlewaretoken", "acting_membership"]);
const contentOf = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => !NOT_TYPED.has(name)));
const TWICE = 10_000; // ms in which a second click is the same one; after it the first has met a broken line
const kept = new Map();

/** What this page may not be sent without: "sign-in", "membership"; "" also where it cannot be asked. */
async function missing() {
  const bell = document.getElementById("bell-count");
  if (!bell) return "";
  try {
    const headers = { Accept: "application/json", ...membershipHeader() };
    const response = await fetch(bell.getAttribute("hx-get"), { headers, redirect: "manual" });
    if (response.status === 401) return "sign-in";
    return (await isOther(response)) ? "membership" : "";
  } catch {
    return "";
  }
}

function keep(form) {
  const state = { content: contentOf(form), asking: false, sending: false, left: false, sentAt: -TWICE };
  kept.set(form, state);
  form.addEventListener("submit", async (event) => {
    if (state.sending) Object.assign(state, { left: true, sentAt: event.timeStamp }); // nothing before stopped it
    if (state.sending || event.defaultPrevented) return;
    event.preventDefault();
    if (state.asking || event.timeStamp - state.sentAt < TWICE) return;
    state.asking = true;
    const { submitter } = event;
    const send = () => {
      state.sending = true;
      form.requestSubmit(submitter);
      state.sending = false;
    };
    const lacks = await missing();
    state.asking = false;
    if (lacks === "sign-in") signInAgain(send, { ask: true });
    else if (lacks !== "membership" || !workAgain(send, { ask: true })) send();
  });
}

window.addEventListener("beforeunload", (event) => {
  for (const [form, { content, left }] of kept) {
    if (form.isConnected && !left && contentOf(form) !== content) event.preventDefault();
  }
});

for (const form of document.querySelectorAll("form[data-keep]")) keep(form);
