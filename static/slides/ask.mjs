// Small questions to the server about a slide: JSON in, one word for each way it can end.
import { csrfToken } from "../ui/csrf.mjs";
import { isOther, membershipHeader } from "../ui/membership.mjs";

const HOW = { 401: "signed-out", 403: "ended", 404: "ended" };

/** GET a slide's meta: { state: "ok", meta }, or { state: "signed-out" | "elsewhere" | "ended" | "lost" }. */
export async function askMeta(url) {
  const answer = await ask(url);
  if (answer.state !== "ok") return answer;
  const meta = await answer.response.json().catch(() => null);
  return meta ? { state: "ok", meta } : { state: "lost" };
}

/** POST without a body (opened, closed, heartbeat): { state } as above, with the response where it is "ok". */
export function tell(url, { keepalive = false } = {}) {
  return ask(url, { method: "POST", keepalive, headers: { "X-CSRFToken": csrfToken() } });
}

async function ask(url, options = {}) {
  try {
    const response = await fetch(url, {
      ...options,
      redirect: "manual",
      headers: { Accept: "application/json", ...membershipHeader(), ...options.headers },
    });
    if (response.ok) return { state: "ok", response };
    if (await isOther(response)) return { state: "elsewhere" };
    return { state: HOW[response.status] ?? "lost" };
  } catch {
    return { state: "lost" };
  }
}
