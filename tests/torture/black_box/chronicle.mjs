// What happened when, as the world outside the service saw it. Times are milliseconds of the right clock.

export class Chronicle {
  constructor() {
    this.started = Date.now();
    this.rows = [];
    this.disturbances = [];
  }

  /** `caller` is undefined for what concerns everybody. */
  note(what, caller) {
    this.rows.push({ at: Date.now(), what, caller });
  }

  /** A time in which the service could not do its work; gives what ends it. */
  disturb(what) {
    this.note(what);
    const disturbance = { what, from: Date.now(), until: Infinity };
    this.disturbances.push(disturbance);
    return () => {
      disturbance.until = Date.now();
      this.note(`${what}: over`);
    };
  }

  disturbedBetween(from, until, what = "") {
    return this.disturbances.some((one) => one.what.startsWith(what) && one.from <= until && one.until >= from);
  }

  clock(at) {
    return ((at - this.started) / 1000).toFixed(3).padStart(9);
  }

  /** What happened to one caller, and to everybody from shortly before the first to shortly after the last of it. */
  storyOf(caller) {
    const own = this.rows.filter((row) => row.caller === caller);
    if (own.length === 0) return [];
    const around = 5000;
    const [from, until] = [own[0].at - around, own.at(-1).at + around];
    return this.rows.filter((row) => row.caller === caller || (row.caller === undefined && row.at >= from && row.at <= until));
  }
}
