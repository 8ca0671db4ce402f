/** The door page. Without this module it is a form with a typed code. */
import { Finder } from "./finder.js";
import { catchTyping } from "./keyboard.js";
import { device, tab } from "./kept.js";
import { attempt, Dropped, send } from "./sender.js";
import { Signals } from "./signals.js";
import { Stage } from "./stage.js";

const KEPT_SCANS = 30;
const door = document.querySelector("[data-door]");
const one = (name) => door.querySelector(`[data-${name}]`);
const typed = one("typed");
const stage = new Stage(one("stage"));
const signals = new Signals(one("sound"));
const finder = new Finder(door, (code) => !isBusy && scan(code));
const gateKey = `door-gate-${door.dataset.event}`;
const pendingKey = `door-scan-${door.dataset.event}`;

let isBusy = false;
let queue = Promise.resolve();

function newNonce() {
  // crypto.randomUUID is missing on plain http, where a hand scanner still works
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
}

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return {
    verdict: template.content.querySelector(".verdict"),
    entry: template.content.querySelector(".scan"),
  };
}

function showTrouble(name) {
  const template = door.querySelector(`template[data-when="${name}"]`);
  stage.show(template.content.firstElementChild.cloneNode(true));
  signals.give("waiting");
  return one("stage");
}

function count(change) {
  const number = document.querySelector("#counts [data-admitted]");
  number.textContent = String(Number(number.textContent) + change);
}

/** Puts an entry on top of the list, or in the place of the one it replaces. */
function list(entry) {
  if (!entry) return;
  const scans = one("scans");
  const before = entry.id ? document.getElementById(entry.id) : null;
  const change = { in: 1, undone: -1 }[entry.dataset.verdict] ?? 0;
  if (before) before.replaceWith(entry);
  else scans.prepend(entry);
  if (before?.dataset.verdict !== entry.dataset.verdict && (before || change > 0)) count(change);
  while (scans.children.length > KEPT_SCANS) scans.lastElementChild.remove();
  one("no-scans").hidden = true;
}

function body(code, nonce) {
  const data = new FormData(typed);
  data.set("code", code);
  data.set("gate", typed.elements.gate.value);
  data.set("nonce", nonce);
  return data;
}

async function handle(code, nonce) {
  isBusy = true;
  tab.set(pendingKey, { code, nonce });
  try {
    const { verdict, entry } = parse(await send(typed.action, body(code, nonce), showTrouble));
    tab.set(pendingKey, null);
    signals.give(verdict.dataset.verdict);
    stage.show(verdict);
    list(entry);
  } catch (error) {
    if (!(error instanceof Dropped)) throw error;
    finder.forget(code);
    if (error.message) return; // signed out: the code waits for the page's next life
    tab.set(pendingKey, null);
    stage.clear();
  } finally {
    isBusy = false;
  }
}

/** One at a time and in order; a hand scanner may be quicker than the network. */
function scan(code, nonce = newNonce()) {
  isBusy = true;
  const done = queue.then(() => handle(code, nonce));
  queue = done.catch(() => {}); // one that failed does not hold up the next
  return done;
}

async function undo(form) {
  const { html } = await attempt(form.action, new FormData(form));
  if (html) list(parse(html).entry);
  else showTrouble("not-undone");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-undo]")) {
    event.preventDefault();
    undo(form);
  } else if (form.matches("[data-scan]")) {
    event.preventDefault();
    const { code, nonce } = form.elements;
    const isFound = form.closest("#found");
    const done = scan(code.value, nonce.value);
    if (isFound) done.then(() => one("search").requestSubmit());
    nonce.value = newNonce();
    if (form === typed) code.value = "";
    document.activeElement?.blur();
  }
});

function nameGate() {
  const gate = typed.elements.gate.value.trim();
  for (const place of document.querySelectorAll("[data-gate-name]")) {
    place.textContent = gate && ` · ${gate}`;
  }
}

function keepGate() {
  const field = typed.elements.gate;
  field.value ||= device.get(gateKey) ?? "";
  field.addEventListener("input", () => {
    device.set(gateKey, field.value);
    nameGate();
  });
  nameGate();
}

/** A scan that never got its answer goes back into its field, under its own nonce. */
function bringBack() {
  const pending = tab.get(pendingKey);
  if (!pending) return;
  typed.elements.code.value = pending.code;
  typed.elements.nonce.value = pending.nonce;
}

door.dataset.live = "";
keepGate();
bringBack();
catchTyping(typed);
finder.startIfAllowed();
