// The worklist: a row that is chosen (J, K, or a click) shows its preview, and stays chosen when the list is renewed.

const pane = document.getElementById("preview");
const list = document.getElementById("live-list").parentElement;
const PAUSE = 150;
const NOBODY = "00000000-0000-0000-0000-000000000000"; // stands in the address for the request of the row
let chosen = "";
let shown = "";
let timer = 0;

const rowOf = (id) => document.getElementById(`row-${id}`);

/** Load the preview of a row, a moment later, so that holding J down does not load every row on the way. */
function show(row) {
  chosen = row.dataset.request;
  clearTimeout(timer);
  if (!pane.checkVisibility()) return;
  timer = setTimeout(() => {
    shown = `${row.dataset.request} ${row.dataset.version}`;
    const address = pane.dataset.address.replace(NOBODY, row.dataset.request);
    window.htmx.ajax("GET", address, { source: pane, target: pane, swap: "innerHTML" });
  }, PAUSE);
}

function select(row) {
  for (const other of list.querySelectorAll("tr.is-sel")) other.classList.remove("is-sel");
  row.classList.add("is-sel");
}

list.addEventListener("row:selected", (event) => show(event.target));
list.addEventListener("click", (event) => {
  const row = event.target.closest("tbody tr");
  if (!row || event.target.closest("a")) return;
  select(row);
  show(row);
});

/**
 * After the list was renewed the same row is chosen (before htmx settles, the new rows still have the old classes);
 * its preview is loaded again only where the request has changed.
 */
document.addEventListener("htmx:afterSettle", () => {
  const row = rowOf(chosen);
  if (!row || row.classList.contains("is-sel")) return;
  select(row);
  const current = `${row.dataset.request} ${row.dataset.version}`;
  if (current !== shown && !pane.contains(document.activeElement)) show(row);
});

const first = list.querySelector("tbody tr");
if (first) {
  select(first);
  show(first);
}
