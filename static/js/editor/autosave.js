/**
 * Saves <form data-autosave data-draft="NAME"> a moment after the last key.
 *
 * The form's hidden `read_…` fields say which text the reader began from. The server answers 200
 * with what is read now (`read`), 409 with the other text (`html`, put into [data-conflict]), or
 * 422 with `errors` by field. What did not arrive waits in this browser and comes back with the page.
 * [data-save-state] shows the <template data-when> named after the state.
 */
import { forget, keep, kept } from "./drafts.js";
import { csrfToken, send } from "./requests.js";

const PAUSE = 1500; // ms after the last key
const RETRY = 15_000; // ms, while the network is gone
const TOKEN = "csrfmiddlewaretoken";
// What stays said until a save went well
const TROUBLE = new Set(["kept", "signed-out", "refused", "too-long", "conflict"]);

class Autosave {
  #timer = 0;
  #isSending = false;
  #isDirty = false;
  #isStopped = false;

  constructor(form) {
    this.form = form;
    this.name = form.dataset.draft;
    this.state = document.querySelector("[data-save-state]");
    this.#isStopped = form.hasAttribute("data-collided");
    this.#bringBack();
    form.addEventListener("input", () => this.#changed());
    form.addEventListener("submit", (event) => this.#submitted(event));
    window.addEventListener("online", () => this.#isDirty && this.#save());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.#isDirty) this.#save();
    });
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #texts() {
    const isText = ([name, value]) => typeof value === "string" && name !== TOKEN;
    const data = [...new FormData(this.form)].filter(isText);
    return Object.fromEntries(data.filter(([name]) => !name.startsWith("read_")));
  }

  #read() {
    const data = [...new FormData(this.form)];
    return Object.fromEntries(data.filter(([name]) => name.startsWith("read_")));
  }

  #put(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.form.elements[name];
      if (field) field.value = value;
    }
  }

  #changed() {
    this.#isDirty = true;
    keep(this.name, { read: this.#read(), texts: this.#texts() });
    if (this.#isStopped) return;
    if (!TROUBLE.has(this.state.dataset.state)) this.#show("changed");
    this.#wait(PAUSE);
  }

  #wait(time) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), time);
  }

  /** What was typed while this script was on its way is newer than anything kept. */
  get #isTyped() {
    const fields = [...this.form.elements].filter(({ type }) => type !== "hidden");
    return fields.some((field) => "defaultValue" in field && field.value !== field.defaultValue);
  }

  /** What was kept comes back with what its writer had read: the server sees a collision. */
  #bringBack() {
    if (this.#isTyped) return this.#changed();
    const draft = kept(this.name);
    if (!draft || this.form.hasAttribute("data-refused")) return;
    const now = this.#texts();
    const isSame = Object.entries(draft.texts).every(([name, text]) => now[name] === text);
    if (isSame) return forget(this.name);
    this.#put(draft.texts);
    this.#put(draft.read);
    this.#isDirty = true;
    this.#show("back");
    this.#wait(PAUSE);
  }

  async #save() {
    clearTimeout(this.#timer);
    if (this.#isSending) return this.#wait(PAUSE);
    if (!this.#isDirty || this.#isStopped) return;
    this.#isSending = true;
    this.#isDirty = false;
    this.#show("saving");
    const body = new FormData(this.form);
    body.set(TOKEN, csrfToken());
    const answer = await send(this.form.action, { body, headers: { "X-Autosave": "1" } });
    this.#isSending = false;
    this.#heard(answer);
  }

  #heard({ status, body }) {
    this.#complain(status === 422 ? body.errors : {});
    this.#put(body.read ?? {});
    if (status === 200) return this.#saved();
    this.#isDirty = true;
    if (status === 409 && body.html) return this.#collided(body.html);
    if (status === 422) return this.#show("refused");
    if (status === 400 || status === 413) return this.#show("too-long");
    if (status >= 400 && status < 500 && status !== 429) return this.#show("signed-out");
    this.#show("kept");
    this.#wait(RETRY);
  }

  #saved() {
    if (this.#isDirty) return this.#changed();
    forget(this.name);
    const now = new Date();
    const language = document.documentElement.lang;
    const format = new Intl.DateTimeFormat(language, { timeStyle: "short", hourCycle: "h23" });
    this.#show("saved", (shown) => {
      const time = shown.querySelector("time");
      time.dateTime = now.toISOString();
      time.textContent = format.format(now);
    });
  }

  /** Nothing is sent any more until the person has decided; the form's own buttons send it. */
  #collided(html) {
    this.#isStopped = true;
    this.#show("conflict");
    const place = document.querySelector("[data-conflict]");
    place.innerHTML = html;
    place.querySelector("h2")?.focus();
  }

  #complain(errors) {
    for (const field of this.form.elements) {
      if (!field.name || !field.id) continue;
      const place = document.getElementById(`${field.id}_autosave`);
      const sentences = errors[field.name] ?? [];
      if (sentences.length) field.setAttribute("aria-invalid", "true");
      else if (place) field.removeAttribute("aria-invalid");
      if (sentences.length) (place ?? this.#errorPlace(field)).textContent = sentences.join(" ");
      else place?.remove();
    }
  }

  #errorPlace(field) {
    const place = document.createElement("p");
    place.id = `${field.id}_autosave`;
    place.className = "field-error";
    field.after(place);
    field.setAttribute("aria-describedby", place.id);
    return place;
  }

  #show(name, fill = () => {}) {
    const template = this.state.querySelector(`template[data-when="${name}"]`);
    const shown = template.content.cloneNode(true);
    fill(shown);
    this.state.querySelector("[data-shown]").replaceChildren(shown);
    this.state.dataset.state = name;
  }

  #submitted({ submitter }) {
    clearTimeout(this.#timer);
    this.#isStopped = true;
    if (submitter?.hasAttribute("data-forgets")) forget(this.name);
    this.form.querySelector("[name=csrfmiddlewaretoken]").value = csrfToken();
  }

  /** Ctrl+S or ⌘S saves at once, as hands expect it. */
  #pressed(event) {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    this.#isDirty = true;
    this.#save();
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
