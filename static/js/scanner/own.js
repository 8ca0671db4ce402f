/** What this device scanned itself: admissions that the synced list does not hold yet, the last
 * scans on the page, and what may be undone. Names are kept in memory only. */
const KEPT = 60;
const SAME_MOMENT = 2000; // ms between the server's note of an admission and this device's

/** A scan: {nonce, kind, reason, hash, label, type, list, gate, at, is_reentry, isSent, isUndone,
 * isSynced}. `isSynced`: a sync that began after it was sent is complete. */
export class OwnScans {
  #store;
  #scans = new Map();
  #sentIn = new Map(); // nonce → the round in which it was sent
  names = new Map();

  constructor(store) {
    this.#store = store;
  }

  async load() {
    const kept = (await this.#store.scans()).sort((a, b) => a.at - b.at);
    for (const scan of kept) this.#scans.set(scan.nonce, scan);
  }

  get(nonce) {
    return this.#scans.get(nonce);
  }

  /** In memory; whoever writes it down does so together with what goes to the server. */
  put(scan, name = "") {
    this.#scans.set(scan.nonce, scan);
    if (name) this.names.set(scan.nonce, name);
  }

  /** Newest first. */
  last(count) {
    return [...this.#scans.values()].slice(-count).reverse();
  }

  #admissions() {
    return [...this.#scans.values()].filter((scan) => scan.kind === "in");
  }

  /** Of one ticket, by the code that was shown or the label that was typed. */
  #of({ hash, label }) {
    const isOne = (scan) => (hash && scan.hash === hash) || (label && scan.label === label);
    return this.#admissions().filter(isOne);
  }

  /** All that stand: the list's, without those undone here, and this device's own. */
  standing(ticket, listed = []) {
    const own = this.#of(ticket);
    const undone = own.filter((scan) => scan.isUndone);
    const isUndone = ([list, at]) =>
      undone.some((scan) => scan.list === list && Math.abs(scan.at - at) < SAME_MOMENT);
    const known = listed.filter((each) => !isUndone(each));
    return [
      ...known.map(([list, at_ms, gate]) => ({ list, at_ms, gate: gate ?? "" })),
      ...own
        .filter((scan) => !scan.isUndone && !scan.isSynced)
        .map((scan) => ({ list: scan.list, at_ms: scan.at, gate: scan.gate })),
    ];
  }

  /** Admissions of which the server's count of `moment` (this device's time) knows nothing. */
  countSince(moment) {
    const isNew = (scan) => !scan.isSent || scan.madeAt > moment;
    const counted = this.#admissions().filter((scan) => !scan.is_reentry && !scan.isUndone);
    return counted.filter(isNew).length;
  }

  sent(nonces, round) {
    return nonces.flatMap((nonce) => {
      const scan = this.#scans.get(nonce);
      if (!scan) return [];
      scan.isSent = true;
      this.#sentIn.set(nonce, round);
      return [scan];
    });
  }

  /** The sync that began with `round` is complete: what was sent before is on the list now. */
  async synced(round) {
    const isNew = (scan) =>
      scan.isSent && !scan.isSynced && (this.#sentIn.get(scan.nonce) ?? -1) < round;
    const newly = [...this.#scans.values()].filter(isNew);
    for (const scan of newly) scan.isSynced = true;
    if (newly.length) await this.#store.settle([], newly);
    await this.#forgetOld();
  }

  async #forgetOld() {
    const old = [...this.#scans.values()].slice(0, -KEPT).filter((scan) => scan.isSynced);
    for (const { nonce } of old) {
      this.#scans.delete(nonce);
      this.names.delete(nonce);
      this.#sentIn.delete(nonce);
    }
    if (old.length) await this.#store.forgetScans(old.map((scan) => scan.nonce));
  }
}
