/** The parts of the page beside the camera: search, walk-in, theme, installing. */
import { Refused, Unreachable } from "./api.js";
import { device } from "../door/kept.js";
import { PREFIX } from "./token.js";
import { rowElement } from "./view.js";
import { moneyText, word } from "./words.js";

const PAUSE = 250; // ms after the last letter
const CHINESE = /\p{Script=Han}/u;

/** `search(query)` answers with {results, more}, or null where names are not kept. */
export function openSearch(form, { list, said, search, onChoice }) {
  let timer = 0;
  let latest = 0;

  function say(text) {
    said.hidden = !text;
    said.textContent = text;
  }

  function show(query, found) {
    list.replaceChildren(...(found?.results ?? []).map((each) => rowElement(each, onChoice)));
    if (!found) say(word("search-offline"));
    else if (!found.results.length) say(word("nobody", { query }));
    else say(found.more ? word("more") : "");
  }

  async function look() {
    clearTimeout(timer);
    const query = form.elements.q.value.trim();
    if (query.startsWith(PREFIX)) return; // a hand scanner: no code belongs into an address
    const isEnough = query.length >= 2 || CHINESE.test(query);
    const mine = ++latest;
    if (!isEnough) {
      list.replaceChildren();
      return say(query ? word("more-letters") : "");
    }
    const found = await search(query);
    if (mine === latest) show(query, found);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  return look;
}

/** `sell({type, name, email, nonce})` shows the verdict; `types()` are those sold at the door. */
export function openWalkIn(section, { types, sell }) {
  const form = section.querySelector("[data-walk-in-form]");
  const trouble = section.querySelector("[data-walk-in-trouble]");
  const cash = section.querySelector("[data-cash]");
  const { type: choice, name, email, cash: paid } = form.elements;
  let nonce = crypto.randomUUID();

  const chosen = () => types().find((type) => String(type.id) === choice.value);

  function say(text) {
    trouble.hidden = !text;
    trouble.textContent = text;
  }

  function follow() {
    cash.hidden = !chosen()?.price_minor;
    paid.required = !cash.hidden;
  }

  async function submit() {
    say("");
    if (!form.reportValidity()) return;
    try {
      await sell({ type: chosen(), name: name.value.trim(), email: email.value.trim(), nonce });
      nonce = crypto.randomUUID();
      form.reset();
      follow();
    } catch (error) {
      if (error instanceof Unreachable) say(word("walk-in-offline"));
      else if (error instanceof Refused) say(error.message);
      else throw error;
    }
  }

  choice.addEventListener("change", follow);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  return function renew() {
    const wanted = types().map(({ id, name: title, price_minor, currency }) => {
      const price = price_minor ? moneyText(price_minor, currency) : word("free");
      return { value: String(id), text: `${title} · ${price}` };
    });
    const same = wanted.map(({ value, text }) => value + text).join("\n");
    if (section.dataset.types === same) return;
    section.dataset.types = same;
    choice.replaceChildren(...wanted.map(({ value, text }) => new Option(text, value)));
    section.hidden = !wanted.length;
    follow();
  };
}

/** Light or dark is this device's own matter here: the page is the same for everybody. */
export function openThemes(group) {
  const buttons = [...group.querySelectorAll("button")];
  function use(theme) {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.value === (theme ?? "")));
    }
  }
  use(device.get("door-theme") ?? "");
  group.hidden = false;
  group.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    device.set("door-theme", button.value || null);
    use(button.value);
  });
}

export function offerInstalling(button) {
  let offer = null;
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event;
    button.hidden = false;
  });
  button.addEventListener("click", async () => {
    await offer.prompt();
    button.hidden = true;
  });
}
