/**
 * Saves each answer of <form data-quiz> at once. What cannot be sent waits in this browser, comes
 * back with the page and is sent when the network is there again. A tab that was asleep takes over
 * what another one saved; where both changed the same answer, the later save counts, and says what
 * it replaced. When the time ends, the page hands itself in.
 */
import { forget, keep, kept } from "../editor/drafts.js";
import { csrfToken, send } from "../editor/requests.js";

const PAUSE = 600; // ms after the last key in a text
const RETRY = 5000; // ms, while the network is gone
const SECOND = 1000;

class Quiz {
  #timers = new Map();
  #sending = new Set();
  #isOver = false;

  constructor(form) {
    this.form = form;
    this.name = `quiz-${form.dataset.quiz}`;
    this.state = document.querySelector("[data-save-state]");
    this.waiting = kept(this.name) ?? {};
    form.querySelector("[data-plain-save]").hidden = true;
    this.#pickUp();
    this.#bringBack();
    form.addEventListener("input", ({ target }) => this.#changed(target));
    form.addEventListener("change", ({ target }) => this.#changed(target, 0));
    form.addEventListener("submit", (event) => this.#submitted(event));
    window.addEventListener("online", () => this.#sendAll());
    document.addEventListener("visibilitychange", () => this.#turned());
    this.#tick();
  }

  #box(question) {
    return this.form.querySelector(`[data-question="${question}"]`);
  }

  #fields(question) {
    return [...this.form.querySelectorAll(`[name="q-${question}"]`)];
  }

  #value(question) {
    const fields = this.#fields(question);
    const isChoice = (field) => field.type === "radio" || field.type === "checkbox";
    return fields.filter((field) => !isChoice(field) || field.checked).map(({ value }) => value);
  }

  #put(question, value) {
    const values = [value].flat();
    for (const field of this.#fields(question)) {
      if (field.type === "text") field.value = values[0] ?? "";
      else field.checked = values.includes(field.value);
    }
  }

  #base(question) {
    return this.form.elements[`base-${question}`];
  }

  /** What was answered while this script was still on its way. */
  #pickUp() {
    for (const field of this.form.querySelectorAll('[name^="q-"]')) {
      const isNew = field.checked !== field.defaultChecked || field.value !== field.defaultValue;
      const { question } = field.closest("[data-question]").dataset;
      if (isNew) this.waiting[question] = this.#value(question);
    }
  }

  #bringBack() {
    for (const [question, value] of Object.entries(this.waiting)) {
      if (this.#box(question)) this.#put(question, value);
      else delete this.waiting[question];
    }
    this.#sendAll();
  }

  #changed(target, pause = PAUSE) {
    const question = target.closest("[data-question]")?.dataset.question;
    if (!question || this.#isOver) return;
    this.waiting[question] = this.#value(question);
    keep(this.name, this.waiting);
    clearTimeout(this.#timers.get(question));
    const isText = target.type === "text";
    this.#timers.set(question, setTimeout(() => this.#save(question), isText ? pause : 0));
  }

  #sendAll() {
    return Promise.all(Object.keys(this.waiting).map((question) => this.#save(question)));
  }

  async #save(question) {
    if (this.#isOver || this.#sending.has(question) || !(question in this.waiting)) return;
    this.#sending.add(question);
    const sent = this.waiting[question];
    this.#show("saving");
    const body = new FormData();
    body.set("question", question);
    body.set("base", this.#base(question).value);
    for (const value of sent) body.append("value", value);
    const answer = await send(this.form.dataset.answers, { body });
    this.#sending.delete(question);
    this.#heard(question, sent, answer);
  }

  #heard(question, sent, { status, body }) {
    if (status === 200) return this.#saved(question, sent, body);
    if (status === 409 || status === 404) return this.#over();
    if (status === 400) delete this.waiting[question];
    this.#show(status === 401 || status === 403 ? "signed-out" : "kept");
    clearTimeout(this.#timers.get(question));
    this.#timers.set(question, setTimeout(() => this.#save(question), RETRY));
  }

  #saved(question, sent, { revision, was }) {
    this.#base(question).value = revision;
    const note = this.#box(question).querySelector("[data-note]");
    note.hidden = !was;
    note.querySelector("[data-was]").textContent = was;
    const isNewer = JSON.stringify(this.waiting[question]) !== JSON.stringify(sent);
    if (isNewer) return this.#save(question);
    delete this.waiting[question];
    const isAll = Object.keys(this.waiting).length === 0;
    if (isAll) forget(this.name);
    else keep(this.name, this.waiting);
    if (isAll) this.#show("saved");
    else if (this.state.dataset.state === "kept") this.#sendAll();
  }

  /** Handed in elsewhere, or its time is up: the page shows the result. */
  #over() {
    this.#isOver = true;
    forget(this.name);
    location.reload();
  }

  async #turned() {
    if (document.visibilityState !== "visible" || this.#isOver) return;
    await this.#sendAll();
    const { status, body } = await send(this.form.dataset.answers, { method: "GET" });
    if (status !== 200) return;
    if (!body.is_open) return this.#over();
    for (const [question, { value, revision }] of Object.entries(body.answers)) {
      if (question in this.waiting || !this.#box(question)) continue;
      if (revision <= Number(this.#base(question).value)) continue;
      this.#base(question).value = revision;
      this.#put(question, value);
    }
  }

  /** First what still waits, then the end; without a network the page stays as it is. */
  async #submitted(event) {
    const isFinish = event.submitter?.name === "finish";
    if (!isFinish || this.#isOver) return;
    event.preventDefault();
    await this.#sendAll();
    if (this.#isOver) return;
    if (Object.keys(this.waiting).length) return this.#show("kept");
    this.#hand();
  }

  async #hand() {
    const body = new FormData(this.form);
    body.set("finish", "1");
    body.set("csrfmiddlewaretoken", csrfToken());
    const { status } = await send(this.form.action, { body });
    if (status === 0) return this.#show("kept");
    this.#over();
  }

  #tick() {
    const { ends, now } = this.form.dataset;
    if (!ends) return;
    const clock = document.querySelector("[data-clock]");
    const end = performance.now() + (Date.parse(ends) - Date.parse(now));
    clock.hidden = false;
    const timer = setInterval(() => {
      const left = Math.max(0, Math.ceil((end - performance.now()) / SECOND));
      const seconds = String(left % 60).padStart(2, "0");
      clock.textContent = `${Math.floor(left / 60)}:${seconds}`;
      clock.toggleAttribute("data-soon", left <= 60);
      if (left > 0) return;
      clearInterval(timer);
      this.#sendAll().then(() => this.#isOver || this.#hand());
    }, SECOND);
  }

  #show(name) {
    const template = this.state.querySelector(`template[data-when="${name}"]`);
    this.state.querySelector("[data-shown]").replaceChildren(template.content.cloneNode(true));
    this.state.dataset.state = name;
  }
}

for (const form of document.querySelectorAll("form[data-quiz]")) new Quiz(form);
