// A page with a viewer: tray, slide and panel work together. One slide is open at a time.
import { workAgain } from "../ui/membership.mjs";
import { signInAgain } from "../ui/session.mjs";
import { word } from "../ui/words.mjs";
import { about, nothing } from "./about.mjs";
import { Activity } from "./activity.mjs";
import { askMeta, tell } from "./ask.mjs";
import { registerKeys } from "./keys.mjs";
import { say } from "./message.mjs";
import { Navigator } from "./navigator.mjs";
import { Stage } from "./stage.mjs";
import { Toolbar } from "./toolbar.mjs";
import { Tray } from "./tray.mjs";

const RETRIES = [2000, 4000, 8000, 15_000, 30_000];
const find = (selector) => document.querySelector(selector);

class Workbench {
  constructor(root) {
    this.root = root;
    this.view = find("[data-viewer]");
    this.place = find("[data-stage]");
    this.message = find("[data-message]");
    this.stage = null;
    this.turn = 0; // rises with every slide shown, so that a late answer about another one is dropped
    this.attempt = 0; // how often in a row no tile came
    this.timer = 0; // the next attempt, while one is waited for
    this.checking = false;
    this.troubled = false; // something is said over the slide that the next tile does not take away
    this.toolbar = new Toolbar(this.view, () => this.stage, () => this.place.focus());
    this.navigator = new Navigator(find("[data-navigator]"), this.view.querySelector('[data-do="navigator"]'));
    this.activity = new Activity(this.view, (state) => this.fault(state), (version) => this.now(version));
    this.tray = new Tray(find("[data-tray]"), {
      choose: (button) => this.show(button),
      changed: (button, meta) => this.changed(button, meta),
    });
    this.listen();
    registerKeys(this);
    this.footer();
    const first = this.tray.current ?? this.tray.buttons[0];
    if (first) this.show(first, { focus: true });
  }

  listen() {
    const does = {
      out: () => this.stage?.zoomBy(-1),
      in: () => this.stage?.zoomBy(1),
      fit: () => this.stage?.fit(),
      rotate: () => this.stage?.turn(90),
      navigator: () => this.navigator.flip(),
      previous: () => this.go(-1),
      next: () => this.go(1),
      full: () => this.full(),
    };
    this.view.addEventListener("click", (event) => does[event.target.closest("[data-do]")?.dataset.do]?.());
    // A press on the slide gives it the keys; OpenSeadragon's own canvas is not in the order of Tab.
    this.place.addEventListener("pointerdown", (event) => {
      if (event.target.closest("[data-pixels]")) this.place.focus({ preventScroll: true });
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest("[data-open-slide]");
      const button = link && this.tray.find(link.dataset.openSlide);
      if (!button) return;
      event.preventDefault();
      this.show(button, { focus: true });
    });
    document.addEventListener("fullscreenchange", () => this.fill(document.fullscreenElement !== null));
  }

  /** Open a slide of the tray. Whatever its state is, it is said over the place of the pixels. */
  async show(button, { focus = false } = {}) {
    const turn = ++this.turn;
    this.close();
    this.tray.mark(button);
    this.remember(button);
    this.place.setAttribute("aria-label", word("slideNamed", { name: button.dataset.name }));
    say(this.message, { title: word("loading") });
    if (focus) this.place.focus({ preventScroll: true });
    const answer = await askMeta(button.dataset.meta);
    if (turn !== this.turn) return;
    if (answer.state === "ok") this.understand(button, answer.meta);
    else this.fault(answer.state);
  }

  understand(button, meta) {
    this.tray.understand(button, meta);
    this.footer();
    about(meta);
    if (meta.status === "ready") this.open(button, meta);
    else this.explain(button, meta);
  }

  open(button, meta) {
    say(this.message);
    this.troubled = false;
    this.place.dataset.shown = "";
    this.stage = new Stage(find("[data-pixels]"), meta, {
      changed: () => this.draw(),
      drawn: () => this.drawn(button),
      loaded: () => (this.attempt = 0),
      failed: (status) => this.failed(status),
    });
    this.toolbar.open(meta);
    this.navigator.open(this.stage);
  }

  /** The first tile is there: the slide counts as opened. */
  async drawn(button) {
    if (!this.troubled) say(this.message);
    const state = await this.activity.opened(button);
    if (state !== "ok") return this.fault(state);
    this.tray.opened(button);
    return this.footer();
  }

  draw() {
    this.toolbar.draw();
    this.navigator.draw();
    const name = this.tray.current?.dataset.name;
    const text = word("slideAt", { name, magnification: this.toolbar.shown });
    if (this.place.getAttribute("aria-label") !== text) this.place.setAttribute("aria-label", text);
  }

  close() {
    this.rest();
    this.activity.left();
    this.navigator.close();
    this.toolbar.close();
    nothing();
    this.stage?.destroy();
    this.stage = null;
    delete this.place.dataset.shown;
  }

  /** A slide that cannot be looked at: on its way, not readable (why, and what to do), or glass only. */
  explain(button, meta) {
    const again = meta.status === "unreadable" && button.dataset.retryUrl;
    const moving = meta.status === "waiting" || meta.status === "preparing";
    const step = meta.step ? word("preparedPart", { percent: meta.progress, step: meta.step }) : "";
    say(this.message, {
      title: meta.status_text,
      text: moving ? [step, word("appears")] : meta.problem,
      percent: moving ? meta.progress : null,
      action: again ? { label: word("tryAgain"), run: () => this.retry(button) } : null,
    });
  }

  /** Have an unreadable image prepared again, and wait for it. */
  async retry(button) {
    const { state } = await tell(button.dataset.retryUrl);
    if (state === "signed-out") return this.fault(state);
    await this.show(button);
    return this.tray.poll();
  }

