/** The door of a paired device: everything that works together while people come in. */
import { catchTyping } from "../door/keyboard.js";
import { Stage } from "../door/stage.js";
import { Api, Refused, Revoked } from "./api.js";
import { Clock } from "./clock.js";
import { Link } from "./link.js";
import { Outbox } from "./outbox.js";
import { OwnScans } from "./own.js";
import { openSearch, openWalkIn } from "./panels.js";
import { Reader } from "./reader.js";
import { Scanning } from "./scanning.js";
import { Sign } from "./sign.js";
import { Sync } from "./sync.js";
import { entryElement, verdictElement } from "./view.js";
import { word } from "./words.js";

const SHOWN = 30; // scans on the page
const SAME = 3000; // ms in which the same text again is the same scan: hand scanners stutter
const QUIET = 8000; // ms after a scan in which the page is not replaced

export class Door {
  #page;
  #store;
  #parts;
  #sign;
  #scanning;
  #stage;
  #signals;
  #finder;
  #shell;
  #search;
  #renewWalkIn;
  #queue = Promise.resolve();
  #busy = 0;
  #last = { text: "", at: 0 };
  #shown = "";

  constructor({ page, store, paired, signals, finder, shell }) {
    this.#page = page;
    this.#store = store;
    this.#signals = signals;
    this.#finder = finder;
    this.#shell = shell;
    this.onLeave = () => {};
    this.#parts = this.#join(store, new Api(page.dataset.api, paired.secret));
    this.#sign = new Sign(page, this.#parts);
    this.#scanning = new Scanning(this.#parts);
    this.#stage = new Stage(this.#one("stage"));
  }

