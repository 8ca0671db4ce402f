/** What the page says about itself: connection, list, clock, counts. Calm: it changes when the
 * thing changes, and says it once. */
import { timeText, word } from "./words.js";

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class Sign {
  #page;
  #parts;

  constructor(page, parts) {
    this.#page = page;
    this.#parts = parts;
  }

  #one(name) {
    return this.#page.querySelector(`[data-${name}]`);
  }

  /** `loaded`: tickets of a list that is still coming. */
  show({ loaded = 0 } = {}) {
    const { outbox, reader, sync } = this.#parts;
    const { kind, text } = this.#state(loaded);
    this.#one("sign").dataset.kind = kind;
    say(this.#one("sign-word"), text);
    const at = sync.position?.at;
    const zone = reader.door?.event.time_zone;
    say(this.#one("age"), at && zone ? word("list-of", { time: timeText(at, zone) }) : word("no-list"));
    say(this.#one("list-size"), String(sync.list.size));
    this.#one("aside").hidden = !outbox.aside;
    this.#showClock();
    if (reader.door) this.#showDoor(reader.door);
  }

  #state(loaded) {
    const { link, outbox, sync } = this.#parts;
    const count = outbox.size;
    if (link.isUp && loaded && !sync.isComplete) {
      return { kind: "loading", text: word("loading", { count: loaded }) };
    }
    if (!link.isUp) {
      const name = count === 1 ? "offline-one" : count ? "offline-many" : "offline";
      return { kind: "offline", text: word(name, { count }) };
    }
    const name = count === 1 ? "sending-one" : count ? "sending" : "online";
    return { kind: "online", text: word(name, { count }) };
  }

  #showClock() {
    const { clock } = this.#parts;
    const minutes = Math.abs(clock.minutesAhead);
    const text = word(clock.minutesAhead > 0 ? "clock-fast" : "clock-slow", { minutes });
    this.#one("clock").hidden = !clock.isWrong;
    say(this.#one("clock"), clock.isWrong ? text : "");
    say(this.#one("clock-said"), clock.isWrong ? text : clock.offset === null ? "" : word("exact"));
  }

  #showDoor(door) {
    const { reader, own } = this.#parts;
    say(this.#one("title"), door.event.title);
    say(this.#one("gate-name"), [reader.gate?.name, door.device.name].filter(Boolean).join(" · "));
    say(this.#one("device-name"), door.device.name);
    const { counts, countedAt } = this.#parts.state;
    this.#one("counts").hidden = !counts;
    if (!counts) return;
    const admitted = counts.admitted + own.countSince(countedAt);
    say(this.#one("admitted"), String(admitted));
    say(this.#one("valid"), String(counts.valid));
    say(this.#one("counts-said"), word("counts", { admitted, valid: counts.valid }));
  }
}
