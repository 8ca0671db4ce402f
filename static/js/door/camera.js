/** The camera: asks for it, names what is wrong, and knows its light and its siblings. */
const REASONS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "absent",
  OverconstrainedError: "absent",
  NotReadableError: "busy",
  AbortError: "busy",
};

export class CameraTrouble extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

function wish(deviceId) {
  const side = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const which = deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: { ideal: "environment" } };
  return { audio: false, video: { ...side, ...which } };
}

export class Camera {
  #stream = null;

  constructor(video) {
    this.video = video;
  }

  get isOn() {
    return this.#stream !== null;
  }

  get #track() {
    return this.#stream?.getVideoTracks()[0];
  }

  get deviceId() {
    return this.#track?.getSettings().deviceId;
  }

  get hasTorch() {
    return Boolean(this.#track?.getCapabilities?.().torch);
  }

  async start(deviceId) {
    this.stop();
    if (!window.isSecureContext) throw new CameraTrouble("insecure");
    if (!navigator.mediaDevices?.getUserMedia) throw new CameraTrouble("absent");
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia(wish(deviceId));
      this.video.srcObject = this.#stream;
      await this.video.play();
    } catch (error) {
      this.stop();
      throw new CameraTrouble(REASONS[error.name] ?? "absent");
    }
    this.#track.addEventListener("ended", () => this.stop());
  }

  stop() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.video.srcObject = null;
  }

  async light(on) {
    await this.#track?.applyConstraints({ advanced: [{ torch: on }] });
  }

  async all() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((each) => each.kind === "videoinput" && each.deviceId);
  }
}

/** True when the browser gave leave before: then no prompt comes, and scanning may start by itself. */
export async function isAllowed() {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "granted";
  } catch {
    return false;
  }
}
