// The real program in a hostile world; README.md of the folder above says what is done to it and what is checked.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Chance } from "./chance.mjs";
import { Check } from "./check.mjs";
import { Chronicle } from "./chronicle.mjs";
import { Harm } from "./harm.mjs";
import { People } from "./people.mjs";
import { Phones } from "./phone.mjs";
import { Provider } from "./provider.mjs";
import { Service } from "./service.mjs";
import { story } from "./story.mjs";
import { Weather, handOverMs } from "./weather.mjs";

const perils = [
  "kills", "freezes", "clock", "locks", "edits", "stops", "failing_lists", "outages", "limits", "deletes",
  "texts", "late_lists", "rewording", "lists", "cdr", "late_calls", "stop_words", "by_hand", "strange_ids",
];
const usage = `Usage: node run.mjs [MINUTES [SEED]] [--only PERIL,...] [--without PERIL,...] [--keep]\nPerils: ${perils.join(", ")}`;
const apiPassword = "a-password-that-nobody-may-read";
const storiesMax = 5;
/** A call of so many seconds ago is texted at every time. */
const replyWindow = 180;
/** A start that finds the database locked for longer than five seconds gives up by then, and the supervisor tries again. */
const startGivenUpMs = 10_000;
/** After so many seconds no text is looked for any longer (docs/reliability.md, "Proof of absence"). */
const searchedMax = 3600;
/** A call of so many seconds ago is texted if it is read only now: more than the minute in which the program's rate may be used up. */
const catchUp = 120;
/** So many seconds after the last fault everything is on schedule again (same place, "What must always hold"). */
const backOnScheduleMax = 60;

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string" }, without: { type: "string" }, keep: { type: "boolean" } },
  });
  const list = (text) => (text ? text.split(",") : []);
  const chosen = new Set(values.only ? list(values.only) : perils);
  for (const peril of list(values.without)) chosen.delete(peril);
  const minutes = Number(positionals[0] ?? 15);
  const seed = positionals[1] ?? String(Math.floor(Math.random() * 2 ** 32));
  const known = [...list(values.only), ...list(values.without)].every((peril) => perils.includes(peril));
  if (!(minutes >= 1) || !known || positionals.length > 2) {
    console.error(usage);
    process.exit(2);
  }
  return { minutes, seed, perils: chosen, keep: values.keep };
}

/** The documented settings, shorter by as much as the world is faster where they answer to the provider's spans. */
function settings(url, speed) {
  const seconds = (usual) => `"${(usual * 1000) / speed}ms"`;
  return `[voipms]
base_url = "${url}"
[monitor]
poll_interval = ${seconds(10)}
reply_window = ${seconds(replyWindow)}
catch_up = "${catchUp}s"
poll_timeout = ${seconds(90)}
send_timeout = ${seconds(60)}
[reconcile]
negative_wait = ${seconds(240)}
acceptance_max = ${seconds(180)}
look_gap = ${seconds(30)}
[limits]
texts_per_day = 100000
`;
}

const accounts = [
  { email: "anna@business.example", password: apiPassword, numbers: [{ did: "4165550100", mms: true }] },
  { email: "bruno@business.example", password: apiPassword, numbers: [{ did: "5145550101", mms: true }, { did: "5145550102", mms: false }] },
  { email: "clara@business.example", password: apiPassword, numbers: [{ did: "8195550103", mms: true }] },
];

/** What owners want: a plain SMS, accents, quotation marks, and a text that is too long for an SMS. */
function owners() {
  const profile = (account, did, words) => ({ account, did, words, messages: new Set([words]), stops: [] });
  return [
    profile("anna@business.example", "4165550100", "Sorry we missed your call. Text us here or call again"),
    profile("bruno@business.example", "5145550101", "Désolés d'avoir manqué votre appel — écrivez-nous à ce numéro"),
    profile("bruno@business.example", "5145550102", "We missed you! \"Today's\" hours are 9 & 5, <call> again"),
    profile("clara@business.example", "8195550103", `Sorry that nobody could pick up. ${"We are with other customers and will be with you as soon as we can. ".repeat(3)}`.trim()),
  ];
}

async function addProfiles(service, profiles, folder) {
  const file = join(folder, "api-password");
  await writeFile(file, apiPassword, { mode: 0o600 });
  for (const profile of profiles) {
    const said = await service.command("profile", "add", "--account", profile.account, "--api-password-file", file, "--did", profile.did, "--limit-to-one-did", "--call-duration", "10", "--message", profile.words, "--run");
    profile.id = Number(/Profile (\d+) is added/.exec(said)[1]);
  }
}

