/** What the server does not know yet: on disk before a verdict is shown, sent oldest first, and
 * repeated with the same nonces until it is answered. What the server cannot read is kept aside,
 * so that it does not hold up the rest. */
import { Refused } from "./api.js";

const BATCH = 200;
const UNREADABLE = "invalid";

export class Outbox {
  #store;
  #api;
  #clock;
  #own;
  #entries = [];
  #sending = new Set();

  /** `aside`: how many entries the server could not read. */
  constructor({ store, api, clock, own }) {
    this.aside = 0;
    this.#store = store;
    this.#api = api;
    this.#clock = clock;
    this.#own = own;
  }

  async load() {
    const kept = await this.#store.waiting();
    this.#entries = kept.filter((entry) => !entry.isAside);
    this.aside = kept.length - this.#entries.length;
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
    let most = BATCH;
    while (this.#entries.length) {
      const entries = this.#entries.slice(0, most);
      const isRead = await this.#isRead(entries, round);
      if (!isRead && entries.length === 1) await this.#setAside(entries[0]);
      most = isRead || entries.length === 1 ? BATCH : Math.ceil(entries.length / 2);
    }
  }

  async #isRead(entries, round) {
    try {
      await this.#sendBatch(entries, round);
      return true;
    } catch (error) {
      if (error instanceof Refused && error.code === UNREADABLE) return false;
      throw error;
    }
  }

  async #setAside(entry) {
    entry.isAside = true;
    await this.#store.keep(entry);
    this.#entries = this.#entries.filter((each) => each !== entry);
    this.aside += 1;
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
