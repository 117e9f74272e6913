// The ledger against the phones, when everything is settled. Each promise gives what breaks it: { caller, what }.

/** An intent may be so old when its first byte leaves (docs/reliability.md, "The send protocol"), and a little for the way. */
const intentAgeMs = 12_000 + 1000;
/** A text may go for so long after its call was decided, at least; all that holds it back when nothing is wrong is over before. */
const mayGoMs = 60_000;
const settled = ["sent", "rejected", "cancelled", "expired", "uncertain"];

export class Check {
  /** A call that is read within `replyWindowMs` gets a text; one that is read after `catchUpMs` gets none. */
  constructor({ people, phones, provider, profiles, chronicle, ledger, details, replyWindowMs, catchUpMs }) {
    Object.assign(this, { people, phones, provider, profiles, chronicle, ledger, replyWindowMs, catchUpMs });
    this.bodies = new Map(details.replies.map((reply) => [reply.call_id, reply.body]));
    this.attempts = groupBy(details.attempts, (attempt) => attempt.call_id);
    this.rowById = new Map(ledger.map((row) => [row.id, row]));
    this.callOf = new Map(details.legs.map((leg) => [leg.leg_key, leg.call_id]));
    this.rows = groupBy(ledger, (row) => `${row.did} ${row.caller}`);
  }

  broken() {
    return [
      ...this.twice(),
      ...this.notRecorded(),
      ...this.open(),
      ...this.notTextedAfterwards(),
      ...this.withoutReason(),
      ...this.sentWithoutText(),
      ...this.textWithoutSent(),
      ...this.textAfterWord(),
      ...this.textAfterProfileStop(),
    ];
  }

  rowsOf(did, caller) {
    return this.rows.get(`${did} ${caller}`) ?? [];
  }

  twice() {
    const byCaller = groupBy(this.phones.arrivals.filter((text) => !text.byHand), (text) => `${text.did} ${text.contact}`);
    return [...byCaller.values()]
      .filter((texts) => texts.length > 1)
      .map((texts) => ({ caller: texts[0].contact, what: `was texted ${texts.length} times: ${texts.map((text) => `${text.kind} ${text.id}`).join(", ")}` }));
  }

  /** The ledger's row of a row of the call records. */
  rowOf(uniqueid) {
    return this.rowById.get(this.callOf.get(uniqueid));
  }

  notRecorded() {
    const broken = [];
    const recorded = new Set();
    for (const { uniqueids, caller, did, kind } of this.people.calls) {
      for (const uniqueid of uniqueids) {
        const row = this.rowOf(uniqueid);
        recorded.add(row);
        const says = `called ${did} (${kind}, no. ${uniqueid} of the call records)`;
        if (!row) broken.push({ caller, what: `${says}, and the ledger has no decision of it` });
        else if (row.did !== did || row.caller !== (kind === "withheld" ? "anonymous" : caller)) broken.push({ caller, what: `${says}, which the ledger has as a call of ${row.caller} to ${row.did}` });
      }
    }
    for (const row of this.ledger.filter((one) => !recorded.has(one))) broken.push({ caller: row.caller, what: `is in the ledger with a call of ${row.called_at} that nobody made` });
    return broken;
  }

  isOpen({ reply }) {
    return reply && !settled.includes(reply.state);
  }

  open() {
    return this.ledger
      .filter((row) => this.isOpen(row))
      .map((row) => ({ caller: row.caller, what: `has a text that is still ${row.reply.state}` }));
  }

  notTextedAfterwards() {
    const calls = this.people.calls.filter((call) => call.kind === "afterwards" && this.phones.from(call.did, call.caller).length === 0);
    return calls.map(({ caller, did }) => ({ caller, what: `called ${did} when all had been well for a minute, and got no text` }));
  }

  /** What a call that was due a text got instead of it, where nothing explains that. */
  withoutReason() {
    const { chronicle, replyWindowMs, catchUpMs } = this;
    const broken = [];
    for (const call of this.due()) {
      const row = this.rowOf(call.uniqueids[0]);
      if (!row) continue;
      const profileStopped = this.profileOf(call).stops.some((stop) => stop.ranAt >= call.visibleAt);
      const readInTime = call.shownAt.some((at) => at + 3000 < call.startedAt + replyWindowMs && !chronicle.disturbedBetween(at - 500, at + 3000));
      const handedIn = this.provider.handedIn.some(({ did, contact }) => did === call.did && contact === call.caller);
      const disturbed = chronicle.disturbedBetween(call.visibleAt - mayGoMs, call.visibleAt + catchUpMs + mayGoMs);
      const explained = {
        too_old: !readInTime,
        other_did: profileStopped,
        cancelled: profileStopped,
        expired: handedIn || disturbed,
        sent: true,
        uncertain: true,
      };
      const fate = row.reply?.state ?? row.decision;
      if (!explained[fate] && !this.isOpen(row)) broken.push({ caller: call.caller, what: `called ${call.did} and was due a text, and the ledger says ${fate}${row.reply?.evidence ? ` (${row.reply.evidence})` : ""}, which nothing explains` });
    }
    return broken;
  }

