// A slide file on its way: a progress row with a way to stop. Without this module the form sends itself all the same.
import { csrfToken } from "../ui/csrf.mjs";
import { membershipHeader, workAgain } from "../ui/membership.mjs";
import { signInAgain } from "../ui/session.mjs";
import { word } from "../ui/words.mjs";

const form = document.querySelector("[data-upload]");
const part = (name) => form.querySelector(`[data-upload-${name}]`);

/** 1.7 GB, in the reader's own numerals. */
function size(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const words = { style: "unit", unit: units[step], maximumFractionDigits: 1 };
  return new Intl.NumberFormat(document.documentElement.lang, words).format(bytes / 1000 ** step);
}

/** Say why the file was not taken; `stale` where the page shows another patient or case than there is now. */
function refuse(text, stale = false) {
  const place = part("error");
  const said = place.querySelector("span");
  said.textContent = text;
  if (stale) {
    const link = document.createElement("a");
    link.href = window.location.href;
    link.textContent = form.dataset.reload;
    said.append(" ", link);
  }
  place.hidden = false;
  part("row").hidden = true;
  form.querySelector("[type=submit]").disabled = false;
  form.elements.file.setAttribute("aria-invalid", "true");
  form.elements.file.focus();
}

/** Say which slide has this very file already; the box beside it lets this file, and no other, through. */
function warn(problem) {
  part("same-words").textContent = problem.title;
  form.elements.same_file.value = problem.current.sha256;
  form.elements.same_file.checked = false;
  part("same").hidden = false;
  part("row").hidden = true;
  form.querySelector("[type=submit]").disabled = false;
  part("same").focus();
}

function show(sent, all) {
  const percent = all ? Math.floor((100 * sent) / all) : 0;
  part("row").querySelector("rect").setAttribute("width", `${percent}%`);
  const values = { part: percent, sent: size(sent), size: size(all) };
  const text = sent < all ? form.dataset.progress : form.dataset.finishing;
  part("words").textContent = text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

function answered(request, again) {
  if (request.status === 200) {
    window.location.assign(JSON.parse(request.responseText).url);
    return;
  }
  if (request.status === 401) {
    signInAgain(again);
    return;
  }
  const isProblem = (request.getResponseHeader("Content-Type") ?? "").includes("json");
  const problem = isProblem ? JSON.parse(request.responseText) : { title: word("refused500") };
  const isElsewhere = problem.type === "urn:consilium:problem:other-membership";
  if (problem.type === "urn:consilium:problem:same-file") warn(problem);
  else if (isElsewhere && workAgain(again, { ask: true })) refuse(problem.title);
  else refuse(problem.title, request.status === 409);
}

function send(file) {
  const request = new XMLHttpRequest();
  const again = () => send(file);
  const body = new FormData(form);
  body.set("csrfmiddlewaretoken", csrfToken());
  part("error").hidden = true;
  part("row").hidden = false;
  part("name").textContent = file.name;
  form.querySelector("[type=submit]").disabled = true;
  show(0, file.size);
  request.upload.addEventListener("progress", (event) => show(event.loaded, event.total));
  request.addEventListener("load", () => answered(request, again));
  request.addEventListener("error", () => refuse(word("noConnection")));
  request.addEventListener("abort", () => {
    part("row").hidden = true;
    form.querySelector("[type=submit]").disabled = false;
    form.elements.file.focus();
  });
  part("cancel").onclick = () => request.abort();
  request.open("POST", form.action);
  const headers = { Accept: "application/json", ...membershipHeader() };
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.send(body);
}

form?.elements.file.addEventListener("change", () => {
  part("same").hidden = true;
  form.elements.same_file.checked = false;
});

form?.addEventListener("submit", (event) => {
  const [file] = form.elements.file.files;
  if (!file) return;
  event.preventDefault();
  if (file.size > Number(form.dataset.most)) refuse(form.dataset.tooLarge);
  else send(file);
});
