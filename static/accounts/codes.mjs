// The recovery codes: print them, or copy them.
const codes = () => [...document.querySelectorAll("[data-codes] code")].map((each) => each.textContent).join("\n");

document.querySelector("[data-codes-print]")?.addEventListener("click", () => window.print());

const copy = document.querySelector("[data-codes-copy]");
copy?.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(codes());
    copy.querySelector("[role='status']").textContent = copy.dataset.done;
  } catch {
    // Where the clipboard is closed to us, the codes are marked, to be copied by hand.
    getSelection().selectAllChildren(document.querySelector("[data-codes]"));
  }
});
