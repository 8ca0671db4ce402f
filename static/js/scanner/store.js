/** What the device keeps, in IndexedDB: it survives a reload, a crash and an empty battery.
 *
 * `kept`   single things by name: the pairing, the clock, the door, where the list stands
 * `chunks` the synced list as it came, a page a record: ten writes for 20,000 tickets. Each
 *          belongs to a generation, so that a new list fills beside the one in use
 * `outbox` what the server does not know yet, in the order it happened
 * `scans`  this device's scans: for its list, for undoing, and as admissions until they are synced
 */
const NAME = "door";
const VERSION = 1;

function make({ target }) {
  const database = target.result;
  database.createObjectStore("kept");
  database.createObjectStore("chunks", { autoIncrement: true }).createIndex("generation", "generation");
  database.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true });
  database.createObjectStore("scans", { keyPath: "nonce" });
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export async function openStore() {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = make;
  return new Store(await answer(request));
}

class Store {
  #database;

  constructor(database) {
    this.#database = database;
  }

  /** Runs `work` on object stores and is done when the disk has it: only then is a scan safe.
   * Answers with the result of the request that `work` returns. */
  #write(names, work) {
    const transaction = this.#database.transaction(names, "readwrite", { durability: "strict" });
    return new Promise((resolve, reject) => {
      let last;
      transaction.oncomplete = () => resolve(last?.result);
      transaction.onabort = () => reject(transaction.error);
      try {
        last = work(...names.map((name) => transaction.objectStore(name)));
      } catch (error) {
        reject(error);
        transaction.abort(); // or what was done before the trouble would stay, without the rest
      }
    });
  }

  #read(name, work) {
    return answer(work(this.#database.transaction(name).objectStore(name)));
  }

  get(name) {
    return this.#read("kept", (kept) => kept.get(name));
  }

  set(name, value) {
    return this.#write(["kept"], (kept) => kept.put(value, name));
  }

  /** The pages of one generation, oldest first. */
  chunks(generation) {
    return this.#read("chunks", (chunks) => chunks.index("generation").getAll(generation));
  }

  /** Pages of the list and where to go on, both or neither: a cut resumes behind them. */
  addChunks(generation, pieces, name, position) {
    return this.#write(["chunks", "kept"], (chunks, kept) => {
      for (const piece of pieces) if (piece.rows.length) chunks.add({ generation, ...piece });
      kept.put(position, name);
    });
  }

  /** The new list takes the old one's place. */
  finishFilling(position) {
    return this.#write(["chunks", "kept"], (chunks, kept) => {
      const others = chunks.index("generation").openCursor();
      others.onsuccess = () => {
        const cursor = others.result;
        if (!cursor) return;
        if (cursor.value.generation !== position.generation) cursor.delete();
        cursor.continue();
      };
      kept.delete("filling");
      kept.put(position, "list");
    });
  }

  waiting() {
    return this.#read("outbox", (outbox) => outbox.getAll());
  }

  scans() {
    return this.#read("scans", (scans) => scans.getAll());
  }

  /** An entry for the server and the scan that it tells of, together. Answers with its number. */
  queue(entry, scan) {
    return this.#write(["scans", "outbox"], (scans, outbox) => {
      scans.put(scan);
      return outbox.add(entry);
    });
  }

  /** An entry not yet sent changes with its scan. */
  change(entry, scan) {
    return this.#write(["scans", "outbox"], (scans, outbox) => {
      scans.put(scan);
      outbox.put(entry);
    });
  }

  keep(entry) {
    return this.#write(["outbox"], (outbox) => outbox.put(entry));
  }

  /** The server has the entries of these numbers, and the scans stand as they are now. */
  settle(numbers, settled) {
    return this.#write(["outbox", "scans"], (outbox, scans) => {
      for (const number of numbers) outbox.delete(number);
      for (const scan of settled) scans.put(scan);
    });
  }

  forgetScans(nonces) {
    return this.#write(["scans"], (scans) => {
      for (const nonce of nonces) scans.delete(nonce);
    });
  }

  /** Everything, at once: what is erased does not come back after a crash in between. */
  wipe() {
    const names = ["kept", "chunks", "outbox", "scans"];
    return this.#write(names, (...stores) => {
      for (const store of stores) store.clear();
    });
  }
}
