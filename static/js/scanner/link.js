/** The way to the server: whether there is one, and what goes over it again and again. */
import { Unreachable } from "./api.js";

const EVERY = 20_000; // ms between two rounds
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30_000;
const PATIENCE = 4000;

/** Grows with each failure, and differs from phone to phone: they all come back at once. */
function pause(failures) {
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1));
  return wait * (0.75 + Math.random() / 2);
}

export class Link {
  #parts;
  #isWanted = true;
  #wake = () => {};
  #isNudged = false;
  #round = 0;

  /** `onDoor({door, counts})`, `onPage()`, `onChange()`, `onTrouble(error)` and `ready()`. */
  constructor(parts) {
    this.#parts = parts;
    this.isUp = false;
    window.addEventListener("online", () => this.nudge());
    window.addEventListener("offline", () => this.lost());
    document.addEventListener("visibilitychange", () => document.hidden || this.nudge());
  }

  get round() {
    return this.#round;
  }

  async run() {
    for (let failures = 0; this.#isWanted; ) {
      try {
        await this.#goRound();
        failures = 0;
      } catch (error) {
        failures += 1;
        this.lost();
        if (!(error instanceof Unreachable)) this.#parts.onTrouble(error);
      }
      await this.#sleep(failures ? pause(failures) : EVERY);
    }
  }

  /** Not later but now. */
  nudge() {
    this.#isNudged = true;
    this.#wake();
  }

  stop() {
    this.#isWanted = false;
    this.#wake();
  }

  /** A call was not answered: until the next round succeeds, the device decides alone. */
  lost() {
    this.#set(false);
  }

  #set(isUp) {
    const isNew = this.isUp !== isUp;
    this.isUp = isUp;
    if (isNew) this.#parts.onChange();
  }

  async #goRound() {
    const { outbox, sync, own, onDoor, onPage, onChange, ready } = this.#parts;
    onDoor(await this.#status());
    this.#set(true);
    await outbox.send(this.#round);
    onChange();
    const round = ++this.#round;
    await sync.pull({ onPage, ready });
    await own.synced(round);
    onChange();
  }

  async #status() {
    const { api, outbox, clock, version } = this.#parts;
    const asked = Date.now();
    const body = { waiting: outbox.size, clock_offset_ms: clock.offset ?? 0, page_version: version };
    const answer = await api.post("status/", body, PATIENCE);
    clock.measure(answer.server_ms, asked, Date.now());
    return answer;
  }

  async #sleep(time) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#isNudged ? 0 : time);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#isNudged = false;
  }
}
