// Counts down the minutes of an emergency access, and asks for the page again when they are over: it then says so.

const LOOK_EVERY = 5_000;

const band = document.querySelector("[data-emergency-seconds]");
const words = band?.querySelector("[data-emergency-left]");
// By the time that has passed here, since this computer's clock may be wrong.
const over = performance.now() + 1_000 * Number(band?.dataset.emergencySeconds);

if (band) {
  const timer = setInterval(() => {
    const left = over - performance.now();
    if (left > 0) {
      words.textContent = String(Math.ceil(left / 60_000));
    } else {
      clearInterval(timer);
      location.reload();
    }
  }, LOOK_EVERY);
}
