/** The viewfinder: scans one code after the other until it is stopped. */
import { Camera, CameraTrouble, isAllowed } from "./camera.js";
import { createDecoder } from "./decoder.js";
import { device } from "./kept.js";

const PAUSE = 90; // ms between two looks: quick to the eye, kind to the battery
const SAME_CODE = 5000; // ms out of sight before the same code counts as a new scan

const sleep = (time) => new Promise((wake) => setTimeout(wake, time));

/** Keeps the screen awake while scanning, where the browser can. */
async function stayAwake() {
  try {
    return await navigator.wakeLock.request("screen");
  } catch {
    return null;
  }
}

/** `onCode(text)` says whether it took the code; what it did not take is offered again. */
export class Finder {
  #decode = null;
  #lock = null;
  #run = 0;
  #seen = new Map();
  #wanted = false;

  constructor(door, onCode) {
    const one = (name) => door.querySelector(`[data-${name}]`);
    this.onCode = onCode;
    this.sources = door.dataset;
    this.place = one("finder");
    this.tools = one("tools");
    this.torch = one("torch");
    this.choice = one("camera");
    this.stopButton = one("stop");
    this.camera = new Camera(one("video"));
    this.place.hidden = this.tools.hidden = false;
    one("start").addEventListener("click", () => this.start());
    this.stopButton.addEventListener("click", () => this.stop());
    this.torch.addEventListener("click", () => this.#switchLight());
    this.choice.addEventListener("change", () => this.#choose());
    document.addEventListener("visibilitychange", () => this.#followPage());
  }

  async startIfAllowed() {
    if (await isAllowed()) await this.start();
  }

  async start() {
    this.#wanted = true;
    this.#say("starting");
    try {
      this.#decode ??= await createDecoder(this.sources);
      if (!this.#decode) throw new CameraTrouble("broken");
      await this.camera.start(device.get("door-camera"));
      this.#lock = await stayAwake();
      await this.#showTools();
      this.#say("scanning");
      this.#look();
    } catch (error) {
      this.#wanted = false;
      this.#say(error instanceof CameraTrouble ? error.reason : "broken");
    }
  }

  stop() {
    this.#wanted = false;
    this.#sleep();
    this.#say("asleep");
  }

  #sleep() {
    this.camera.stop();
    this.#lock?.release();
    this.#lock = null;
    this.torch.setAttribute("aria-pressed", "false");
  }

  /** A page out of sight lets go of the camera, and takes it again when it comes back. */
  #followPage() {
    if (!this.#wanted) return;
    if (document.hidden) this.#sleep();
    else if (!this.camera.isOn) this.start();
  }

  async #look() {
    const run = ++this.#run;
    while (this.camera.isOn && run === this.#run) {
      const code = await this.#decode(this.camera.video);
      if (code && this.#isNew(code) && !this.onCode(code)) this.forget(code);
      await sleep(PAUSE);
    }
    if (this.#wanted && run === this.#run && !document.hidden) {
      this.#wanted = false;
      this.#say("busy");
    }
  }

  #isNew(code) {
    const before = this.#seen.get(code) ?? -Infinity;
    const now = performance.now();
    this.#seen.set(code, now);
    return now - before > SAME_CODE;
  }

  /** Lets a code that is still in sight count again, for its scan was dropped. */
  forget(code) {
    this.#seen.delete(code);
  }

  async #showTools() {
    this.torch.hidden = !this.camera.hasTorch;
    const all = await this.camera.all();
    this.choice.replaceChildren(
      ...all.map((each, place) => {
        const name = each.label || String(place + 1);
        return new Option(name, each.deviceId, false, each.deviceId === this.camera.deviceId);
      }),
    );
    this.choice.parentElement.hidden = all.length < 2;
  }

  async #switchLight() {
    const on = this.torch.getAttribute("aria-pressed") !== "true";
    await this.camera.light(on);
    this.torch.setAttribute("aria-pressed", String(on));
  }

  async #choose() {
    device.set("door-camera", this.choice.value);
    this.#sleep();
    await this.start();
  }

  #say(state) {
    this.place.dataset.state = state;
    this.stopButton.hidden = state !== "scanning";
  }
}
