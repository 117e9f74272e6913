// What goes wrong at the provider and on the way to it. Spans are those of the real provider (docs/provider), in seconds, and go
// by `speed` times faster.

const acceptanceMax = 180; // seconds that a text may take to be accepted
const listsLateMax = 239; // seconds that a list may be late
/** What our own two processes may take to hand over a request; kept off the longest acceptance. */
const handOverMs = 1000;

const edgePages = [
  { code: 522, body: "error code: 522" },
  { code: 524, body: "error code: 524" },
  { code: 502, body: "<html><head><title>502 Bad Gateway</title></head><body></body></html>" },
  { code: 200, body: "<html><body>Please wait while we check your browser.</body></html>" },
];
const ownError = { code: 500, body: "<html><body>Internal Server Error</body></html>" };

/** What lists do to a text (docs/provider/texts.md, and docs/reliability.md on plain ASCII and cut ends). */
const rewordings = {
  asItIs: (body) => body,
  urlEncoded: (body) => encodeURIComponent(body),
  backslashes: (body) => body.replaceAll(/(['"\\])/g, "\\$1"),
  entities: (body) => body.replaceAll("&", "&amp;").replaceAll("'", "&#039;").replaceAll('"', "&quot;").replaceAll("<", "&lt;"),
  plainAscii: (body) => body.normalize("NFD").replaceAll(/[\u0300-\u036f]/g, "").replaceAll(/[‘’]/g, "'").replaceAll("—", "-").replaceAll(/[^\x20-\x7e\n]/g, ""),
  cut: (body) => body.slice(0, 40),
};

export class Weather {
  constructor({ chance, chronicle, speed, perils }) {
    this.chance = chance;
    this.chronicle = chronicle;
    this.speed = speed;
    this.perils = perils;
    this.landlines = new Set();
    this.requests = new Map();
    this.asked = new Map();
    /** Methods that fail now: method -> how. */
    this.failing = new Map();
    /** Requests that an account may make in a minute by the clock. */
    this.perMinuteMax = Infinity;
    this.calm = false;
  }

  /** Seconds of the real provider, as milliseconds of this world. */
  ms(seconds) {
    return (seconds * 1000) / this.speed;
  }

  /** From now on everything goes well. */
  clearUp() {
    this.calm = true;
    this.failing.clear();
    this.noLimit();
  }

  isLandline(number) {
    return this.landlines.has(number);
  }

  /**
   * Allows few requests a minute from now on. That minute is one by the clock, with as many more requests as the world is faster:
   * the program finds its rate out in minutes that no setting shortens, and would keep for a minute what was meant for seconds. */
  limitTo(perMinute) {
    this.perMinuteMax = perMinute * this.speed;
  }

  noLimit() {
    this.perMinuteMax = Infinity;
  }

  /** Why the provider does not even look at the request; refused ones count as well. */
  refusal(account, method) {
    const now = Date.now();
    const lately = (this.requests.get(account.email) ?? []).filter((at) => at > now - 60_000);
    lately.push(now);
    this.requests.set(account.email, lately);
    if (lately.length > this.perMinuteMax) return "api_limit_exceeded";
    if (this.failing.get(method) === "maintenance") return "method_maintenance";
    return null;
  }

  /** What becomes of a question. */
  question(account, method) {
    const question = `${method} of ${account.email}`;
    const chance = this.chance.of(`${question} no. ${this.countOf(question)}`);
    const slow = { after: this.ms(chance.between(0.2, 2)) };
    if (this.calm) return { ...slow, how: "answer" };
    const failing = this.failing.get(method);
    if (failing && failing !== "maintenance") return this.failure(chance, failing);
    const trouble = method === "getCDR" ? "cdr" : "lists";
    if (this.perils.has(trouble) && chance.happens(0.06)) return this.failure(chance, chance.pick(["page", "edge", "reset", "silence", "cut", "status"]));
    if (this.perils.has(trouble) && chance.happens(0.1)) slow.after = this.ms(chance.between(5, 60));
    return { ...slow, how: "answer" };
  }

  failure(chance, how) {
    const after = this.ms(chance.between(0.2, 20));
    switch (how) {
      case "page":
        return { after, how: "page", ...ownError };
      case "edge":
        return { after, how: "page", ...chance.pick(edgePages) };
      case "status":
        return { after, how: "status", word: chance.pick(["unavailable_info", "provider_outofservice", "some_new_word"]) };
      default:
        return { after, how };
    }
  }

  countOf(name) {
    const count = (this.asked.get(name) ?? 0) + 1;
    this.asked.set(name, count);
    return count;
  }

  /** What becomes of a request for a text, by its caller and how often it was asked for. */
  text(method, caller) {
    const chance = this.chance.of(`text to ${caller} no. ${this.countOf(caller)}`);
    const hard = this.perils.has("texts") && !this.calm;
    const late = this.perils.has("late_lists") && !this.calm;
    const longest = this.ms(acceptanceMax) - handOverMs;
    const usual = {
      effect: true,
      processing: hard && chance.happens(0.15) ? chance.between(0, longest) : this.ms(chance.between(0.1, 2)),
      listedAfter: late ? chance.delay(this.ms(listsLateMax)) : this.ms(chance.between(0, 2)),
      listedAs: rewordings[this.perils.has("rewording") ? chance.pick(Object.keys(rewordings)) : "asItIs"],
    };
    const outage = { page: "500", edge: "page of the edge", reset: "request lost", silence: "no answer", status: "new word" }[this.failing.get(method)];
    const name = outage ?? (hard ? chance.weighted({ taken: 50, "request lost": 8, "answer lost": 8, "no answer": 4, "500": 6, "page of the edge": 8, sms_failed: 4, "answer cut": 3, "without an id": 2, replayed: 5, "new word": 2 }) : "taken");
    const soon = this.ms(chance.between(0.2, 20));
    const effect = name === "request lost" ? false : chance.happens(0.5);
    // VoIP.ms has taken a text by the time of its own answer; one of the edge, or none, says nothing about when.
    const byItself = { ...usual, effect, name, after: usual.processing };
    const early = { ...usual, effect, name, after: Math.min(soon, usual.processing) };
    switch (name) {
      case "taken":
        return { ...usual, name, after: usual.processing, how: "answer" };
      case "request lost":
        return { ...early, how: chance.pick(["reset", "silence"]) };
      case "answer lost":
        return { ...early, effect: true, how: "reset" };
      case "no answer":
        return { ...early, effect: !outage, how: "silence" };
      case "500":
        return { ...byItself, how: "page", ...ownError };
      case "page of the edge":
        return { ...early, how: "page", ...chance.pick(edgePages) };
      case "sms_failed":
        return { ...byItself, how: "status", word: "sms_failed" };
      case "new word":
        return { ...byItself, how: "status", word: "queue_postponed" };
      case "answer cut":
        return { ...byItself, effect: true, how: "cut" };
      case "without an id":
        return { ...byItself, withoutId: true, how: "answer" };
      case "replayed":
        return { ...byItself, replayed: this.perils.has("strange_ids") && chance.happens(0.5) ? "any" : "known", how: "answer" };
      default:
        throw new Error(`no such fate: ${name}`);
    }
  }
}

export { handOverMs };
