// What is said over the slide: that it loads, is being prepared, cannot be shown, is lost, or is no longer yours.

/** Put a message over the slide: a title, sentences, one button, a bar of 0 to 100. Nothing takes it away. */
export function say(place, { title = "", text = [], action = null, percent = null } = {}) {
  const parts = [];
  if (title) parts.push(paragraph(title, "cs-vmessage__t"));
  if (percent !== null) parts.push(bar(percent));
  parts.push(...[text].flat().filter(Boolean).map((sentence) => paragraph(sentence)));
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary";
    button.textContent = action.label;
    button.addEventListener("click", action.run);
    parts.push(button);
  }
  place.replaceChildren(...parts);
}

function paragraph(text, className = "") {
  const element = document.createElement("p");
  element.className = className;
  element.textContent = text;
  return element;
}

/** The progress bar of components/progress.html; what it means stands beside it in words. */
export function bar(percent) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "cs-bar");
  svg.setAttribute("aria-hidden", "true");
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  rect.setAttribute("width", `${percent}%`);
  rect.setAttribute("height", "100%");
  svg.append(rect);
  return svg;
}
