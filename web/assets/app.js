// What the pages do beyond showing: they look at themselves again when something has changed, say when they cannot, and the
// message editor counts. Everything works without this file, by reloading.
"use strict";

// In milliseconds.
const refreshEvery = 10_000; // for what no event tells, such as the time of the last poll
const answerWithin = 8_000;
const tryAgainEvery = 2_000; // while the connection is lost

/** How a part becomes the new one: what the visitor opened stays open. */
const morphing = { callbacks: { beforeAttributeUpdated: (name, element) => !(name === "open" && element.localName === "details") } };

/** When the ages on the page were right. */
let agesOf = Date.now();

/** Puts the parts marked data-part in place as the server has them now. Throws when the service does not answer. */
async function refresh() {
  const parts = document.querySelectorAll("[data-part]");
  const answer = await fetch(location.href, {
    headers: { Accept: "text/html", "X-Refresh": "1" },
    signal: AbortSignal.timeout(answerWithin),
  });
  if (answer.status >= 500) throw new Error(`the answer is ${answer.status}`);
  if (answer.redirected) location.reload(); // the session is over
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  agesOf = Date.now();
  for (const part of parts) {
    const now = fresh.getElementById(part.id);
    if (now) Idiomorph.morph(part, now, morphing);
  }
}

/** Says since when the page is no longer live, or that it is again. */
function showLost(isLost) {
  const lost = document.getElementById("lost");
  if (isLost !== lost.hidden) return;
  const clock = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (isLost) lost.textContent = lost.dataset.words.replace("{}", clock);
  lost.hidden = !isLost;
  document.body.classList.toggle("is-lost", isLost);
}

/** `12 s`, `5 min`, `3 h`, `2 d`, as the server writes it. */
function ageText(age) {
  const [second, minute, hour, day] = document.body.dataset.units.split(" ");
  const seconds = Math.max(0, Math.floor(age));
  if (seconds < 120) return `${seconds} ${second}`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)} ${minute}`;
  if (seconds < 2 * 86400) return `${Math.floor(seconds / 3600)} ${hour}`;
  return `${Math.floor(seconds / 86400)} ${day}`;
}

/** Ages grow while the page is not refreshed. */
function growAges() {
  for (const shown of document.querySelectorAll("[data-age]")) {
    const text = shown.dataset.words.replace("{}", ageText(Number(shown.dataset.age) + (Date.now() - agesOf) / 1000));
    if (shown.firstChild.data !== text) shown.firstChild.data = text; // the node stays, and what is selected in it
  }
}

function listen() {
  const address = document.body.dataset.live;
  if (!address || !document.querySelector("[data-part]")) return;
  let events = null;
  let planned = null; // the timer of the next look
  let looking = false;
  let askedMeanwhile = false;
  let left = false;

  const soon = (delay = 100) => {
    if (looking) askedMeanwhile = true;
    else planned ??= setTimeout(look, delay);
  };
  const look = async () => {
    planned = null;
    if (document.hidden) return; // it looks when it is in view again
    looking = true;
    let isLost = false;
    try {
      await refresh();
    } catch {
      isLost = !left; // a page that is being left gets no answer
    }
    looking = false;
    showLost(isLost);
    if (!isLost) attend();
    if (isLost) soon(tryAgainEvery);
    else if (askedMeanwhile) soon();
    askedMeanwhile = false;
  };
  // A browser has few connections to one place, so only a page that is in view keeps one.
  const attend = () => {
    if (document.hidden || left) {
      events?.close();
      events = null;
    } else if (!events || events.readyState === EventSource.CLOSED) {
      events = new EventSource(address);
      events.addEventListener("changed", () => soon());
      events.addEventListener("error", () => soon());
    }
  };
  const leave = (isLeft) => {
    left = isLeft;
    attend();
  };

  attend();
  soon();
  document.addEventListener("visibilitychange", () => {
    attend();
    soon();
  });
  addEventListener("pagehide", () => leave(true));
  addEventListener("pageshow", () => leave(false));
  setInterval(() => soon(), refreshEvery);
  setInterval(growAges, 1_000);
}

function count(area) {
  const shown = document.getElementById(area.dataset.count);
  const smsBytesMax = Number(area.dataset.smsBytesMax);
  const charactersMax = Number(area.dataset.charactersMax);
  const update = () => {
    const bytes = new TextEncoder().encode(area.value).length;
    const characters = [...area.value].length;
    shown.querySelector("[data-bytes]").textContent = bytes;
    shown.querySelector("[data-characters]").textContent = characters;
    const tooLong = characters > charactersMax;
    shown.querySelector("[data-sms]").hidden = tooLong || bytes > smsBytesMax;
    shown.querySelector("[data-mms]").hidden = tooLong || bytes <= smsBytesMax;
    shown.querySelector("[data-long]").hidden = !tooLong;
  };
  area.addEventListener("input", update);
  update();
}

listen();
document.querySelectorAll("textarea[data-count]").forEach(count);
