// Who calls, who texts, and what they mean by it.

/** What an owner texts by hand. Never the automatic text's very words: that row would be taken for ours, as documented. */
const byHand = ["On my way, five minutes", "Your order is ready for pick-up", "Sorry we were busy, what can I do for you?", "Bonjour, votre rendez-vous est confirmé"];

/** Kinds of calls, and how often there is one. */
const kinds = { missed: 64, "answered shortly": 8, answered: 6, withheld: 2, "picked up elsewhere": 5, landline: 3, again: 6, busy: 6 };

export class People {
  constructor({ provider, weather, chronicle, chance, profiles, perils }) {
    Object.assign(this, { provider, weather, chronicle, chance, profiles, perils });
    /**
     * Every call: { caller, did, account, kind, startedAt, visibleAt, shownAt, uniqueids: of its rows in the call records,
     * answered: the row of a second leg that was }. */
    this.calls = [];
    this.numbers = 0;
    this.stops = [];
  }

  async callEvery(meanMs, untilAt) {
    while (Date.now() < untilAt) {
      this.call();
      await new Promise((resolve) => setTimeout(resolve, Math.min(this.chance.until(meanMs), untilAt - Date.now())));
    }
  }

  newNumber() {
    const n = this.numbers++;
    return `${this.chance.pick(["613", "514", "418", "416", "819"])}${234 + Math.floor(n / 9000)}${1000 + (n % 9000)}`;
  }

  /** One missed call to each profile, when all is well; each must be texted. */
  callEverybody() {
    for (const profile of this.profiles) this.call(profile, "afterwards");
  }

  call(profile = this.chance.pick(this.profiles), kind = this.chance.weighted(kinds)) {
    const { chance, weather } = this;
    let caller = this.newNumber();
    let did = profile.did;
    let account = profile.account;
    if (kind === "again") {
      const earlier = this.calls.filter((call) => call.kind !== "withheld");
      if (earlier.length > 0) ({ caller, did, account } = chance.pick(earlier));
      else kind = "missed";
    }
    if (kind === "landline") weather.landlines.add(caller);
    const seconds = { "answered shortly": chance.whole(1, 10), answered: chance.whole(11, 300) }[kind] ?? 0;
    const late = this.perils.has("late_calls") && !weather.calm ? chance.delay(weather.ms(60)) : 0;
    const startedAt = Math.floor((Date.now() - seconds * 1000) / 1000) * 1000;
    const visibleAt = Date.now() + late;
    const callerId = kind === "withheld" ? "anonymous" : chance.pick([caller, `1${caller}`, `"A CALLER" <${caller}>`, `A CALLER <${caller}>`]);
    const disposition = { busy: "BUSY", answered: "ANSWERED", "answered shortly": "ANSWERED" }[kind] ?? "NO ANSWER";
    const listed = this.provider.addCall(account, { startedAt, visibleAt, callerId, did, disposition, seconds });
    this.chronicle.note(`call to ${did}, ${kind}, listed in ${Math.round(late)} ms`, caller);
    const call = { caller, did, account, kind, startedAt, visibleAt, shownAt: listed.shownAt, uniqueids: [listed.row.uniqueid] };
    this.calls.push(call);
    if (kind === "picked up elsewhere") this.pickedUp(call, startedAt);
    if (kind === "missed") this.aroundMissed(call);
    return call;
  }

  /** The second leg of the same call. */
  pickedUp(call, startedAt) {
    const { caller, did, account, visibleAt } = call;
    const late = this.chance.between(0, 3000);
    const leg = { startedAt: startedAt + 3000, visibleAt: visibleAt + late, callerId: caller, did, disposition: "ANSWERED", seconds: 60 };
    call.answered = this.provider.addCall(account, leg);
    call.uniqueids.push(call.answered.row.uniqueid);
    this.chronicle.note(`the other leg of the call, answered, is listed ${Math.round(late)} ms after the first`, caller);
  }

  /** Texts of people before or after a missed call. */
  aroundMissed(call) {
    const { chance, perils, weather } = this;
    const soon = (what) => setTimeout(what, chance.between(0, weather.ms(40)));
    if (perils.has("stop_words") && chance.happens(0.06)) {
      const stop = () => this.stops.push({ call, text: this.provider.receive(call.account, call.did, call.caller, chance.pick(["STOP", "Stop please", "Arrêt", "unsubscribe"]), chance.delay(weather.ms(60))) });
      chance.happens(0.5) ? stop() : soon(stop);
      call.mayGoWithout = "STOP";
    }
    if (perils.has("by_hand") && chance.happens(0.08)) {
      const text = () => this.textByHand(call);
      chance.happens(0.3) ? text() : soon(text);
      call.mayGoWithout = "a text by hand";
    }
  }

  textByHand({ account, did, caller }) {
    const listing = { listedAfter: this.chance.delay(this.weather.ms(60)) };
    const body = this.chance.pick(byHand);
    this.provider.sendByHand(account, did, caller, body, { ...listing, listedAs: body });
  }

  /** Deletes a text in the portal, of which the service was well told before: a list that never showed it would lie. */
  deleteOne() {
    const wellTold = (at) => at < Date.now() - 10_000 && !this.chronicle.disturbedBetween(at - 100, at + 3000);
    const known = this.provider.phones.arrivals.filter((text) => !text.deleted && text.shownAt.some(wellTold));
    if (known.length > 0) this.provider.delete(this.chance.pick(known));
  }
}