  #join(store, api) {
    const clock = new Clock();
    const own = new OwnScans(store);
    const sync = new Sync(store, api);
    const outbox = new Outbox({ store, api, clock, own });
    const reader = new Reader({ sync, own, clock });
    const parts = { store, api, clock, own, sync, outbox, reader, state: {} };
    parts.version = this.#page.dataset.version;
    parts.link = new Link({
      ...parts,
      onDoor: (answer) => this.#learn(answer),
      onPage: (answer, list) => this.#pageCame(answer, list),
      onChange: () => this.#show(),
      onTrouble: (error) => this.#trouble(error),
      ready: () => this.#queue,
    });
    return parts;
  }

  #one(name) {
    return this.#page.querySelector(`[data-${name}]`);
  }

  /** Read what this device keeps, and listen. A form shown before that would send a ticket's code
   * into the address. */
  async load() {
    const { clock, own, outbox, reader, sync, state } = this.#parts;
    clock.offset = (await this.#store.get("clock")) ?? null;
    const kept = await this.#store.get("door");
    if (kept) {
      reader.door = kept.door;
      Object.assign(state, { counts: kept.counts, countedAt: kept.at });
    }
    await Promise.all([own.load(), outbox.load(), sync.load()]);
    this.#listen();
    this.#show();
  }

  async open() {
    const { link, reader } = this.#parts;
    link.run();
    if (!(await reader.checksSignatures)) this.#one("no-signatures").hidden = false;
  }

  #listen() {
    this.#one("door").dataset.live = "";
    const typed = this.#one("typed");
    catchTyping(typed);
    typed.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = typed.elements.code.value.trim();
      typed.elements.code.value = "";
      document.activeElement?.blur();
      if (text) this.scan(text);
    });
    this.#search = openSearch(this.#one("search"), {
      list: this.#one("found"),
      said: this.#one("found-said"),
      search: (query) => this.#scanning.search(query),
      onChoice: (label) => this.scan(label).then(() => this.#search()),
    });
    this.#renewWalkIn = openWalkIn(this.#one("walk-in"), {
      types: () => this.#soldHere(),
      sell: (who) => this.#sell(who),
    });
    this.#one("leave").addEventListener("click", () => this.#askToLeave());
  }

  /** Nobody is being scanned, nothing is typed, no verdict stands: the page may be replaced. */
  get isIdle() {
    const fields = this.#page.querySelectorAll("input:not([type=checkbox])");
    const isTyped = [...fields].some((field) => field.value);
    const isShown = "shown" in this.#one("stage").dataset;
    const isOpen = this.#page.querySelector("dialog[open]");
    return !this.#busy && !isTyped && !isShown && !isOpen && Date.now() - this.#last.at > QUIET;
  }

  /** From the camera. False: not now, offer it again. */
  offer(code) {
    const isAsked = this.#one("stage").dataset.shown === "choose";
    if (this.#busy || isAsked || !this.#parts.reader.door) return false;
    this.scan(code);
    return true;
  }

  /** One at a time and in order; a hand scanner may be quicker than the network. */
  scan(text) {
    if (text === this.#last.text && Date.now() - this.#last.at < SAME) return this.#queue;
    this.#last = { text, at: Date.now() };
    return this.#inTurn(async () => this.#present(await this.#verdictOn(text)));
  }

  /** Just paired, and cut off before the server said what door it is. */
  #verdictOn(text) {
    if (this.#parts.reader.door) return this.#scanning.scan(text);
    return { kind: "refused", text: word("not_synced") };
  }

  #inTurn(work) {
    this.#busy += 1;
    const done = this.#queue.then(() => this.#guarded(work));
    this.#queue = done.catch(() => {}); // one that failed does not hold up the next
    return done;
  }

  async #guarded(work) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Revoked) return this.#trouble(error);
      if (error instanceof Refused) return this.#present({ kind: "refused", text: error.message });
      // the disk is full, or worse: who is not written down must not be shown green
      this.#present({ kind: "waiting", text: word("not-kept") });
      reportError(error);
    } finally {
      this.#busy -= 1;
      this.#last.at = Date.now();
    }
  }

  #present(outcome) {
    const element = verdictElement(outcome, (label) => this.scan(label));
    this.#signals.give(outcome.kind);
    this.#stage.show(element);
    this.#show();
  }

  #sell(who) {
    return new Promise((resolve, reject) => {
      this.#inTurn(async () => {
        const outcome = await this.#scanning.walkIn(who).catch(reject);
        if (!outcome) return;
        this.#present(outcome);
        resolve();
      });
    });
  }

  #soldHere() {
    const { door } = this.#parts.reader;
    return door?.settings.walk_ins ? door.types.filter((type) => type.walk_in) : [];
  }

  async #undo(nonce) {
    const trouble = this.#one("undo-trouble");
    trouble.hidden = true;
    this.#last = { text: "", at: 0 };
    try {
      await this.#scanning.undo(nonce);
      this.#parts.link.nudge();
    } catch (error) {
      if (error instanceof Revoked) return this.#trouble(error);
      trouble.hidden = false;
      trouble.textContent = word("not-undone");
    }
    this.#show();
  }

  #learn({ door, counts }) {
    const { clock, reader, state } = this.#parts;
    reader.door = door;
    if (counts) Object.assign(state, { counts, countedAt: Date.now() });
    this.#store.set("door", { door, counts: state.counts, at: state.countedAt });
    this.#store.set("clock", clock.offset);
    if (door.page_version && door.page_version !== this.#parts.version) this.#shell.update();
  }

  async #pageCame(answer, list) {
    this.#learn(answer);
    this.#sign.show({ loaded: list.size });
  }

  #show() {
    this.#sign.show();
    this.#renewWalkIn?.();
    const scans = this.#parts.own.last(SHOWN);
    const states = scans.map(({ nonce, isSent, isUndone }) => [nonce, isSent, isUndone]);
    const now = JSON.stringify([states, this.#parts.reader.door?.types]);
    if (now === this.#shown) return; // a button that is being pressed stays under the finger
    this.#shown = now;
    this.#list(scans);
  }

  #list(scans) {
    const { own, reader } = this.#parts;
    const zone = reader.door?.event.time_zone;
    this.#one("no-scans").hidden = scans.length > 0;
    const entries = scans.map((scan) => {
      const type = typeof scan.type === "number" ? reader.typeName(scan.type) : scan.type;
      const more = { name: own.names.get(scan.nonce), type, zone };
      return entryElement(scan, { ...more, onUndo: (nonce) => this.#undo(nonce) });
    });
    this.#one("scans").replaceChildren(...entries);
  }

  #trouble(error) {
    if (!(error instanceof Revoked)) return reportError(error);
    this.#parts.link.stop();
    this.onLeave(error);
  }

  #askToLeave() {
    const dialog = this.#one("leave-dialog");
    dialog.returnValue = "";
    dialog.onclose = () => {
      if (dialog.returnValue !== "leave") return;
      this.#parts.link.stop();
      this.onLeave(null);
    };
    dialog.showModal();
  }
}
