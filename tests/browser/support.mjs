// The real programs and a real browser, for the tests of the pages.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const programs = process.env.PROGRAMS;
const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const account = "demo@example.test";
export const apiPassword = "demo-api-password";
export const did = "4165550100";
export const patience = Number(process.env.PATIENCE ?? 60_000); // milliseconds; only failing tests wait so long

/** Starts a program and waits until it prints a line that fits; gives what the pattern captured. */
async function start(name, args, environment, pattern) {
  const child = spawn(join(programs, name), args, { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stderr.on("data", (data) => (errors += data));
  const found = await new Promise((resolve, reject) => {
    child.stdout.on("data", (data) => {
      output += data;
      const match = output.match(pattern);
      if (match) resolve(match);
    });
    child.on("exit", (code) => reject(new Error(`${name} ended with ${code}: ${output}${errors}`)));
  });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const end = async (signal) => {
    child.kill(signal);
    await ended;
  };
  return {
    found,
    output: () => output,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    /** Stops turning without ending, and goes on. */
    freeze: () => child.kill("SIGSTOP"),
    thaw: () => child.kill("SIGCONT"),
  };
}

/** Runs the program to its end. */
async function run(args, environment, input = "") {
  const child = spawn(join(programs, "sms-notifier"), args, { env: { ...process.env, ...environment } });
  let output = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  child.stdin.end(input);
  const code = await new Promise((resolve) => child.on("exit", resolve));
  if (code !== 0) throw new Error(`sms-notifier ${args.join(" ")}: ${output}`);
  return output;
}

/** A simulator, a service beside it on a folder of its own, and a browser. */
export class World {
  static async create(environment = {}, simulatorOptions = []) {
    const world = new World();
    world.folder = await mkdtemp(join(tmpdir(), "sms-notifier-browser-"));
    world.simulator = await start("voipms-simulator", ["--listen", "127.0.0.1:0", ...simulatorOptions], {}, /listening on (http:\S+)/);
    world.simulatorUrl = world.simulator.found[1];
    world.environment = {
      SMS_NOTIFIER_VOIPMS_BASE_URL: `${world.simulatorUrl}/api/v1/rest.php`,
      SMS_NOTIFIER_MONITOR_POLL_INTERVAL: "300ms",
      SMS_NOTIFIER_RECONCILE_NEGATIVE_WAIT: "3s",
      SMS_NOTIFIER_RECONCILE_ACCEPTANCE_MAX: "1s",
      SMS_NOTIFIER_RECONCILE_LOOK_GAP: "500ms",
      ...environment,
    };
    try {
      world.browser = await chromium.launch({
        executablePath: chromiumPath,
        args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
      });
    } catch (failure) {
      await world.close(); // a program that is left running keeps the test from ending
      throw failure;
    }
    return world;
  }

  /** With the user anna, a running profile and the service at work. */
  static async atWork(environment) {
    const world = await World.create(environment);
    await world.addUser();
    await world.addProfile();
    await world.serve();
    return world;
  }

  data = () => join(this.folder, "data");

  /** Starts the service; `extra` are further arguments. */
  async serve(extra = [], listen = "127.0.0.1:0") {
    this.service = await start(
      "sms-notifier",
      ["serve", "--data", this.data(), "--listen", listen, ...extra],
      this.environment,
      /listens on (http:\S+)\n/,
    );
    this.url = this.service.found[1];
  }

  /** Starts it again where it was. */
  async serveAgain() {
    await this.serve([], new URL(this.url).host);
  }

  async cli(args, input) {
    return run([...args, "--data", this.data()], this.environment, input);
  }

  async addUser(name = "anna", password = "correct horse") {
    await this.cli(["user", "add", name, "--password-file", "-"], password);
  }

  async addProfile(more = ["--run"], message = "Sorry we missed you.") {
    const file = join(this.folder, "api-password");
    await writeFile(file, apiPassword);
    await this.cli(["profile", "add", "--account", account, "--api-password-file", file, "--did", did, "--call-duration", "10", "--message", message, ...more]);
  }

  /** A browser of its own, logged in unless told otherwise. */
  async page(options = {}, loggedIn = true) {
    const context = await this.browser.newContext({ locale: "en-CA", ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    if (loggedIn) {
      await this.logIn(page);
      await page.waitForURL(`${this.url}/`);
    }
    return page;
  }

  async logIn(page, name = "anna", password = "correct horse") {
    await page.goto(`${this.url}/login`);
    await page.locator("input[name=username]").fill(name);
    await page.locator("input[name=password]").fill(password);
    await page.locator("form button.primary").click();
  }

  /** A missed call, listed at once. */
  async call(caller, fields = {}) {
    await this.control("POST", "calls", { account, caller, ...fields });
  }

  async texts() {
    return this.control("GET", "texts");
  }

  /** How often calls were asked for. */
  async polls() {
    return (await this.control("GET", `requests?account=${account}`)).counts.getCDR ?? 0;
  }

  async control(method, path, body) {
    const answer = await fetch(`${this.simulatorUrl}/control/${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });
    if (!answer.ok) throw new Error(`the simulator refused ${path}: ${await answer.text()}`);
    const text = await answer.text();
    return text === "" ? null : JSON.parse(text);
  }

  async close() {
    await this.browser?.close();
    await this.service?.stop();
    await this.simulator?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Waits until it holds. */
export async function eventually(what, holds) {
  const deadline = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`this never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
