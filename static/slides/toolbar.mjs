// The tool bar and what lies over the slide: objectives, typed and live magnification, rotation, scale bar, facts.
import { word } from "../ui/words.mjs";
import { isAboveScan, lengthText, magnificationText, scaleBar, scanPower, typedMagnification } from "./scale.mjs";

const language = document.documentElement.lang;

export class Toolbar {
  /** `view` is the viewer's section; `stage()` gives the open stage or null, `leave()` takes the focus to the slide. */
  constructor(view, stage, leave) {
    this.view = view;
    this.stage = stage;
    this.field = view.querySelector("[data-magnification]");
    this.problem = view.querySelector("[data-magnification-problem]");
    this.objectives = [...view.querySelectorAll("[data-objective]")];
    for (const button of this.objectives) {
      button.addEventListener("click", () => this.choose(Number(button.dataset.objective)));
    }
    this.field.addEventListener("change", () => this.typed());
    this.field.addEventListener("focus", () => this.field.select());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        this.accept();
        leave();
      } else if (event.key === "Enter") {
        if (this.typed()) leave();
      } else return;
      event.preventDefault();
    });
    this.close();
  }

  /** A slide is open (meta of slides:meta). */
  open(meta) {
    const power = scanPower(meta.mpp);
    this.field.disabled = power === null;
    this.field.title = power === null ? word("magnificationWhy") : "";
    for (const button of this.objectives) button.disabled = power === null;
    this.text("[data-colour]", meta.colour);
    const mpp = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
    this.text("[data-mpp]", meta.mpp ? word("mpp", { mpp: mpp.format(meta.mpp) }) : word("scaleUnknown"));
    const level = meta.level && word("level", { level: meta.level });
    this.text("[data-label-name]", [meta.label, meta.stain, level].filter(Boolean).join(", "));
    this.text("[data-label-site]", [meta.site, meta.note].filter(Boolean).join(". "));
    this.view.querySelector("[data-label]").hidden = false;
    this.view.querySelector("[data-facts]").hidden = false;
    this.draw();
  }

  /** No slide is open. */
  close() {
    this.shown = "";
    this.accept();
    this.field.disabled = true;
    this.text("[data-degrees]", "0°");
    for (const button of this.objectives) {
      button.disabled = true;
      button.removeAttribute("aria-pressed");
    }
    for (const name of ["[data-label]", "[data-facts]", "[data-digital]", "[data-whole]"]) {
      this.view.querySelector(name).hidden = true;
    }
  }

  text(selector, text) {
    this.view.querySelector(selector).textContent = text;
  }

  /** The view has moved: say how large it is now. */
  draw() {
    const stage = this.stage();
    if (!stage?.isOpen) return;
    const { mpp } = stage.meta;
    const now = stage.magnification;
    const before = this.shown;
    this.shown = now === null ? word("magnificationUnknown") : magnificationText(now, language);
    const isTyping = document.activeElement === this.field;
    if (!isTyping && (this.problem.hidden || this.shown !== before)) this.accept();
    this.view.querySelector("[data-digital]").hidden = now === null || !isAboveScan(mpp, now);
    this.view.querySelector("[data-whole]").hidden = !stage.isWhole;
    for (const button of this.objectives) {
      const value = Number(button.dataset.objective);
      const on = now !== null && Math.abs(now / value - 1) < 0.02;
      button.setAttribute("aria-pressed", String(on));
      this.explain(button, this.why(value, stage));
    }
    this.text("[data-degrees]", `${stage.degrees}°`);
    this.drawScale(mpp, stage.imageZoom);
  }

  /** Why an objective shows something else than its name says, '' where it does not. The view's size decides too. */
  why(value, stage) {
    const { mpp } = stage.meta;
    const names = { magnification: `${value}x` };
    if (!mpp) return "";
    if (isAboveScan(mpp, value)) return word("aboveScan", { ...names, power: magnificationText(scanPower(mpp), language) });
    if (!stage.isBelowWhole(value)) return "";
    return word("belowWhole", { ...names, whole: magnificationText(stage.wholeMagnification, language) });
  }

  explain(button, why) {
    const title = why || (button.disabled ? word("magnificationWhy") : "");
    if (button.title === title) return;
    button.title = title;
    button.classList.toggle("is-off", why !== "");
    if (why) button.setAttribute("aria-label", why);
    else button.removeAttribute("aria-label");
  }

  /** Show a magnification; where the slide would be smaller than the view, the whole slide, and that is said. */
  choose(value) {
    const stage = this.stage();
    if (!stage?.isOpen || !stage.meta.mpp) return;
    if (stage.isBelowWhole(value)) {
      const whole = magnificationText(stage.wholeMagnification, language);
      this.say(word("wholeShown", { magnification: magnificationText(value, language), whole }));
    }
    stage.magnify(value);
  }

  /** Into the live region, also where it says the same once more. */
  say(text) {
    const live = this.view.querySelector("[data-live]");
    live.textContent = "";
    setTimeout(() => (live.textContent = text), 50);
  }

  drawScale(mpp, imageZoom) {
    const place = this.view.querySelector("[data-scale]");
    place.hidden = !mpp;
    if (!mpp || !imageZoom) return;
    const { um, px } = scaleBar(mpp / imageZoom);
    const end = Math.round(px) - 1;
    this.text("[data-scale-text]", lengthText(um, language));
    place.querySelector("svg").setAttribute("width", String(Math.round(px)));
    place.querySelector("path").setAttribute("d", `M1 0V6H${end}V0`);
  }

  /** Show what was typed. Whether it was a magnification, or nothing: else it stays there, and what may be typed is said. */
  typed() {
    const { value: text } = this.field;
    const value = typedMagnification(text);
    if (value === null && text.trim() && text !== this.shown) {
      this.refuse(text.trim());
      return false;
    }
    this.accept();
    if (value !== null && text !== this.shown) this.choose(value);
    return true;
  }

  /** The field says how large the view is, and nothing is wrong with it. */
  accept() {
    this.field.value = this.shown;
    this.field.removeAttribute("aria-invalid");
    this.field.removeAttribute("aria-describedby");
    this.problem.textContent = "";
    this.problem.hidden = true;
  }

  refuse(typed) {
    const why = word("magnificationTyped", { typed });
    this.field.setAttribute("aria-invalid", "true");
    this.field.setAttribute("aria-describedby", this.problem.id);
    this.problem.textContent = why;
    this.problem.hidden = false;
    this.say(why);
  }

  /** Where the view is, in one sentence for the live region. */
  position(stage) {
    const { meta } = stage;
    const length = (px) => (meta.mpp ? lengthText(px * meta.mpp, language, 3) : `${Math.round(px)} px`);
    const { x, y } = stage.centre();
    return word("position", {
      magnification: this.shown,
      name: `${meta.label} ${meta.stain}`,
      x: length(Math.max(0, x)),
      y: length(Math.max(0, y)),
      width: length(meta.width),
      height: length(meta.height),
      degrees: stage.degrees,
    });
  }
}
