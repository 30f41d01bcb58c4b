// The answering laboratory's own number in the patient's banner, as soon as the panel has saved it.

const form = document.querySelector("form#number");
const facts = document.querySelector(".cs-patient dl");

/** The second number's place in the banner; made where there was no number before. */
function place() {
  const found = facts.querySelector("[data-second-number]");
  if (found) return found;
  const row = document.createElement("div");
  const name = document.createElement("dt");
  const number = document.createElement("dd");
  name.textContent = document.querySelector("[data-second-label]").dataset.secondLabel;
  number.dataset.secondNumber = "";
  row.append(name, number);
  facts.append(row);
  return number;
}

form?.addEventListener("autosave:saved", (event) => {
  const number = new URLSearchParams(event.detail.content).get("accession_number")?.trim();
  if (number) place().textContent = number;
});
