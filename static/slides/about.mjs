// What is to be known of the slide on the screen: in short beside it whatever is not as expected, and in the panel its facts.
import { word } from "../ui/words.mjs";

const find = (selector) => document.querySelector(selector);

/** Show the facts of a slide (meta of slides:meta) and what ingest remarked about its image. */
export function about(meta) {
  const warnings = meta.status === "ready" ? meta.warnings : [];
  beside(warnings);
  const place = find("[data-about]");
  if (!place) return;
  const level = meta.level && word("level", { level: meta.level });
  const rows = [
    [word("aboutSlide"), [meta.label]],
    [word("aboutStain"), [[meta.stain, level].filter(Boolean).join(", ")]],
    [word("aboutPart"), [[meta.part, meta.block, meta.site].filter(Boolean).join(", ")]],
    [word("aboutNote"), [meta.note]],
    [word("aboutState"), meta.status === "ready" ? [] : [meta.status_text, meta.problem]],
    [word("aboutColour"), [meta.colour]],
    [word("aboutWarnings"), warnings.map((each) => each.text)],
  ];
  place.replaceChildren(
    ...rows
      .map(([name, texts]) => [name, texts.filter(Boolean)])
      .filter(([, texts]) => texts.length)
      .flatMap(([name, texts]) => [element("dt", name), ...texts.map((text) => element("dd", text))]),
  );
}

/** No slide is on the screen. */
export function nothing() {
  beside([]);
  find("[data-about]")?.replaceChildren();
}

/** The strip between tools and slide; nothing of it is there without a warning. */
function beside(warnings) {
  const strip = find("[data-warnings]");
  const list = strip.querySelector("ul");
  list.replaceChildren(...warnings.map((each) => Object.assign(element("li", each.short), { title: each.text })));
  strip.hidden = warnings.length === 0;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
