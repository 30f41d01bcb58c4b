// Enter in a box that belongs to a button of its own presses that button instead of sending the whole form.
document.addEventListener("keydown", (event) => {
  const button = event.target.dataset?.enterClicks;
  if (!button || event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  document.getElementById(button)?.click();
});
