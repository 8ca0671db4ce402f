/** The synced list in memory: rows as they came, and the ways to find one. */
import { readings } from "./typed.js";

export const STATUS = ["held", "valid", "canceled"];
const RESULTS = 20;

/** [hash, label, type, status, name, admissions?, retired?] */
function ticketOf([hash, label, type, status, name, admissions, retired]) {
  return { hash, label, type, status: STATUS[status], name, admissions, retired };
}

export class TicketList {
  #rows = new Map(); // label → row
  #labels = new Map(); // hash → label
  #retired = new Map(); // hash of a code that was replaced → label
  #references = new Map(); // order's reference → its labels
  #names = new Map(); // label → plain name, where the organizer allows it

  get size() {
    return this.#rows.size;
  }

  /** Rows may come again; the last one counts. */
  add(rows, names) {
    rows.forEach((row, place) => {
      const [hash, label, , , , , retired] = row;
      const before = this.#rows.get(label);
      if (before && before[0] !== hash) this.#labels.delete(before[0]);
      if (!before) this.#file(label);
      this.#rows.set(label, row);
      this.#labels.set(hash, label);
      for (const old of retired ?? []) this.#retired.set(old, label);
      if (names) this.#names.set(label, names[place]);
    });
  }

  #file(label) {
    const reference = label.split("-")[0];
    const labels = this.#references.get(reference);
    if (labels) labels.push(label);
    else this.#references.set(reference, [label]);
  }

  get(label) {
    const row = this.#rows.get(label);
    return row ? ticketOf(row) : null;
  }

  plainName(label) {
    return this.#names.get(label) ?? "";
  }

  /** The ticket of a shown code, and whether the code is one that was replaced. */
  byHash(hash) {
    const label = this.#labels.get(hash);
    if (label) return { ticket: this.get(label), isReplaced: false };
    const retired = this.#retired.get(hash);
    return retired ? { ticket: this.get(retired), isReplaced: true } : { ticket: null };
  }

  /** The tickets that typed text names: canceled ones only where there is no other. */
  byText(text) {
    const labels = readings(text).flatMap(([reference, number]) =>
      number ? [`${reference}-${number}`] : (this.#references.get(reference) ?? []),
    );
    const found = labels.map((label) => this.get(label)).filter(Boolean);
    const standing = found.filter((ticket) => ticket.status !== "canceled");
    return standing.length ? standing : found;
  }

  get canSearch() {
    return this.#names.size > 0;
  }

  search(query) {
    const wanted = query.trim().toLowerCase();
    const found = this.byText(query);
    for (const [label, name] of this.#names) {
      if (found.length > RESULTS) break;
      const isNew = !found.some((ticket) => ticket.label === label);
      if (isNew && name.toLowerCase().includes(wanted)) found.push(this.get(label));
    }
    return { results: found.slice(0, RESULTS), more: found.length > RESULTS };
  }

  /** In few large pieces, to be kept: [rows, names] each. */
  pieces(size) {
    const labels = [...this.#rows.keys()];
    const made = [];
    for (let start = 0; start < labels.length; start += size) {
      const some = labels.slice(start, start + size);
      const names = this.canSearch ? some.map((label) => this.plainName(label)) : null;
      made.push({ rows: some.map((label) => this.#rows.get(label)), names });
    }
    return made;
  }
}
