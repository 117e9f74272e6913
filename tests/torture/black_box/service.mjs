// The program under test, as a user runs it: `serve` on a folder of its own, and the command line beside it.
import { execFile, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { constants, mkdir, readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

export class Service {
  constructor({ programs, folder, settings, clockJumps, chronicle }) {
    this.binary = join(programs, "sms-notifier");
    this.wrongClock = join(programs, "libwrong_clock.so");
    this.folder = folder;
    this.data = join(folder, "data");
    this.database = join(this.data, "sms-notifier.db");
    this.logFile = join(folder, "service.log");
    this.clockFile = join(folder, "clock");
    this.settings = settings;
    this.clockJumps = clockJumps;
    this.chronicle = chronicle;
    this.child = null;
    this.starts = 0;
    /** Ends that nobody asked for: { how, startedAt, at }. */
    this.deaths = [];
    /** Whether it is to run: a supervisor starts it again when it ends by itself. */
    this.wanted = false;
  }

  async prepare() {
    await mkdir(this.data, { recursive: true, mode: 0o700 });
    await writeFile(join(this.folder, "settings.toml"), this.settings);
    this.log = createWriteStream(this.logFile, { flags: "a" });
    await this.setClock(0);
    this.environment = this.clockJumps ? { ...process.env, LD_PRELOAD: this.wrongClock, WRONG_CLOCK: this.clockFile } : process.env;
  }

  /** Sets the machine's clock on the wall wrong by so many seconds, in the file that the preloaded library has mapped. */
  async setClock(seconds) {
    const content = Buffer.alloc(8);
    content.writeBigInt64LE(BigInt(seconds));
    await writeFile(this.clockFile, content, { flag: constants.O_WRONLY | constants.O_CREAT });
  }

  arguments(...command) {
    return [...command, "--data", this.data, "--config", join(this.folder, "settings.toml")];
  }

  /** Runs a command to its end; what it printed. */
  async command(...command) {
    const { stdout } = await execute(this.binary, this.arguments(...command), { env: this.environment, maxBuffer: 2 ** 28 });
    return stdout;
  }

  start() {
    if (this.child) return;
    this.wanted = true;
    ++this.starts;
    this.chronicle.note("the service is started");
    const startedAt = Date.now();
    const child = spawn(this.binary, this.arguments("serve", "--listen", "127.0.0.1:0"), { env: this.environment, stdio: ["ignore", "ignore", "pipe"] });
    child.stderr.pipe(this.log, { end: false });
    child.on("exit", (code, signal) => {
      if (this.child === child) this.child = null;
      if (child.endedByUs) return;
      const how = signal ?? `exit code ${code}`;
      this.chronicle.note(`the service ends by itself: ${how}`);
      this.deaths.push({ how, startedAt, at: Date.now() });
      setTimeout(() => this.wanted && this.start(), 500);
    });
    this.child = child;
  }

  async end(signal) {
    const child = this.child;
    if (!child) return;
    this.wanted = false;
    child.endedByUs = true;
    this.child = null;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  /** Stops turning without ending. */
  freeze() {
    this.child?.kill("SIGSTOP");
  }

  thaw() {
    this.child?.kill("SIGCONT");
  }

  async calls() {
    return JSON.parse(await this.command("calls", "--json", "--limit", "1000000"));
  }

  /** What the command line does not show: which call records make a call, what a text says, and its intents. */
  async details() {
    const query = async (sql) => JSON.parse((await execute("sqlite3", ["-readonly", "-json", "-cmd", ".timeout 5000", this.database, sql], { maxBuffer: 2 ** 28 })).stdout || "[]");
    return {
      legs: await query("SELECT leg_key, call_id FROM legs"),
      replies: await query("SELECT id, call_id, body, kind FROM replies"),
      attempts: await query("SELECT r.call_id, a.n, a.sending_at / 1000 AS sending_at, a.outcome, a.evidence FROM attempts a JOIN replies r ON r.id = a.reply_id ORDER BY r.id, a.n"),
    };
  }

  async logLines() {
    return (await readFile(this.logFile, "utf8")).split("\n");
  }
}