/** Until the ledger has every caller and no text is open, or it takes too long. */
async function settle(service, people, untilAt) {
  const open = ["reserved", "sending", "unknown"];
  while (Date.now() < untilAt) {
    const ledger = await service.calls();
    const callers = new Set(ledger.map((row) => row.caller));
    const recorded = people.calls.every(({ caller, kind }) => kind === "withheld" || callers.has(caller));
    if (recorded && !ledger.some((row) => open.includes(row.reply?.state))) return;
    await sleep(1000);
  }
}

async function main() {
  const { minutes, seed, perils: chosen, keep } = options();
  const short = minutes < 5;
  const speed = short ? 20 : 10;
  const harmSeconds = Math.max(minutes * 60 - backOnScheduleMax - 10, 20);
  console.log(`black_box: ${minutes} minutes, seed ${seed}, world ${speed} times as fast, perils: ${[...chosen].join(", ")}`);

  const folder = await mkdtemp(join(tmpdir(), "sms-notifier-black-box-"));
  const chance = new Chance(seed);
  const chronicle = new Chronicle();
  const phones = new Phones(chronicle);
  const weather = new Weather({ chance: chance.of("weather"), chronicle, speed, perils: chosen });
  const provider = new Provider({ accounts, weather, phones, chronicle, chance: chance.of("provider") });
  await provider.listen();
  const service = new Service({ programs: process.env.PROGRAMS ?? "build/release/bin", folder, settings: settings(provider.url, speed), clockJumps: chosen.has("clock"), chronicle });
  const profiles = owners();
  const people = new People({ provider, weather, chronicle, chance: chance.of("people"), profiles, perils: chosen });
  const lateness = monitorEventLoopDelay();
  let good = false;
  try {
    await service.prepare();
    await addProfiles(service, profiles, folder);
    service.start();
    lateness.enable();
    const harm = new Harm({ service, provider, weather, people, profiles, chronicle, chance: chance.of("harm"), perils: chosen, short });
    const end = Date.now() + harmSeconds * 1000;
    await Promise.all([people.callEvery(short ? 800 : 1500, end), harm.doUntil(end)]);
    weather.clearUp();
    chronicle.note("the harm is over");
    const quietAt = Date.now();
    await sleep(backOnScheduleMax * 1000);
    await settle(service, people, quietAt + backOnScheduleMax * 1000 + weather.ms(searchedMax));
    const settledAfter = ((Date.now() - quietAt) / 1000).toFixed(0);
    people.callEverybody();
    await settle(service, people, Date.now() + catchUp * 1000);
    await sleep(2000); // what may be on its way would be a text too many
    lateness.disable();
    await service.end("SIGTERM");

    const check = new Check({ people, phones, provider, profiles, chronicle, ledger: await service.calls(), details: await service.details(), replyWindowMs: weather.ms(replyWindow), catchUpMs: catchUp * 1000 });
    const logLines = await service.logLines();
    const broken = check.broken();
    for (const { how, startedAt, at } of service.deaths) {
      const startGivenUp = how === "exit code 1" && at - startedAt < startGivenUpMs && chronicle.disturbedBetween(startedAt, at, "database locked");
      if (!startGivenUp) broken.push({ what: `the service ended by itself: ${how} at ${chronicle.clock(at)}` });
    }
    if (logLines.some((line) => line.includes(apiPassword))) broken.push({ what: "the log has the API password" });
    const lateMostMs = Math.round(lateness.max / 1e6);
    const figures = { ...check.figures(), starts: service.starts, harm: harm.figures, requests: provider.counts, settledAfter: `${settledAfter} s`, lateMs: { "99.9 %": Math.round(lateness.percentile(99.9) / 1e6), most: lateMostMs } };
    console.log(`black_box: ${JSON.stringify(figures)}`);
    if (lateMostMs > handOverMs) console.log(`black_box: the pretend VoIP.ms was up to ${lateMostMs} ms late, so what is broken may be its own doing: give it a less busy machine`);
    for (const { caller, what } of broken) console.log(`BROKEN: ${caller ?? "everybody"} ${what}`);
    const callers = [...new Set(broken.map(({ caller }) => caller).filter(Boolean))];
    for (const caller of callers.slice(0, storiesMax)) console.log(`\n${story(caller, { chronicle, check, logLines })}`);
    good = broken.length === 0;
    console.log(`black_box: ${good ? "every promise kept" : `${broken.length} promises broken`} (seed ${seed}, ${((Date.now() - chronicle.started) / 1000).toFixed(0)} s)`);
  } finally {
    await service.end("SIGKILL");
    await provider.close();
    if (good && !keep) await rm(folder, { recursive: true, force: true });
    else console.log(`black_box: ledger and log are in ${folder}`);
  }
  process.exit(good ? 0 : 1);
}

await main();
