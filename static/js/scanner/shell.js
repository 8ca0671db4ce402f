/** The page itself, kept for when there is no network, and replaced by a newer one only when
 * nobody is being scanned. */
const LOOK = 1000; // ms between two looks at whether it is safe now
const UPDATE = 30 * 60_000; // ms between two questions for a newer version

export class Shell {
  #registration = null;
  #isSafe;

  constructor(isSafe) {
    this.#isSafe = isSafe;
    this.isKept = false;
  }

  /** True when the page opens without a network from now on. */
  async start({ worker, scope }) {
    if (!("serviceWorker" in navigator)) return false;
    const isFirst = !navigator.serviceWorker.controller;
    try {
      this.#registration = await navigator.serviceWorker.register(worker, { scope });
      await navigator.serviceWorker.ready;
    } catch {
      return false;
    }
    this.#follow(isFirst);
    this.isKept = true;
    return true;
  }

  #follow(isFirst) {
    let isMine = isFirst; // the first worker takes over a page of its own version: nothing to do
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      if (isMine) isMine = false;
      else this.#whenSafe(() => location.reload());
    });
    setInterval(() => this.#swap(), LOOK);
    setInterval(() => this.update(), UPDATE);
  }

  /** The server speaks of another version: fetch it in the background. */
  update() {
    const { waiting, installing } = this.#registration ?? {};
    if (!waiting && !installing) this.#registration?.update().catch(() => {});
  }

  #swap() {
    if (this.#registration.waiting && this.#isSafe()) this.#registration.waiting.postMessage("swap");
  }

  #whenSafe(work) {
    if (this.#isSafe()) work();
    else setTimeout(() => this.#whenSafe(work), LOOK);
  }

  async erase() {
    const names = (await window.caches?.keys()) ?? [];
    const ours = names.filter((name) => name.startsWith("scanner-"));
    await Promise.all(ours.map((name) => caches.delete(name)));
    await this.#registration?.unregister();
  }
}
