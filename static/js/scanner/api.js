/** What the device asks of the server. Its secret goes with each call, cookies with none. */
const PATIENCE = 10_000; // ms

/** No answer, or none that says anything: the device decides for itself and tries again later. */
export class Unreachable extends Error {}

/** The device was taken off the door. `isKnown`: the server still knows the secret. */
export class Revoked extends Error {
  constructor(isKnown) {
    super("revoked");
    this.isKnown = isKnown;
  }
}

/** The server understood, and says no. */
export class Refused extends Error {
  constructor({ code, detail }) {
    super(detail);
    this.code = code;
  }
}

export class Api {
  constructor(base, secret = "") {
    this.base = base;
    this.secret = secret;
  }

  async #fetch(path, { method, body, headers, patience }) {
    const request = {
      method,
      body: body && JSON.stringify(body),
      headers: {
        Accept: "application/json",
        "Accept-Language": document.documentElement.lang,
        ...(body && { "Content-Type": "application/json" }),
        ...(this.secret && { Authorization: `Bearer ${this.secret}` }),
        ...headers,
      },
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(patience),
    };
    try {
      const response = await fetch(this.base + path, request);
      // the body too belongs to the answer: a network may go in the middle of it
      const text = response.status === 204 ? "" : await response.text();
      return { response, data: text ? JSON.parse(text) : null };
    } catch (error) {
      throw new Unreachable(error.name);
    }
  }

  async #ask(path, { method, body, headers, patience = PATIENCE }) {
    const { response, data } = await this.#fetch(path, { method, body, headers, patience });
    if (response.ok || response.status === 304) return { data, etag: response.headers.get("ETag") };
    if (response.status >= 500 || response.status === 429 || !data?.code) {
      throw new Unreachable(String(response.status));
    }
    if (response.status === 401 && this.secret) throw new Revoked(data.code === "device_revoked");
    throw new Refused(data);
  }

  async post(path, body, patience) {
    return (await this.#ask(path, { method: "POST", body, patience })).data;
  }

  async get(path, patience) {
    return (await this.#ask(path, { method: "GET", patience })).data;
  }

  /** {data, etag}; data is null when nothing changed since `etag`. */
  async getIfChanged(path, etag, patience) {
    const headers = etag ? { "If-None-Match": etag } : {};
    return this.#ask(path, { method: "GET", headers, patience });
  }
}
