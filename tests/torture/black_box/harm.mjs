// Harm that is done to the service, to its machine and to the provider: each peril in a loop of its own, all at once.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** Seconds that each harm lasts at most, and `gap` from one to the next of a kind; a short run has less time for each. */
const spans = (short) =>
  short ? { frozen: 6, locked: 5, wrongClock: 8, failing: 8, limited: 20, stopped: 6, gap: 6 } : { frozen: 20, locked: 12, wrongClock: 30, failing: 40, limited: 120, stopped: 25, gap: 35 };

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export class Harm {
  constructor({ service, provider, weather, people, profiles, chronicle, chance, perils, short }) {
    Object.assign(this, { service, provider, weather, people, profiles, chronicle, chance, perils });
    this.spans = spans(short);
    this.figures = {};
    /** What to do when the next connection stands, or the next text was handed in. */
    this.ambush = { connection: null, text: null };
    provider.onConnection = () => this.ambush.connection?.();
    provider.onText = () => this.ambush.text?.();
    const { gap } = this.spans;
    /** Each peril: what is done, and the seconds from one to the next on average. */
    this.loops = {
      kills: [this.kill, gap],
      freezes: [this.freeze, gap * 1.5],
      clock: [this.jump, gap * 2],
      locks: [this.lock, gap * 1.5],
      edits: [this.edit, gap * 0.6],
      stops: [this.stopAndRun, gap * 2.5],
      failing_lists: [(chance) => this.failing(chance, [["getSMS"], ["getMMS"], ["getSMS", "getMMS"]]), gap * 1.5],
      outages: [(chance) => this.failing(chance, [["sendSMS", "sendMMS"], ["getCDR"]]), gap * 3],
      limits: [this.limit, gap * 3],
      deletes: [() => this.people.deleteOne(), gap * 3],
    };
  }

  async doUntil(end) {
    const chosen = Object.entries(this.loops).filter(([peril]) => this.perils.has(peril));
    await Promise.all(chosen.map(([peril, [harm, gap]]) => this.loop(peril, harm, gap, end)));
  }

  async loop(peril, harm, gap, end) {
    const chance = this.chance.of(peril);
    for (;;) {
      const wait = chance.until(gap * 1000);
      if (Date.now() + wait >= end) return sleep(Math.max(0, end - Date.now()));
      await sleep(wait);
      this.figures[peril] = (this.figures[peril] ?? 0) + 1;
      await harm.call(this, chance);
    }
  }

  /** Some seconds, few more often than many. */
  someMs(chance, secondsMax) {
    return 1000 * secondsMax * chance.next() ** 2;
  }

  /** Waits for a moment at which harm hurts: any, or a connection that stands, or a text that was handed in. */
  async moment(chance) {
    const where = chance.weighted({ any: 3, connection: 3, text: 4 });
    const delay = chance.happens(0.5) ? 0 : chance.between(0, 60);
    if (where === "any") return;
    const sprung = new Promise((resolve) => (this.ambush[where] = resolve));
    await Promise.race([sprung, sleep(8000)]);
    this.ambush[where] = null;
    if (delay > 0) await sleep(delay);
  }

  async kill(chance) {
    const down = chance.happens(0.7) ? chance.between(0, 300) : this.someMs(chance, this.spans.frozen / 2);
    await this.moment(chance);
    const over = this.chronicle.disturb("kill -9");
    await this.service.end("SIGKILL");
    await sleep(down);
    this.service.start();
    // A part of the starts gets no further than half-way.
    for (let again = 0; again < 3 && chance.happens(0.25); ++again) {
      await sleep(chance.between(0, 250));
      await this.service.end("SIGKILL");
      this.service.start();
    }
    await sleep(1000);
    over();
  }

  async freeze(chance) {
    const length = this.someMs(chance, this.spans.frozen);
    await this.moment(chance);
    const over = this.chronicle.disturb(`SIGSTOP for ${Math.round(length)} ms`);
    this.service.freeze();
    await sleep(length);
    this.service.thaw();
    over();
  }

  /** The clock on the wall jumps, and after a while it is set right; the process runs on. */
  async jump(chance) {
    const size = chance.weighted({ seconds: 3, minutes: 3, hours: 2, days: 2 });
    const most = { seconds: minute, minutes: hour, hours: day, days: 3 * day }[size];
    const wrong = Math.round(chance.between(-most, most)) || 1;
    const length = 1500 + this.someMs(chance, this.spans.wrongClock);
    const over = this.chronicle.disturb(`clock wrong by ${wrong} s for ${Math.round(length)} ms`);
    await this.service.setClock(wrong);
    await sleep(length);
    await this.service.setClock(0);
    over();
  }

  /** Another program holds the database. */
  async lock(chance) {
    const length = this.someMs(chance, this.spans.locked);
    await this.moment(chance);
    const shell = spawn("sqlite3", [this.service.database], { stdio: ["pipe", "ignore", "ignore"] });
    shell.stdin.on("error", () => {});
    const over = this.chronicle.disturb(`database locked for ${Math.round(length)} ms`);
    shell.stdin.write("PRAGMA busy_timeout = 2000;\nBEGIN IMMEDIATE;\n");
    await sleep(length);
    const ended = once(shell, "exit");
    shell.stdin.end("ROLLBACK;\n");
    await ended;
    over();
  }

  /** Until it works: the database may be locked. */
  async insist(...command) {
    for (;;) {
      try {
        return await this.service.command(...command);
      } catch (failure) {
        this.chronicle.note(`command ${command.slice(0, 3).join(" ")} fails: ${String(failure.stderr ?? failure).trim().slice(0, 200)}`);
        await sleep(300);
      }
    }
  }

  async edit(chance) {
    const profile = chance.pick(this.profiles);
    const message = `${profile.words} (${String.fromCharCode(65 + chance.whole(0, 25))}${chance.whole(10, 99)})`;
    profile.messages.add(message);
    // Without the word on numbers the command line takes the limit away (and a dry run as well).
    await this.insist("profile", "edit", String(profile.id), "--message", message, "--limit-to-one-did");
    this.chronicle.note(`profile ${profile.id} has another message: ${message}`);
  }

  async stopAndRun(chance) {
    const profile = chance.pick(this.profiles);
    const length = chance.between(1000, this.spans.stopped * 1000);
    await this.insist("profile", "stop", String(profile.id));
    const stop = { from: Date.now(), until: Infinity };
    profile.stops.push(stop);
    this.chronicle.note(`profile ${profile.id} is stopped`);
    await sleep(length);
    stop.until = Date.now();
    await this.insist("profile", "run", String(profile.id));
    stop.ranAt = Date.now();
    this.chronicle.note(`profile ${profile.id} runs again`);
  }

  /** Some methods alone fail for a while. */
  async failing(chance, choices) {
    const methods = chance.pick(choices);
    const how = chance.pick(["page", "edge", "reset", "silence", "status", "maintenance"]);
    const length = this.someMs(chance, this.spans.failing);
    const over = this.chronicle.disturb(`${methods.join(" and ")} fail (${how}) for ${Math.round(length)} ms`);
    for (const method of methods) this.weather.failing.set(method, how);
    await sleep(length);
    for (const method of methods) this.weather.failing.delete(method);
    over();
  }

  /** Few requests per minute are allowed, and refused ones count as well. */
  async limit(chance) {
    const length = this.someMs(chance, this.spans.limited);
    this.weather.limitTo(chance.whole(4, 12));
    const over = this.chronicle.disturb(`${this.weather.perMinuteMax} requests a minute are allowed for ${Math.round(length)} ms`);
    await sleep(length);
    this.weather.noLimit();
    over();
  }
}
