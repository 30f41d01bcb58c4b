// Tells the server that the slide was opened and left, and that somebody is at work. Tiles tell nothing: an empty chair in
// front of a slide is signed out in time.
import { tell } from "./ask.mjs";

const BETWEEN = 30_000;
const INPUTS = ["pointerdown", "pointermove", "wheel", "keydown", "touchstart"];

export class Activity {
  /**
   * `element` is where work happens; `fault(state)` is called when the server says no to a heartbeat, `now(version)` with
   * the version of the image that the slide has now.
   */
  constructor(element, fault, now) {
    this.fault = fault;
    this.now = now;
    this.button = null;
    this.last = 0;
    for (const name of INPUTS) element.addEventListener(name, () => this.worked(), { passive: true });
    window.addEventListener("pagehide", () => this.left());
    document.addEventListener("submit", (event) => {
      if (event.target.matches("[data-switches]")) this.left(); // told under the membership that looked
    });
  }

  /** The pixels of this slide are on the screen; resolves with how the telling ended. */
  async opened(button) {
    this.button = button;
    return (await tell(button.dataset.openedUrl)).state;
  }

  left() {
    if (this.button) tell(this.button.dataset.closedUrl, { keepalive: true });
    this.button = null;
  }

  /** The slide is no longer ours to tell of. */
  forget() {
    this.button = null;
  }

  async worked() {
    const now = Date.now();
    if (!this.button || now - this.last < BETWEEN) return;
    this.last = now;
    const { button } = this;
    const { state, response } = await tell(button.dataset.heartbeatUrl);
    if (button !== this.button) return; // another slide is on the screen by now
    if (state !== "ok") this.fault(state);
    else if (response.headers.has("Image-Version")) this.now(response.headers.get("Image-Version"));
  }
}
