// The current CSRF token. It comes from the cookie each time, because signing in again in another tab changes it.

/** The token to send as X-CSRFToken, or "" where there is none. */
export function csrfToken() {
  const name = document.querySelector('meta[name="csrf-cookie"]')?.content;
  const pair = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

// A form that was on the screen before somebody signed in again carries the old token: put in the new one.
document.addEventListener(
  "submit",
  (event) => {
    const field = event.target.elements?.namedItem("csrfmiddlewaretoken");
    const token = csrfToken();
    if (field && token) field.value = token;
  },
  true,
);
