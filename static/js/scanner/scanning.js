/** A scan from text to verdict: the server's where it answers at once, else the device's own. */
import { Unreachable } from "./api.js";
import { STATUS } from "./list.js";
import { decide } from "./verdict.js";
import { timeText, word } from "./words.js";

const PATIENCE = 1800; // ms: longer than this nobody waits at a door

export class Scanning {
  #parts;

  constructor(parts) {
    this.#parts = parts;
  }

  /** What the page shows of it. Green only when it is on the server, or on this disk. */
  async scan(text) {
    const { link, outbox, reader } = this.#parts;
    const nonce = crypto.randomUUID();
    const stamp = this.#parts.clock.stamp();
    const read = await reader.read(text);
    // what waits here came before: asked out of order, the server would hear of a conflict
    if (link.isUp && !outbox.size) {
      const answer = await this.#ask({ code: text, nonce, ...stamp });
      if (answer) return this.#online(answer, read);
    }
    return this.#offline(nonce, stamp, read);
  }

  async #ask(scan) {
    const { api, link } = this.#parts;
    try {
      return await api.post("scan/", scan, PATIENCE);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      link.lost();
      link.nudge();
      return null;
    }
  }

  /** The server's answer, written down: without a network tomorrow, it is an admission too. */
  async #online(answer, read) {
    const { nonce, kind, reason, ticket, list, gate } = answer;
    const name = ticket?.holder_name ?? "";
    if (kind !== "choose") {
      const scan = {
        ...{ nonce, kind, reason, list, is_reentry: answer.is_reentry, at: answer.at_ms },
        ...{ hash: ticket?.hash || read.hash, label: ticket?.label ?? "" },
        ...{ type: ticket?.ticket_type ?? "", gate: this.#parts.reader.gate?.name ?? "" },
        ...{ madeAt: Date.now(), isSent: true, isUndone: false, isSynced: false },
      };
      await this.#keep(scan, name);
    }
    return {
      ...{ nonce, kind, name, gate, since: answer.since, text: answer.text || word(reason) },
      ...{ type: ticket?.ticket_type, label: ticket?.label },
      note: answer.is_reentry && kind === "in" ? word("reentry") : "",
      choices: answer.choices.map((each) => this.#choice(each)),
    };
  }

  async #keep(scan, name) {
    const { own, store, link } = this.#parts;
    own.put(scan, name);
    own.sent([scan.nonce], link.round);
    await store.settle([], [scan]);
  }

  #choice({ label, holder_name, ticket_type }) {
    return { label, name: holder_name, type: ticket_type, status: "valid" };
  }

  async #offline(nonce, stamp, read) {
    const { reader } = this.#parts;
    const verdict = decide(read.facts);
    const { ticket, facts } = read;
    const name = await reader.nameOf(read);
    const type = reader.typeName(ticket?.type ?? facts.type);
    if (verdict.kind === "choose") return this.#choose(nonce, read);
    await this.#queue(nonce, stamp, { verdict, read, name, type });
    const zone = reader.door.event.time_zone;
    const time = verdict.opens_ms && timeText(verdict.opens_ms, zone);
    return {
      ...{ nonce, kind: verdict.kind, name, type, label: ticket?.label, gate: verdict.gate },
      since: verdict.kind === "again" ? timeText(verdict.since_ms, zone) : "",
      text: verdict.reason && word(verdict.reason, { time }),
      note: this.#note(verdict),
    };
  }

  #note({ kind, is_reentry, is_unlisted }) {
    if (kind !== "in") return "";
    if (is_unlisted) return word("unlisted");
    return is_reentry ? word("reentry") : "";
  }

  async #choose(nonce, { tickets, facts }) {
    const { own, reader, sync } = this.#parts;
    const zone = reader.door.event.time_zone;
    const choices = tickets.map((ticket) => {
      const [first] = own.standing(ticket, ticket.admissions);
      return {
        ...{ label: ticket.label, status: ticket.status, type: reader.typeName(ticket.type) },
        name: sync.list.plainName(ticket.label),
        since: first ? timeText(first.at_ms, zone) : "",
      };
    });
    return { nonce, kind: "choose", text: word(decide(facts).reason), choices };
  }

  async #queue(nonce, stamp, { verdict, read, name, type }) {
    const { clock, outbox, reader } = this.#parts;
    const { kind, reason, list, is_reentry, opens_ms } = verdict;
    const label = read.ticket?.label ?? "";
    const item = {
      ...{ nonce, kind, reason, hash: read.hash, label: read.hash ? "" : label },
      ...{ list: list ?? "", gate: reader.gate?.id ?? "", ...stamp, undone_ms: null },
    };
    const scan = {
      ...{ nonce, kind, reason, hash: read.hash, label, type, list, is_reentry, opens_ms },
      ...{ gate: reader.gate?.name ?? "", at: clock.now(), madeAt: Date.now() },
      ...{ isSent: false, isUndone: false, isSynced: false },
    };
    await outbox.add(item, scan, name);
  }

  /** Takes an admission of this device back. False where the server refuses it. */
  async undo(nonce) {
    const { api, link, outbox, own, store } = this.#parts;
    const scan = own.get(nonce);
    if (!scan.isSent || !link.isUp || outbox.size) {
      await outbox.undo(scan);
      return;
    }
    try {
      await api.post("undo/", { nonce }, PATIENCE);
      const undone = { ...scan, isUndone: true };
      await store.settle([], [undone]);
      own.put(undone);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      link.lost();
      await outbox.undo(scan);
    }
  }

  /** The server's search where it answers, else the list's. Null: names are not kept here. */
  async search(query) {
    const { api, link, reader, sync } = this.#parts;
    if (link.isUp) {
      try {
        const { results, more } = await api.get(`search/?q=${encodeURIComponent(query)}`, PATIENCE);
        return { more, results: results.map((each) => this.#foundOnline(each)) };
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        link.lost();
      }
    }
    const { results, more } = sync.list.search(query);
    if (!results.length && !reader.door.settings.names) return null;
    return { more, results: results.map((ticket) => this.#foundHere(ticket)) };
  }

  #foundOnline({ label, holder_name, ticket_type, status, since_ms }) {
    const zone = this.#parts.reader.door.event.time_zone;
    const since = since_ms ? timeText(since_ms, zone) : "";
    return { label, name: holder_name, type: ticket_type, status: STATUS[status], since };
  }

  #foundHere(ticket) {
    const { own, reader, sync } = this.#parts;
    const [first] = own.standing(ticket, ticket.admissions);
    return {
      ...{ label: ticket.label, status: ticket.status, name: sync.list.plainName(ticket.label) },
      type: reader.typeName(ticket.type),
      since: first ? timeText(first.at_ms, reader.door.event.time_zone) : "",
    };
  }

  /** Sells and admits, over the network only. Throws Unreachable and Refused. */
  async walkIn({ type, name, email, nonce }) {
    const { api, clock } = this.#parts;
    const paid = type.price_minor ? "cash" : "free";
    const who = { ticket_type: type.id, holder_name: name, email, paid };
    const answer = await api.post("walk-ins/", { ...who, nonce, ...clock.stamp() });
    return this.#online(answer, { hash: "" });
  }
}
