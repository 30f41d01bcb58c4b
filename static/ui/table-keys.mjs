// Lists by keyboard: J and K move through the rows of a table[data-table-keys], Enter and O open the row's a.cs-id.
// The focus moves to the row's link, so Enter is the browser's own; the row gets is-sel and the event "row:selected",
// on which htmx can load a preview (hx-trigger="row:selected").
import { register } from "./shortcuts.mjs";
import { word } from "./words.mjs";

function table() {
  return document.activeElement?.closest("table[data-table-keys]") ?? document.querySelector("table[data-table-keys]");
}

const rows = () => [...(table()?.tBodies ?? [])].flatMap((body) => [...body.rows]).filter((row) => linkOf(row));
const linkOf = (row) => row.querySelector("a.cs-id");
const chosen = () => rows().findIndex((row) => row.classList.contains("is-sel"));

/** Choose a row: only it has is-sel, its link has the focus. */
function choose(row) {
  if (!row.classList.contains("is-sel")) {
    for (const other of row.closest("table").querySelectorAll("tr.is-sel")) other.classList.remove("is-sel");
    row.classList.add("is-sel");
    row.dispatchEvent(new CustomEvent("row:selected", { bubbles: true }));
  }
  linkOf(row).focus();
}

function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const at = chosen();
  choose(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))]);
}

const when = () => rows().length > 0;
const group = word("keysTable");
register({ key: "j", label: word("keyNext"), group, when, run: () => move(1) });
register({ key: "k", label: word("keyPrevious"), group, when, run: () => move(-1) });
register({
  key: ["o", "Enter"],
  label: word("keyOpen"),
  group,
  when,
  run: (event) => {
    const at = chosen();
    // Enter on a link, a button or a field is the browser's own; anywhere else it opens the chosen row.
    if (at < 0 || (event.key === "Enter" && document.activeElement?.matches("a, button, input, summary"))) return false;
    linkOf(rows()[at]).click();
    return true;
  },
});

// A table that is wider than its place can be scrolled by keyboard, also when nothing in it takes the focus.
const watcher = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const scrolls = target.scrollWidth > target.clientWidth;
    target.toggleAttribute("tabindex", scrolls);
    if (scrolls) {
      target.tabIndex = 0;
      target.setAttribute("role", "region");
      target.setAttribute("aria-label", target.dataset.scrolls);
    } else {
      target.removeAttribute("role");
      target.removeAttribute("aria-label");
    }
  }
});
for (const wrap of document.querySelectorAll("[data-scrolls]")) watcher.observe(wrap);
