/** Requests of the editor. The token comes from the cookie: signing in again in another tab changes it. */
export function csrfToken() {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return found?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** The answer as {status, body}; status 0 when the network is gone, 401 when one is signed out. */
export async function send(url, { method = "POST", body, headers = {}, signal, keepalive } = {}) {
  const options = { method, body, signal, keepalive, redirect: "manual", credentials: "same-origin" };
  options.headers = { Accept: "application/json", "X-CSRFToken": csrfToken(), ...headers };
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return { status: 0, body: {} };
  }
  if (response.type === "opaqueredirect") return { status: 401, body: {} };
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  return { status: response.status, body: isJson ? await response.json() : {} };
}
