// Hears of new notifications while the page is open: the number on the bell changes, and a toast says the sentence.
// One tab of a browser holds the stream (a lock decides which one) and tells the others. Without a stream, or when it
// has been silent for too long, the bell's own polling goes on.
import { lost } from "../ui/idle.mjs";
import { toast } from "../ui/toast.mjs";
import { word } from "../ui/words.mjs";

const SILENCE = 40_000; // ms; the server says something every 15 seconds
const bell = document.getElementById("bell-count");
const { person } = document.documentElement.dataset;
const tabs = new BroadcastChannel("consilium-live");
let heard = -Infinity;

/** Act on what the stream said, in this tab. */
function hear({ unread, notification }) {
  heard = performance.now();
  const shown = bell.querySelector(".cs-dot")?.textContent ?? "0";
  if (notification || shown !== (unread > 99 ? "99+" : String(unread))) window.htmx.trigger(bell, "live:changed");
  if (notification && document.visibilityState === "visible") {
    toast(notification.sentence, { label: word("open"), run: () => window.location.assign(notification.url) });
  }
}

/** Keep the stream open and tell every tab; the promise ends when there is nobody signed in any more. */
function listen() {
  return new Promise((done) => {
    const stream = new EventSource(bell.dataset.liveUrl);
    const tell = ({ data }) => {
      const told = JSON.parse(data);
      tabs.postMessage({ person, ...told });
      hear(told);
    };
    stream.addEventListener("state", tell);
    stream.addEventListener("beat", tell);
    const end = () => {
      stream.close();
      done();
    };
    stream.addEventListener("ended", () => {
      end();
      tabs.postMessage({ person, ended: true });
      lost();
    });
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) end();
    });
  });
}

if (bell && person && navigator.locks) {
  tabs.addEventListener("message", ({ data }) => {
    if (data.person !== person) return;
    if (data.ended) lost();
    else hear(data);
  });
  const take = () => navigator.locks.request(`consilium-live ${person}`, listen);
  take();
  document.addEventListener("session:resumed", take);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  const poll = elt.id === "bell-count" && requestConfig.triggeringEvent === undefined;
  if (poll && performance.now() - heard < SILENCE) event.preventDefault();
});
