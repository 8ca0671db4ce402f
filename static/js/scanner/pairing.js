/** Pairing: the token of the organizer's QR code against a secret of this device's own. */
import { Refused, Unreachable } from "./api.js";
import { word } from "./words.js";

const FRAGMENT = /#pair=([^&]+)$/;

/** From a scanned link, or the bare token as it was typed. */
export function tokenIn(text) {
  const [, token] = FRAGMENT.exec(text) ?? [];
  return token ? decodeURIComponent(token) : null;
}

/** The token in this page's address, taken out of it: it belongs into no history. */
export function takeToken() {
  const token = tokenIn(location.hash);
  if (token) history.replaceState(null, "", location.pathname);
  return token;
}

/** Shows the form; done with {secret, device, event} once the server took a token. */
export class Pairing {
  #api;
  #version;
  #trouble;
  isBusy = false;
  #done;

  constructor({ form, api, version }) {
    this.#api = api;
    this.#version = version;
    this.#trouble = form.querySelector("[data-pairing-trouble]");
    this.paired = new Promise((resolve) => {
      this.#done = resolve;
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = form.elements.token.value.trim();
      if (text) this.pair(tokenIn(text) ?? text);
    });
  }

  /** False when it is no pairing code, or one is being tried already. */
  offer(text) {
    const token = tokenIn(text);
    if (!token || this.isBusy) return false;
    this.pair(token);
    return true;
  }

  async pair(token) {
    this.isBusy = true;
    this.#say("");
    try {
      this.#done(await this.#api.post("pair/", { token, page_version: this.#version }));
    } catch (error) {
      if (error instanceof Unreachable) this.#say(word("unreachable"));
      else if (error instanceof Refused) this.#say(word(error.code) || error.message);
      else throw error;
    } finally {
      this.isBusy = false;
    }
  }

  #say(text) {
    this.#trouble.hidden = !text;
    this.#trouble.textContent = text;
  }
}
