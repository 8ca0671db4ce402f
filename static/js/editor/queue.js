/**
 * Files by drop or choice: <form data-queue-form> with a file input, a [data-queue] list and a
 * <template data-entry>. Without this module the form posts one file at once.
 */
import { UploadRefused, uploadFile } from "../uploads.js";

const AT_ONCE = 2;

function size(bytes) {
  const language = document.documentElement.lang;
  const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
  const value = bytes / (unit === "kilobyte" ? 1e3 : 1e6);
  const options = { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 };
  return new Intl.NumberFormat(language, options).format(value);
}

class Entry {
  constructor(template, file) {
    this.element = template.content.firstElementChild.cloneNode(true);
    this.file = file;
    this.abort = new AbortController();
    this.#part("name").textContent = file.name;
    this.#part("size").textContent = size(file.size);
    this.#part("cancel").addEventListener("click", () => this.cancel());
    this.progress.setAttribute("aria-label", file.name);
    this.show("waiting");
  }

  #part(name) {
    return this.element.querySelector(`[data-part="${name}"]`);
  }

  get progress() {
    return this.element.querySelector("progress");
  }

  show(state, sentence = "") {
    this.element.dataset.state = state;
    const words = this.element.querySelector(`template[data-when="${state}"]`);
    this.#part("state").textContent = sentence || words.content.textContent.trim();
    this.#part("cancel").hidden = state === "done";
  }

  move(sent, all) {
    this.progress.max = all || 1;
    this.progress.value = sent;
    this.show("sending", `${Math.floor((100 * sent) / (all || 1))} %`);
  }

  cancel() {
    this.abort.abort();
    this.element.remove();
  }

  /** Whether it arrived. */
  async run(createUrl, fields) {
    const onProgress = (sent, all) => this.move(sent, all);
    const { signal } = this.abort;
    try {
      await uploadFile(this.file, { createUrl, fields, onProgress, signal });
      this.show("done");
      return true;
    } catch (error) {
      if (error.name === "AbortError") return false;
      if (error instanceof UploadRefused) this.show("refused", error.message);
      else this.show("unreachable");
      return false;
    }
  }
}

class Queue {
  #waiting = [];
  #running = 0;

  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=file]");
    this.list = form.querySelector("[data-queue]");
    this.input.multiple = true;
    this.input.addEventListener("change", () => {
      this.add([...this.input.files]);
      this.input.value = "";
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.dataset.live = "";
    for (const type of ["dragenter", "dragover"]) {
      form.addEventListener(type, (event) => this.#over(event));
    }
    form.addEventListener("dragleave", (event) => {
      if (!form.contains(event.relatedTarget)) delete form.dataset.over;
    });
    form.addEventListener("drop", (event) => this.#drop(event));
    window.addEventListener("beforeunload", (event) => {
      if (this.#running) event.preventDefault();
    });
  }

  #over(event) {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    this.form.dataset.over = "";
  }

  #drop(event) {
    event.preventDefault();
    delete this.form.dataset.over;
    this.add([...event.dataTransfer.files]);
  }

  add(files) {
    const template = this.form.querySelector("template[data-entry]");
    for (const file of files) {
      const entry = new Entry(template, file);
      this.list.append(entry.element);
      this.#waiting.push(entry);
    }
    for (let n = this.#running; n < AT_ONCE; n++) this.#next();
  }

  async #next() {
    const entry = this.#waiting.shift();
    if (!entry) return;
    this.#running += 1;
    const data = new FormData(this.form);
    const fields = {};
    for (const name of ["lesson", "language", "captions_of"]) fields[name] = data.get(name) ?? "";
    const isDone = await entry.run(this.form.action, fields);
    this.#running -= 1;
    if (isDone) document.body.dispatchEvent(new CustomEvent("materials-changed"));
    this.#next();
  }
}

for (const form of document.querySelectorAll("form[data-queue-form]")) new Queue(form);
