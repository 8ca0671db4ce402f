/** From what was scanned or typed to the facts that a verdict needs. */
import { fromBase64url } from "./bytes.js";
import { readName } from "./names.js";
import { canVerify, importKey, isGenuine } from "./signature.js";
import { hashOf, parseToken, PREFIX } from "./token.js";

export class Reader {
  #keys = new Map(); // key id → CryptoKey, as they are needed
  #canVerify = canVerify();

  constructor({ sync, own, clock }) {
    this.sync = sync;
    this.own = own;
    this.clock = clock;
    this.door = null;
  }

  /** {facts, ticket, tickets, hash, code}: `code` is null for what was typed. */
  async read(text) {
    return text.startsWith(PREFIX) ? this.#readToken(text) : this.#readTyped(text);
  }

  async #readToken(text) {
    const token = parseToken(text);
    if (!token) return this.#found({ read: "token", signature: "bad" }, { hash: "" });
    const signature = await this.#check(token);
    if (signature === "bad") return this.#found({ read: "token", signature }, { hash: "" });
    const hash = await hashOf(token.code);
    const { ticket, isReplaced } = this.sync.list.byHash(hash);
    const facts = { read: "token", signature, type: token.type };
    return this.#found(facts, { hash, ticket, isReplaced, code: token.code });
  }

  #readTyped(text) {
    const tickets = this.sync.list.byText(text);
    const facts = { read: "typed", signature: "", matches: tickets.length };
    return this.#found(facts, { hash: "", ticket: tickets[0], tickets });
  }

  #found(facts, { hash, ticket = null, isReplaced = false, tickets = [], code = null }) {
    const known = ticket && { status: ticket.status, type: ticket.type, is_replaced: isReplaced };
    const admissions = this.own.standing({ hash, label: ticket?.label }, ticket?.admissions);
    const all = {
      is_complete: false,
      event: this.door.event.status,
      type: null,
      matches: 1,
      ...facts,
      ticket: known,
      admissions,
      lists: this.#candidates(),
      now_ms: this.clock.now(),
    };
    return { facts: all, ticket, tickets, hash, code, isReplaced };
  }

  get gate() {
    const { gates, device } = this.door;
    return gates.find((gate) => gate.id === device.gate);
  }

  #candidates() {
    const wanted = this.gate?.list;
    return wanted ? this.door.lists.filter((list) => list.id === wanted) : this.door.lists;
  }

  async #check({ keyId, signature, header }) {
    if (!(await this.#canVerify)) return "unchecked";
    const key = await this.#key(keyId);
    if (!key) return "unknown_key";
    return (await isGenuine(key, signature, header)) ? "good" : "bad";
  }

  async #key(id) {
    const known = this.door.keys.find((key) => key.id === id);
    if (!known) return null;
    if (!this.#keys.has(id)) this.#keys.set(id, await importKey(fromBase64url(known.public)));
    return this.#keys.get(id);
  }

  /** As the organizer lets it be known: by the shown code, or from the list of names. */
  async nameOf({ ticket, code, isReplaced }) {
    if (!ticket) return "";
    const plain = this.sync.list.plainName(ticket.label);
    return plain || !code || isReplaced ? plain : readName(ticket.name, code);
  }

  typeName(id) {
    return this.door.types.find((type) => type.id === id)?.name ?? "";
  }

  /** Whether signatures can be checked here at all. */
  get checksSignatures() {
    return this.#canVerify;
  }
}