  /** A tile failed. Why is asked once, with the slide's meta: a tile says no more than its status. */
  async failed(status) {
    if (this.checking || !this.stage) return;
    this.checking = true;
    const { turn } = this;
    const button = this.tray.current;
    const answer = status === 401 ? { state: "signed-out" } : await askMeta(button.dataset.meta);
    this.checking = false;
    if (turn !== this.turn) return;
    if (answer.state !== "ok") this.fault(answer.state);
    else if (answer.meta.version !== this.stage.meta.version) this.show(button);
    else if (status === 404) this.trouble({ text: word("someMissing") });
    else this.fault(status === 503 ? "busy" : "lost");
  }

  trouble(message) {
    this.troubled = true;
    say(this.message, message);
  }

  /** signed-out, elsewhere: sign in again, switch back; nothing moves. ended: the pixels go. busy, lost: tried again. */
  fault(state) {
    if (state === "ended") {
      this.turn += 1;
      this.activity.forget();
      this.close();
      say(this.message, { title: word("accessEnded"), text: word("accessEndedWhy") });
    } else if (state === "signed-out") {
      const ask = () => signInAgain(this.again, { ask: true });
      say(this.message, { text: word("signedOutViewer"), action: { label: word("signInViewer"), run: ask } });
      signInAgain(this.again);
    } else if (state !== "elsewhere" || !workAgain(this.again)) {
      this.trouble({ text: word(state === "busy" ? "busy" : "lost") });
      if (this.timer) return; // of one outage many tiles tell; they must not put off the attempt that is waited for
      const wait = RETRIES[Math.min(this.attempt++, RETRIES.length - 1)];
      this.timer = setTimeout(this.again, wait);
    }
  }

  /** Wait for no further attempt. */
  rest() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  /** After signing in again or a lost connection: the same slide, at the same place if it was there already. */
  again = async () => {
    this.rest();
    const button = this.tray.current;
    if (!this.stage) return this.show(button);
    const { turn } = this;
    const answer = await askMeta(button.dataset.meta);
    if (turn !== this.turn) return undefined;
    if (answer.state !== "ok") return this.fault(answer.state);
    this.troubled = false;
    say(this.message);
    this.stage.loadAgain();
    // Only what was seen counts as opened; a slide of which no tile has come yet is told of by its first one.
    const isTold = button.dataset.opened !== undefined && this.activity.button !== null;
    if (this.stage.isDrawn && !isTold) this.drawn(button);
    return undefined;
  };

  /** The slide has this image now ("none" without one). If it is not the one on the screen, that one goes at once. */
  now(version) {
    if (this.stage && version !== this.stage.meta.version) this.show(this.tray.current);
  }

  /** The tray has news of a slide that was being prepared: the one that is waited for opens by itself. */
  changed(button, meta) {
    this.footer();
    if (button !== this.tray.current || this.stage) return;
    if (meta.status === "ready") this.show(button);
    else this.explain(button, meta);
  }

  /** Beside the text: which of all the slides were not opened, each a link, and why where they cannot be. */
  footer() {
    const place = find("[data-unopened-list]");
    if (!place) return;
    const unopened = this.tray.unopened();
    const total = this.tray.buttons.length;
    place.hidden = total === 0;
    const text = unopened.length ? word("unopened", { number: unopened.length, total }) : word("allOpened");
    place.dataset.state = unopened.length ? "some" : "all";
    place.querySelector(".bi").className = `bi bi-${unopened.length ? "eye-slash" : "check-circle-fill"}`;
    const links = unopened.map((button) => {
      const link = document.createElement("a");
      link.href = `?slide=${button.dataset.slide}`;
      link.dataset.openSlide = button.dataset.slide;
      const why = this.tray.why(button);
      link.textContent = why ? `${button.dataset.name} (${why})` : button.dataset.name;
      return link;
    });
    place.querySelector("[data-unopened-text]").textContent = text;
    place.querySelector("[data-unopened-links]").replaceChildren(...links.flatMap((link, at) => (at ? [", ", link] : [link])));
  }

  go(step) {
    const button = this.tray.neighbour(step);
    if (button) this.show(button);
  }

  announce() {
    if (this.stage?.isOpen) this.toolbar.say(this.toolbar.position(this.stage));
  }

  /** Full screen: tray and panel go, the patient stays on top. Where the browser refuses, the page alone does it. */
  async full() {
    const wanted = !this.root.classList.contains("is-full");
    try {
      if (wanted) await document.documentElement.requestFullscreen();
      else if (document.fullscreenElement) await document.exitFullscreen();
    } catch {
      // Not allowed here: the larger view within the page is what is left.
    }
    this.fill(wanted);
  }

  fill(on) {
    this.root.classList.toggle("is-full", on);
    this.view.querySelector('[data-do="full"]').setAttribute("aria-pressed", String(on));
  }

  /** F6: tray, slide, panel. */
  cycle(step) {
    const parts = [this.tray.current ?? find("[data-tray]"), this.place, find("[data-panel]")].filter((part) => part?.checkVisibility());
    const holders = parts.map((part) => part.closest("[data-tray], [data-viewer], [data-panel]"));
    const at = holders.findIndex((holder) => holder.contains(document.activeElement));
    parts[(at + step + parts.length) % parts.length].focus();
  }

  /** Esc leaves full screen, then the slide for the tray. */
  leave() {
    if (this.root.classList.contains("is-full")) this.full();
    else this.tray.current?.focus();
  }

  /** Reloading the page opens the same slide; the address holds its id and nothing else. */
  remember(button) {
    const address = this.root.dataset.address === "page" ? button.dataset.page : `?slide=${button.dataset.slide}`;
    window.history.replaceState(null, "", address);
  }
}

const root = find("[data-workbench]");
if (root) new Workbench(root);
