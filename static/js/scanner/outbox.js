/** What the server does not know yet: on disk before a verdict is shown, sent oldest first, and
 * repeated with the same nonces until it is answered. */
const BATCH = 200;

export class Outbox {
  #store;
  #api;
  #clock;
  #own;
  #entries = [];
  #sending = new Set();

  constructor({ store, api, clock, own }) {
    this.#store = store;
    this.#api = api;
    this.#clock = clock;
    this.#own = own;
  }

  async load() {
    this.#entries = await this.#store.waiting();
  }

  get size() {
    return this.#entries.length;
  }

  async add(item, scan, name) {
    const entry = { item };
    entry.seq = await this.#store.queue(entry, scan);
    this.#own.put(scan, name);
    this.#entries.push(entry);
  }

  /** Undone before the server heard of it: one entry tells both. What is on its way just now, or
   * has arrived, takes an entry of its own. */
  async undo(scan) {
    const undone = { ...scan, isUndone: true };
    const entry = this.#entries.find(({ item }) => item.nonce === scan.nonce && !item.undo);
    if (!entry || this.#sending.has(entry.seq)) {
      const item = { nonce: scan.nonce, undo: true, device_ms: this.#clock.stamp().device_ms };
      return this.add(item, undone);
    }
    entry.item.undone_ms = Date.now();
    await this.#store.change(entry, undone);
    this.#own.put(undone);
  }

  /** All of it, or until the first failure. `round`: see OwnScans. */
  async send(round) {
    while (this.#entries.length) await this.#sendBatch(this.#entries.slice(0, BATCH), round);
  }

  async #sendBatch(entries, round) {
    for (const { seq } of entries) this.#sending.add(seq);
    try {
      const { results } = await this.#api.post("scans/", {
        scans: entries.map(({ item }) => item),
        waiting: this.#entries.length - entries.length,
        clock_offset_ms: this.#clock.offset ?? 0,
      });
      await this.#settle(entries.slice(0, results.length), round);
    } finally {
      this.#sending.clear();
    }
  }

  async #settle(entries, round) {
    const scans = this.#own.sent(entries.map(({ item }) => item.nonce), round);
    const numbers = new Set(entries.map(({ seq }) => seq));
    await this.#store.settle([...numbers], scans);
    this.#entries = this.#entries.filter(({ seq }) => !numbers.has(seq));
  }
}
