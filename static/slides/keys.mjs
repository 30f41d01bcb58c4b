// The viewer's keys, by what they print (event.key), so that + and - are right on Swedish and Belgian keyboards; the
// digits by their place (event.code), because there they need Shift. shortcuts.mjs keeps them out of text fields.
import { register } from "../ui/shortcuts.mjs";
import { word } from "../ui/words.mjs";
import { OBJECTIVES } from "./scale.mjs";

const DIGITS = ["Digit1", "Digit2", "Digit3", "Digit4", "Digit5", "Digit6", "Digit7"];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Register the keys of a workbench: its `view`, `toolbar` and `stage`, and what they do: `go(step)`, `full()`, ... */
export function registerKeys(bench) {
  const group = word("keysViewer");
  const stage = () => bench.stage;
  const atSlide = () => {
    const active = document.activeElement;
    return !active || active === document.body || bench.view.contains(active);
  };
  const key = (keys, label, run, more = {}) => register({ key: keys, label: word(label), group, run, ...more });
  key("+", "keyZoomIn", () => stage()?.zoomBy(1));
  key("-", "keyZoomOut", () => stage()?.zoomBy(-1));
  key("0", "keyFit", () => stage()?.fit());
  key([], "keyObjectives", (event) => objective(bench, DIGITS.indexOf(event.code)), { codes: DIGITS, shown: "1 ... 7" });
  key(Object.keys(ARROWS), "keyPan", (event) => stage()?.pan(...ARROWS[event.key], event.shiftKey), {
    when: atSlide,
    shown: "← ↑ → ↓",
  });
  key("r", "keyRotate", () => stage()?.turn(90));
  key("Shift+R", "keyRotateBack", () => stage()?.turn(-90));
  key([",", "."], "keyTurn", (event) => stage()?.turn(event.key === "," ? -5 : 5));
  key(["[", "]"], "keySlides", (event) => bench.go(event.key === "[" ? -1 : 1));
  key("n", "keyNavigator", () => bench.navigator.flip());
  key("i", "keyPosition", () => bench.announce());
  key("g", "keyFull", () => bench.full());
  key("F6", "keyParts", (event) => bench.cycle(event.shiftKey ? -1 : 1), { anywhere: true });
  key("Escape", "keyLeave", () => bench.leave(), { when: () => bench.view.contains(document.activeElement) });
}

function objective(bench, at) {
  if (at === DIGITS.length - 1) bench.stage?.showScan();
  else bench.toolbar.choose(OBJECTIVES[at]);
}
