// The tray: which slide is on the screen, which were opened, and what becomes of those that are being prepared.
import { word } from "../ui/words.mjs";
import { askMeta } from "./ask.mjs";
import { bar } from "./message.mjs";

const POLL = 2000;
const MOVING = new Set(["waiting", "preparing"]);

function icon(name, css = "") {
  const made = document.createElement("i");
  made.className = `bi bi-${name} ${css}`.trim();
  made.setAttribute("aria-hidden", "true");
  return made;
}

export class Tray {
  /** `choose(button)` is called when a slide is chosen, `changed(button, meta)` when asking has brought news of one. */
  constructor(element, { choose, changed }) {
    this.element = element;
    this.changed = changed;
    this.buttons = [...element.querySelectorAll("[data-slide]")];
    for (const button of this.buttons) button.addEventListener("click", () => choose(button));
    this.poll();
  }

  get current() {
    return this.buttons.find((button) => button.getAttribute("aria-current") === "true") ?? null;
  }

  /** Mark the slide on the screen, and bring it into view. */
  mark(button) {
    for (const each of this.buttons) each.removeAttribute("aria-current");
    button.setAttribute("aria-current", "true");
    button.scrollIntoView({ block: "nearest" });
  }

  find(id) {
    return this.buttons.find((button) => button.dataset.slide === id) ?? null;
  }

  /** The slide before (-1) or after (1) the one on the screen; null at the ends. */
  neighbour(step) {
    return this.buttons[this.buttons.indexOf(this.current) + step] ?? null;
  }

  /** Slides that were not looked at, those too that cannot be. */
  unopened() {
    return this.buttons.filter((button) => button.dataset.opened === undefined);
  }

  /** Why a slide cannot be opened, in words; "" where it can. */
  why(button) {
    const { state } = button.dataset;
    if (state === "ready") return "";
    if (MOVING.has(state)) return word("preparing");
    return word(state === "unreadable" ? "unreadable" : "noImage");
  }

  opened(button) {
    button.dataset.opened = "";
    this.say(button, "check-lg", word("opened"));
  }

  /** Show what the server says of this slide now. */
  understand(button, meta) {
    button.dataset.state = meta.status;
    const picture = button.querySelector("[data-picture]");
    const shown = picture.querySelector("img")?.getAttribute("src");
    if (MOVING.has(meta.status)) {
      picture.replaceChildren(bar(meta.progress));
      this.say(button, "", word("preparing"));
    } else if (meta.status === "ready" && shown !== meta.thumbnail) {
      const image = document.createElement("img");
      image.src = meta.thumbnail;
      image.alt = "";
      picture.replaceChildren(image);
      button.toggleAttribute("data-opened", meta.opened);
      this.say(button, meta.opened ? "check-lg" : "eye-slash cs-warnv", word(meta.opened ? "opened" : "notOpened"));
    } else if (meta.status !== "ready") {
      const isUnreadable = meta.status === "unreadable";
      picture.replaceChildren(icon(isUnreadable ? "exclamation-triangle" : "dash-circle"));
      button.toggleAttribute("data-opened", meta.opened);
      this.say(button, "", word(isUnreadable ? "unreadable" : "noImage"));
    }
  }

  /** The words below the picture; `mark` is the name of an icon, with a class behind it or not, "" for none. */
  say(button, mark, text) {
    const parts = mark ? [icon(...mark.split(" ")), text] : [text];
    button.querySelector("[data-mark]").replaceChildren(...parts);
  }

  /** Ask for those that are on their way, while somebody looks at the page. */
  async poll() {
    if (document.visibilityState === "visible") {
      for (const button of this.buttons.filter((each) => MOVING.has(each.dataset.state))) {
        const answer = await askMeta(button.dataset.meta);
        if (answer.state === "ended") button.dataset.state = "ended"; // asked no more: it would only be refused again
        if (answer.state !== "ok") continue;
        this.understand(button, answer.meta);
        this.changed(button, answer.meta);
      }
    }
    if (this.buttons.some((each) => MOVING.has(each.dataset.state))) setTimeout(() => this.poll(), POLL);
  }
}
