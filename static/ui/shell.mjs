// What every page loads. A page's own modules import what they need from here by name.
import "./csrf.mjs";
import "./theme.mjs";
import "./menu.mjs";
import "./toast.mjs";
import "./membership.mjs";
import "./session.mjs";
import "./idle.mjs";
import "../accounts/proof.mjs";
import "./dialog.mjs";
import "./htmx.mjs";
import "./shortcuts.mjs";
import "./table-keys.mjs";
import "./autosave.mjs";
import "./keep-form.mjs";
import "./palette.mjs";

document.querySelector("[data-take-focus]")?.focus();
