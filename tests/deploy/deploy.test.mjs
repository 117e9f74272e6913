// The files of /deploy, tried out: nginx in front with TLS, and the systemd unit's locks.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import https from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { World, eventually } from "../browser/support.mjs";

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const name = "sms.example.com";
let world;
let folder;
let nginx;
let port;
let authority;

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: free } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return free;
}

/** A throw-away authority, and a certificate of its for the site. */
async function makeCertificates() {
  const openssl = (...args) => run("openssl", args, { cwd: folder });
  await openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=Throw-away authority", "-keyout", "ca.key", "-out", "ca.pem");
  await openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", `/CN=${name}`, "-keyout", "site.key", "-out", "site.csr");
  await writeFile(join(folder, "site.ext"), `subjectAltName=DNS:${name}\n`);
  await openssl("x509", "-req", "-in", "site.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "1", "-extfile", "site.ext", "-out", "site.pem");
  authority = await readFile(join(folder, "ca.pem"));
}

/** The site as it is in /deploy, with the marked places filled in. */
async function writeSite() {
  const plain = await freePort();
  port = await freePort();
  const site = (await readFile(join(root, "deploy", "nginx.conf"), "utf8"))
    .replaceAll(/listen 80;/g, `listen 127.0.0.1:${plain};`)
    .replaceAll(/listen 443 ssl http2;/g, `listen 127.0.0.1:${port} ssl http2;`)
    .replaceAll(/^\s*listen \[::\].*$/gm, "")
    .replaceAll(/ssl_certificate .*;/g, `ssl_certificate ${folder}/site.pem;`)
    .replaceAll(/ssl_certificate_key .*;/g, `ssl_certificate_key ${folder}/site.key;`)
    .replaceAll("http://127.0.0.1:8000", world.url);
  await writeFile(
    join(folder, "nginx.conf"),
    `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; events {}\n` +
      `http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; ` +
      `fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;\n${site}\n}`,
  );
}

function request(method, path, { headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = https.request({ host: "127.0.0.1", port, servername: name, ca: authority, method, path, headers: { Host: name, ...headers } }, (answer) => {
      let text = "";
      answer.on("data", (data) => (text += data));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function logIn(headers = {}) {
  const answer = await request("POST", "/login", {
    headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: `https://${name}`, ...headers },
    body: "username=anna&password=correct+horse",
  });
  return { answer, cookie: answer.headers["set-cookie"]?.[0] ?? "" };
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "sms-notifier-deploy-"));
  world = await World.atWork({ SMS_NOTIFIER_SERVER_PUBLIC_URL: `https://${name}` });
  await makeCertificates();
  await writeSite();
  nginx = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")], { stdio: "inherit" });
  await eventually("nginx answers", async () => (await request("GET", "/healthz").catch(() => null))?.status === 200);
});
after(async () => {
  if (nginx) {
    const ended = new Promise((resolve) => nginx.on("exit", resolve));
    nginx.kill("SIGTERM");
    await ended;
  }
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

test("behind nginx cookies are for TLS only, and browsers are told to stay with it", async () => {
  const { answer, cookie } = await logIn();
  assert.equal(answer.status, 303);
  assert.match(cookie, /^__Host-sms_session_[0-9a-f]{12}=.*; HttpOnly; SameSite=Lax; Secure$/);
  assert.ok(answer.headers["strict-transport-security"]);
});

test("the visitor's address is the one that nginx sees, whatever the visitor claims", async () => {
  const { cookie } = await logIn({ "X-Forwarded-For": "203.0.113.66" });
  const page = await request("GET", "/audit/", { headers: { Cookie: cookie.split(";")[0] } });
  assert.match(page.text, /127\.0\.0\.1/);
  assert.doesNotMatch(page.text, /203\.0\.113\.66/);
});

test("live updates come through as they happen", async () => {
  const { cookie } = await logIn();
  let text = "";
  const stream = https.request({ host: "127.0.0.1", port, servername: name, ca: authority, path: "/events", headers: { Host: name, Cookie: cookie.split(";")[0] } }, (answer) => {
    answer.on("data", (data) => (text += data));
    answer.on("error", () => {});
  });
  stream.on("error", () => {});
  stream.end();
  await eventually("the stream opens", () => text.includes("retry:"));
  await world.call("5551234567");
  await eventually("a change is told", () => text.includes("event: changed"));
  stream.destroy();
});

test("a request that is too long is refused by nginx", async () => {
  const answer = await request("POST", "/login", { body: "x".repeat(100_000) });
  assert.equal(answer.status, 413);
});

test("the systemd unit is sound, and exposes no more than 2.0", async () => {
  const unit = join(root, "deploy", "sms-notifier.service");
  const { stdout } = await run("systemd-analyze", ["security", "--offline=true", "--no-pager", unit]);
  const exposure = Number(stdout.match(/Overall exposure level for .*: ([\d.]+)/)[1]);
  assert.ok(exposure <= 2.0, `exposure ${exposure}`);
});

test("the unit asks for what the service tells systemd, and lets it tell", async () => {
  const unit = await readFile(join(root, "deploy", "sms-notifier.service"), "utf8");
  assert.match(unit, /^Type=notify$/m);
  assert.match(unit, /^RestrictAddressFamilies=.*\bAF_UNIX\b/m);
  const seconds = Number(unit.match(/^WatchdogSec=(\d+)$/m)[1]);
  assert.ok(seconds > 10, "longer than what /readyz calls a hang");
});

test("the service needs no system call that the unit forbids", async () => {
  const group = async (word) => {
    const { stdout } = await run("systemd-analyze", ["syscall-filter", "--no-pager", word]);
    return stdout.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  };
  const expand = async (word, seen = new Set()) => {
    for (const entry of (await group(word)).slice(1)) {
      if (entry.startsWith("@")) await expand(entry, seen);
      else seen.add(entry);
    }
    return seen;
  };
  const allowed = await expand("@system-service");
  for (const word of ["@privileged", "@resources"]) for (const call of await expand(word)) allowed.delete(call);

  const trace = join(folder, "calls");
  const data = join(folder, "data");
  const service = spawn("strace", ["-f", "-qq", "-o", trace, join(process.env.PROGRAMS, "sms-notifier"), "serve", "--data", data, "--listen", "127.0.0.1:0"], {
    env: { ...process.env, ...world.environment, NOTIFY_SOCKET: join(folder, "notify") },
  });
  const ended = new Promise((resolve) => service.on("exit", resolve));
  try {
    let output = "";
    service.stdout.on("data", (chunk) => (output += chunk));
    await eventually("the traced service listens", () => output.includes("listens on"));
    const url = output.match(/listens on (http:\S+)/)[1];
    // It listens while it still starts, and each traced system call costs it time.
    await eventually("the traced service is ready", async () => (await fetch(`${url}/readyz`)).status === 200);
    await fetch(`${url}/login`, { method: "POST", body: new URLSearchParams({ username: "anna", password: "x" }) });
  } finally {
    // A service that is left running keeps this file from ending.
    await run("pkill", ["-TERM", "-P", String(service.pid)]).catch(() => service.kill());
    await ended;
  }
  const used = new Set([...(await readFile(trace, "utf8")).matchAll(/^\d+ +(\w+)\(/gm)].map(([, call]) => call));
  used.delete("execve"); // by strace, as by systemd before the filter is in force
  used.delete("fchown"); // SQLite hands its files to the folder's owner, but only as root, which the unit is not
  assert.ok(used.size > 20);
  assert.deepEqual([...used].filter((call) => !allowed.has(call)), []);
});
