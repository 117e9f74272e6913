// That the check of the black box finds what it is there for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Check } from "./check.mjs";
import { Chronicle } from "./chronicle.mjs";
import { Phones } from "./phone.mjs";

const did = "4165550100";
const caller = "6135550101";
const words = "Sorry we missed you.";

/** One missed call whose text went out and is `sent`; `change` makes it another story. */
function brokenWhen(change = () => {}) {
  const chronicle = new Chronicle();
  const now = chronicle.started;
  const call = { caller, did, kind: "missed", startedAt: now, visibleAt: now, shownAt: [now + 500], uniqueids: ["71"] };
  const text = { id: "90", kind: "sms", did, contact: caller, body: words, byHand: false, acceptedAt: now + 1000 };
  const reply = { state: "sent", kind: "sms", provider_id: "90", evidence: "VoIP.ms took it" };
  const world = {
    people: { calls: [call], stops: [] },
    phones: new Phones(chronicle),
    provider: { handedIn: [{ at: now + 1000, did, contact: caller }] },
    profiles: [{ did, messages: new Set([words]), stops: [] }],
    chronicle,
    ledger: [{ id: 1, did, caller, decision: "reply", reply }],
    details: { legs: [{ leg_key: "71", call_id: 1 }], replies: [{ call_id: 1, body: words }], attempts: [{ call_id: 1, n: 1, sending_at: now + 990 }] },
    replyWindowMs: 18_000,
    catchUpMs: 120_000,
  };
  world.phones.arrivals.push(text);
  change({ world, call, text, reply, row: world.ledger[0], now });
  return new Check(world).broken().map(({ what }) => what);
}

const finds = (name, pattern, change) => test(name, () => assert.match(brokenWhen(change).join("\n"), pattern));

test("nothing is said of a call whose text is sent", () => assert.deepEqual(brokenWhen(), []));
test("an uncertain text may have arrived", () => assert.deepEqual(brokenWhen(({ reply }) => Object.assign(reply, { state: "uncertain", provider_id: null })), []));

finds("a second text", /texted 2 times/, ({ world, text }) => world.phones.arrivals.push({ ...text, id: "91" }));
finds("a call without a decision", /no decision/, ({ world }) => (world.details.legs = []));
finds("a call that nobody made", /nobody made/, ({ world, row }) => world.ledger.push({ ...row, id: 2, reply: null }));
finds("a call of somebody else", /which the ledger has as a call of 6135550199/, ({ row }) => (row.caller = "6135550199"));
finds("a text that stays open", /still unknown/, ({ reply }) => (reply.state = "unknown"));
finds("no text when all is well again", /got no text/, ({ world, call }) => {
  call.kind = "afterwards";
  world.phones.arrivals = [];
});
/** The call got no text, and the ledger says so. */
const without = (fate) => ({ world, row, reply }) => {
  world.phones.arrivals = [];
  world.provider.handedIn = [];
  if (fate.decision) Object.assign(row, { reply: null }, fate);
  else Object.assign(reply, { provider_id: null }, fate);
};
finds("a call that was read in time and is too old", /says too_old/, without({ decision: "too_old" }));
finds("a call to a profile that ran and is another number's", /says other_did/, without({ decision: "other_did" }));
finds("a text that is cancelled without a reason", /says cancelled \(stopped\)/, without({ state: "cancelled", evidence: "stopped" }));
finds("a text that the provider would have taken and is rejected", /says rejected/, without({ state: "rejected" }));
finds("a text that expires where nothing is wrong", /says expired/, without({ state: "expired" }));
test("a call that was not read in time may be too old", () => {
  const broken = brokenWhen((story) => {
    without({ decision: "too_old" })(story);
    story.call.shownAt = [story.now + 17_000];
  });
  assert.deepEqual(broken, []);
});
test("a text may be cancelled by a stop", () => {
  const broken = brokenWhen((story) => {
    without({ state: "cancelled" })(story);
    story.world.profiles[0].stops.push({ from: story.now + 12_000, until: story.now + 20_000, ranAt: story.now + 20_100 });
  });
  assert.deepEqual(broken, []);
});
test("a text may expire after harm", () => {
  const broken = brokenWhen((story) => {
    without({ state: "expired" })(story);
    story.world.chronicle.disturb("database locked")();
  });
  assert.deepEqual(broken, []);
});

finds("sent, and nothing arrived", /reached no phone/, ({ world }) => (world.phones.arrivals = []));
finds("sent by hand", /sent by hand/, ({ text }) => (text.byHand = true));
finds("sent with the id of another caller's text", /which went from 4165550100 to 6135550102/, ({ text }) => (text.contact = "6135550102"));
finds("sent in other words", /which says "Hello"/, ({ text }) => (text.body = "Hello"));
finds("uncertain without evidence", /without evidence/, ({ reply }) => Object.assign(reply, { state: "uncertain", evidence: null }));
finds("an arrived text that the ledger calls expired", /of which the ledger says: expired/, ({ reply }) => Object.assign(reply, { state: "expired", provider_id: null }));
finds("a text after STOP was read", /asked for no more texts/, ({ world, call, now }) => {
  world.people.stops.push({ call, text: { shownAt: [now - 60_000] } });
});
finds("a text after the call turned out to be answered", /was picked up elsewhere/, ({ call, now }) => (call.answered = { shownAt: [now - 60_000] }));
test("who was picked up elsewhere may call again and be texted", () => {
  const broken = brokenWhen(({ world, call, now }) => {
    call.answered = { shownAt: [now - 60_000] };
    world.people.calls.push({ ...call, uniqueids: ["72"], answered: undefined });
    world.details.legs.push({ leg_key: "72", call_id: 1 });
  });
  assert.deepEqual(broken, []);
});
finds("a text begun after the profile was stopped", /for a profile that was stopped/, ({ world, now }) => {
  world.profiles[0].stops.push({ from: now, until: now + 20_000, ranAt: now + 20_100 });
});
test("a text whose intent is older than the stop may leave", () => {
  const broken = brokenWhen(({ world, now }) => world.profiles[0].stops.push({ from: now + 995, until: now + 20_000, ranAt: now + 20_100 }));
  assert.deepEqual(broken, []);
});
