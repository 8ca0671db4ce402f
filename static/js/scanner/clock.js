/** The server's time, told from this device's and from what was measured between them. */
const TOLERANCE = 120_000; // ms: beyond this the helper is warned
const MINUTE = 60_000;

export class Clock {
  /** `offset`: by how many ms this device is ahead; null as long as nobody measured. */
  constructor(offset = null) {
    this.offset = offset;
  }

  get isWrong() {
    return Math.abs(this.offset ?? 0) > TOLERANCE;
  }

  get minutesAhead() {
    return Math.round((this.offset ?? 0) / MINUTE);
  }

  now() {
    return Date.now() - (this.offset ?? 0);
  }

  /** The answer was written somewhere between asking and hearing: the middle errs least. */
  measure(serverTime, askedAt, heardAt) {
    this.offset = Math.round((askedAt + heardAt) / 2 - serverTime);
  }

  /** As every scan carries it. */
  stamp() {
    return { device_ms: Date.now(), clock_offset_ms: this.offset ?? 0 };
  }
}
