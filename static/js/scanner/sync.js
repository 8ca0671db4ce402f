/** Keeps the list up to date: page after page by cursor, and goes on where it was cut. */
import { TicketList } from "./list.js";

const PAGE = 5000;
const PATIENCE = 30_000; // ms for a page of the list on a slow network
const MANY = 40; // pages: after so many small ones the list is written anew in large ones

export class Sync {
  #store;
  #api;
  #etag = null; // of the last answer at this.position.cursor

  constructor(store, api) {
    this.#store = store;
    this.#api = api;
    this.list = new TicketList();
    this.position = null; // {generation, cursor, at}: the list in use
  }

  get isComplete() {
    return this.position !== null;
  }

  async load() {
    this.position = (await this.#store.get("list")) ?? null;
    if (!this.position) return;
    const { generation } = this.position;
    const pages = await this.#store.chunks(generation);
    for (const { rows, names } of pages) this.list.add(rows, names);
    if (pages.length > MANY) await this.#rewrite();
  }

  async #rewrite() {
    const next = { ...this.position, generation: this.position.generation + 1 };
    await this.#store.addChunks(next.generation, this.list.pieces(PAGE), "filling", null);
    await this.#store.finishFilling(next);
    this.position = next;
  }

  /** All there is. `onPage(answer, list)` hears of each page before it counts; `ready()` waits
   * for the moment at which the list may change. */
  async pull({ onPage, ready }) {
    let filling = await this.#resume();
    for (let more = true; more; ) {
      const cursor = filling?.cursor ?? this.position?.cursor ?? "";
      const answer = await this.#page(cursor);
      if (!answer) break;
      if (answer.reset) filling = this.#startFilling();
      filling = await this.#take(answer, filling, ready);
      more = answer.more;
      await onPage(answer, filling?.list ?? this.list);
    }
    await this.#touch();
  }

  async #page(cursor) {
    const path = `sync/?limit=${PAGE}&cursor=${encodeURIComponent(cursor)}`;
    const { data, etag } = await this.#api.getIfChanged(path, this.#etag, PATIENCE);
    if (data) this.#etag = data.cursor === cursor ? etag : null;
    return data;
  }

  /** A new list that was cut while it came. */
  async #resume() {
    const kept = await this.#store.get("filling");
    if (!kept) return null;
    const list = new TicketList();
    for (const { rows, names } of await this.#store.chunks(kept.generation)) list.add(rows, names);
    return { ...kept, list };
  }

  #startFilling() {
    // a number of its own, or pages of a list given up would come back in the next one
    return { generation: Date.now(), cursor: "", list: new TicketList() };
  }

  async #take({ tickets: rows, names, cursor, more }, filling, ready) {
    const now = { cursor, at: Date.now() };
    const pieces = [{ rows, names }];
    if (!filling) {
      const position = { ...this.position, ...now };
      await this.#store.addChunks(position.generation, pieces, "list", position);
      await ready();
      this.list.add(rows, names);
      this.position = position;
      return null;
    }
    const { generation, list } = filling;
    list.add(rows, names);
    await this.#store.addChunks(generation, pieces, "filling", { generation, cursor });
    if (more) return { generation, cursor, list };
    await ready();
    await this.#store.finishFilling({ generation, ...now });
    this.list = list;
    this.position = { generation, ...now };
    return null;
  }

  /** It is as fresh as this moment, also when nothing changed. */
  async #touch() {
    if (!this.position) return;
    this.position = { ...this.position, at: Date.now() };
    await this.#store.set("list", this.position);
  }
}
