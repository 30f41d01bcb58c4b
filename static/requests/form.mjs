// The request form: how long the question is, how many slides are chosen, the reason only where it is urgent.
// Without this script everything is on the page and the server says the same after saving.

const form = document.getElementById("request-form");

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

for (const counter of form.querySelectorAll("[data-count-of]")) {
  const field = document.getElementById(counter.dataset.countOf);
  const show = () => {
    counter.textContent = fill(counter.dataset.countWords, { used: field.value.length, most: field.maxLength });
  };
  field.addEventListener("input", show);
  show();
}

const slides = [...form.querySelectorAll("input[name=slides]")];
const total = form.querySelector("[data-slide-count]");
function countSlides() {
  const chosen = slides.filter((box) => box.checked).length;
  total.textContent = fill(total.dataset.wordsOf, { chosen, all: slides.length });
}
for (const box of slides) box.addEventListener("change", countSlides);
countSlides();

const reason = form.querySelector("[data-only-urgent]");
function showReason() {
  const urgent = form.querySelector("input[name=priority]:checked")?.value === "urgent";
  reason.hidden = !urgent && !reason.querySelector("input").value;
}
for (const radio of form.querySelectorAll("input[name=priority]")) radio.addEventListener("change", showReason);
showReason();

// Enter in the search for an expert searches (htmx does it while typing); it never sends the form away.
document.getElementById("expert-search").addEventListener("submit", (event) => event.preventDefault());

// An answer that was on its way while somebody chose an expert does not know of the choice: it stays, whatever is found.
let chosen = null;
form.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id === "experts") chosen = detail.target.querySelector("input:checked")?.closest("label");
});
form.addEventListener("htmx:afterSwap", () => {
  if (!chosen) return;
  if (!document.getElementById(chosen.htmlFor)) document.getElementById("experts").prepend(chosen);
  document.getElementById(chosen.htmlFor).checked = true;
  chosen = null;
});

// The part of the form that is on the screen is marked in the list of parts.
const links = new Map([...document.querySelectorAll(".cs-rail a")].map((link) => [link.hash.slice(1), link]));
const watcher = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      for (const [id, link] of links) link.toggleAttribute("aria-current", id === target.id);
      links.get(target.id)?.setAttribute("aria-current", "step");
    }
  },
  { rootMargin: "-20% 0px -60% 0px" },
);
for (const id of links.keys()) watcher.observe(document.getElementById(id));
