// Menus are <details data-menu>: one open at a time, closed by Esc (the focus goes back) and by a click or a focus
// elsewhere.

function closeOthers(keep) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== keep && !(keep instanceof Node && menu.contains(keep))) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeOthers(event.target));
document.addEventListener("focusin", (event) => closeOthers(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
  event.stopPropagation();
});
