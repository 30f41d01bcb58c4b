// The translated sentences of the page: every element with data-words carries some in its data attributes.

/** The sentence called `name` (data-not-saved is notSaved), with {placeholders} filled in from `values`. */
export function word(name, values = {}) {
  for (const element of document.querySelectorAll("[data-words]")) {
    const text = element.dataset[name];
    if (text !== undefined) {
      return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
    }
  }
  throw new Error(`No sentence called ${name} on this page`);
}