  sentWithoutText() {
    const broken = [];
    for (const row of this.ledger.filter((one) => one.reply?.state === "sent")) {
      const { kind, provider_id: id } = row.reply;
      const text = this.phones.arrivals.find((one) => one.kind === kind && one.id === id);
      const says = `sent as ${kind} ${id}`;
      if (!text) broken.push({ caller: row.caller, what: `${says}, which reached no phone` });
      else if (text.byHand) broken.push({ caller: row.caller, what: `${says}, which a person sent by hand` });
      else if (text.contact !== row.caller || text.did !== row.did) broken.push({ caller: row.caller, what: `${says}, which went from ${text.did} to ${text.contact}` });
      else if (text.body !== this.bodies.get(row.id)) broken.push({ caller: row.caller, what: `${says}, which says "${text.body}" and not "${this.bodies.get(row.id)}"` });
      else if (!this.profiles.some((profile) => profile.did === row.did && profile.messages.has(text.body))) broken.push({ caller: row.caller, what: `${says} in words that no profile had: "${text.body}"` });
      if (this.ledger.some((other) => other !== row && other.reply?.provider_id === id && other.reply.kind === kind)) broken.push({ caller: row.caller, what: `${says}, and so is another text` });
    }
    for (const row of this.ledger.filter((one) => one.reply?.state === "uncertain" && !one.reply.evidence)) broken.push({ caller: row.caller, what: "is uncertain without evidence" });
    return broken;
  }

  textWithoutSent() {
    return this.phones.arrivals
      .filter((text) => !text.byHand)
      .filter((text) => !this.rowsOf(text.did, text.contact).some(({ reply }) => reply?.state === "uncertain" || (reply?.state === "sent" && reply.kind === text.kind && reply.provider_id === text.id)))
      .map((text) => {
        const rows = this.rowsOf(text.did, text.contact).map((row) => row.reply?.state ?? row.decision);
        return { caller: text.contact, what: `got ${text.kind} ${text.id}, of which the ledger says: ${rows.join(", ") || "nothing"}` };
      });
  }

  /** Who asked for no more texts, or was spoken with, and the service read so, gets none that is begun afterwards. */
  textAfterWord() {
    const calledOnce = (caller) => this.people.calls.filter((call) => call.caller === caller).length === 1;
    const words = [
      ...this.people.stops.map(({ call, text }) => ({ caller: call.caller, said: "asked for no more texts", shownAt: text.shownAt })),
      ...this.people.calls.filter((call) => call.answered && calledOnce(call.caller)).map(({ caller, answered }) => ({ caller, said: "was picked up elsewhere", shownAt: answered.shownAt })),
    ];
    const calm = (from, until) => !this.chronicle.disturbedBetween(from, until);
    const broken = [];
    for (const { caller, said, shownAt } of words) {
      const told = shownAt.find((at) => calm(at - 500, at + 3000));
      if (told === undefined) continue;
      const later = this.provider.handedIn.find((one) => one.contact === caller && one.at > told + 3000 && (one.at > told + intentAgeMs || calm(told - intentAgeMs, one.at)));
      if (later) broken.push({ caller, what: `${said}, which the service read at ${this.chronicle.clock(told)}, and a text was handed in at ${this.chronicle.clock(later.at)}` });
    }
    return broken;
  }

  /** After `profile stop` has returned no text is begun. */
  textAfterProfileStop() {
    const broken = [];
    const begun = (request, stop) => {
      const intents = this.rowsOf(request.did, request.contact).flatMap((row) => this.attempts.get(row.id) ?? []);
      const rightClock = !this.chronicle.disturbedBetween(stop.from - 60_000, request.at, "clock");
      return rightClock && intents.some((intent) => intent.sending_at > stop.from + 50 && intent.sending_at <= request.at);
    };
    for (const profile of this.profiles) {
      for (const stop of profile.stops) {
        const during = this.provider.handedIn.filter((request) => request.did === profile.did && request.at > stop.from && request.at < stop.until);
        for (const request of during) {
          if (request.at > stop.from + intentAgeMs || begun(request, stop)) broken.push({ caller: request.contact, what: `was texted at ${this.chronicle.clock(request.at)} for a profile that was stopped at ${this.chronicle.clock(stop.from)}` });
        }
      }
    }
    return broken;
  }

  profileOf(call) {
    return this.profiles.find((profile) => profile.did === call.did);
  }

  /** The calls that were due a text. */
  due() {
    const aroundMs = 5000;
    return this.people.calls.filter((call) => {
      const from = call.visibleAt - 1000;
      const until = call.visibleAt + aroundMs;
      const stopped = this.profileOf(call).stops.some((stop) => stop.from - aroundMs <= until && stop.ranAt >= from);
      return ["missed", "busy", "answered shortly"].includes(call.kind) && !call.mayGoWithout && !stopped && !this.chronicle.disturbedBetween(from, until, "clock");
    });
  }

  /** What became of the calls that were due a text. */
  figures() {
    const due = this.due();
    const fates = {};
    const waits = [];
    for (const call of due) {
      const row = this.rowOf(call.uniqueids[0]);
      const fate = row?.reply?.state ?? row?.decision ?? "not recorded";
      fates[fate] = (fates[fate] ?? 0) + 1;
      const text = this.phones.from(call.did, call.caller)[0];
      if (text) waits.push((text.acceptedAt - call.visibleAt) / 1000);
    }
    waits.sort((a, b) => a - b);
    const at = (share) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))]?.toFixed(1) ?? "-";
    const states = {};
    const uncertain = {};
    for (const row of this.ledger) {
      const state = row.reply?.state ?? row.decision;
      states[state] = (states[state] ?? 0) + 1;
      if (state !== "uncertain") continue;
      const why = row.reply.evidence.replaceAll(/\d+/g, "n");
      uncertain[why] = (uncertain[why] ?? 0) + 1;
    }
    return { calls: this.people.calls.length, states, uncertain, due: due.length, fates, texted: waits.length, wait: { median: at(0.5), "95 %": at(0.95), longest: at(1) } };
  }
}

function groupBy(list, keyOf) {
  const groups = new Map();
  for (const one of list) {
    const key = keyOf(one);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(one);
  }
  return groups;
}
