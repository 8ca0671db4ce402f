/** What a verdict sounds and feels like: told apart without looking. */
import { device } from "./kept.js";

// [frequency in Hz, start in s, length in s, wave]
const SOUNDS = {
  in: [
    [660, 0, 0.09, "sine"],
    [990, 0.1, 0.16, "sine"],
  ],
  again: [
    [440, 0, 0.12, "triangle"],
    [440, 0.2, 0.12, "triangle"],
    [440, 0.4, 0.12, "triangle"],
  ],
  refused: [[140, 0, 0.6, "square"]],
  waiting: [[220, 0, 0.3, "triangle"]],
};
const SHAKES = { in: [70], again: [70, 80, 70, 80, 70], refused: [450], waiting: [200] };
const LOUDNESS = { sine: 0.5, triangle: 0.5, square: 0.2 };

let context = null;

/** Browsers let a page sound only after it was touched. */
function unlock() {
  context ??= window.AudioContext ? new AudioContext() : null;
  if (context?.state === "suspended") context.resume();
}

function play(kind) {
  if (context?.state !== "running") return;
  for (const [frequency, start, length, wave] of SOUNDS[kind] ?? []) {
    const from = context.currentTime + start;
    const tone = new OscillatorNode(context, { type: wave, frequency });
    const volume = new GainNode(context, { gain: LOUDNESS[wave] });
    volume.gain.setValueAtTime(LOUDNESS[wave], from + length * 0.7);
    volume.gain.linearRampToValueAtTime(0, from + length);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + length);
  }
}

export class Signals {
  constructor(button) {
    this.button = button;
    this.#set(device.get("door-sound") ?? true);
    button.addEventListener("click", () => this.#set(!this.isLoud));
    for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, unlock);
  }

  give(kind) {
    if (this.isLoud) play(kind);
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(SHAKES[kind] ?? 0);
  }

  #set(isLoud) {
    this.isLoud = isLoud;
    this.button.setAttribute("aria-pressed", String(isLoud));
    device.set("door-sound", isLoud);
  }
}
