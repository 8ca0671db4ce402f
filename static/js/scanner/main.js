/** The scanner of a paired device: from opening the page to the door. */
import { Finder } from "../door/finder.js";
import { device } from "../door/kept.js";
import { Signals } from "../door/signals.js";
import { Api } from "./api.js";
import { Door } from "./door.js";
import { Pairing, takeToken, tokenIn } from "./pairing.js";
import { offerInstalling, openThemes } from "./panels.js";
import { Shell } from "./shell.js";
import { openStore } from "./store.js";
import { word } from "./words.js";

const SHORT = 1500; // ms: a page that is just being left lets go sooner
const page = document.querySelector("[data-scanner]");
const one = (name) => page.querySelector(`[data-${name}]`);
const { api: base, version, worker, scope } = page.dataset;

let door = null;
let pairing = null;
const shell = new Shell(() => (door ? door.isIdle : !pairing?.isBusy));
const place = one("door");
const signals = new Signals(one("sound"));
const finder = new Finder(place, (code) => (door ? door.offer(code) : pairing?.offer(code)));

function view(name) {
  for (const each of page.querySelectorAll("[data-view]")) {
    each.hidden = each.dataset.view !== name;
  }
  place.hidden = !["pair", "door"].includes(name);
}

/** One page of this device at a time: two would not know of each other's scans. */
function alone() {
  if (!navigator.locks) return Promise.resolve();
  return new Promise((go) => {
    const timer = setTimeout(() => view("elsewhere"), SHORT);
    navigator.locks.request("door-scanner", () => {
      clearTimeout(timer);
      go();
      return new Promise(() => {}); // held until the page is gone
    });
  });
}

async function openOrSay() {
  try {
    if (!crypto.subtle) throw new Error("an address without https");
    return await openStore();
  } catch {
    view("unable");
    return null;
  }
}

async function pair(store, token) {
  view("pair");
  pairing = new Pairing({ form: one("pairing"), api: new Api(base), version });
  if (token) pairing.pair(token);
  const { secret } = await pairing.paired;
  await store.set("pairing", { secret });
  await navigator.storage?.persist?.();
  return { secret };
}

/** Another event's code on a device that is paired: only what succeeds replaces what is there, for
 * a link is opened twice easily, and works once. */
async function pairAnew(store, token, paired) {
  if ((await store.waiting()).some((entry) => !entry.isAside)) return sayNotPaired("scans-wait", paired);
  try {
    const { secret } = await new Api(base).post("pair/", { token, page_version: version });
    await store.wipe();
    await store.set("pairing", { secret });
    return { secret };
  } catch (error) {
    return sayNotPaired(error.code ?? "unreachable", paired);
  }
}

function sayNotPaired(reason, paired) {
  one("not-paired").hidden = false;
  one("not-paired").textContent = word(reason);
  return paired;
}

/** Nothing that was learned here stays: lists, scans, the secret, the page itself. */
async function erase(store) {
  await store.wipe();
  for (const name of ["door-camera", "door-sound", "door-theme"]) device.set(name, null);
  await shell.erase();
}

/** What the header said of the door. */
function sayNothing() {
  one("title").textContent = one("title").dataset.title;
  one("gate-name").textContent = "";
  one("counts").hidden = true;
}

async function leave(store, { secret }, revoked) {
  finder.stop();
  await erase(store);
  if (revoked?.isKnown) await new Api(base, secret).post("wiped/").catch(() => {});
  if (!revoked) return location.replace(scope);
  sayNothing();
  view("gone");
  page.querySelector('[data-view="gone"] h2').focus();
}

async function keepPage() {
  const isKept = await shell.start({ worker, scope });
  one("readiness").textContent = word(isKept ? "ready" : "online-only");
}

async function start() {
  openThemes(one("themes"));
  offerInstalling(one("install"));
  await alone();
  const store = await openOrSay();
  if (!store) return;
  keepPage();
  const token = takeToken();
  let paired = await store.get("pairing");
  finder.startIfAllowed(); // once: for pairing, and then for tickets
  if (!paired) paired = await pair(store, token);
  else if (token) paired = await pairAnew(store, token, paired);
  door = new Door({ page, store, paired, signals, finder, shell });
  door.onLeave = (revoked) => leave(store, paired, revoked);
  await door.load();
  view("door");
  await door.open();
}

// a pairing link opened over this very page changes nothing but what stands behind #
window.addEventListener("hashchange", () => tokenIn(location.hash) && location.reload());
start();
