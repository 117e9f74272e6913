// What the pages do beyond showing: they look at themselves again when something has changed, and the message
// editor counts. Everything works without this file, by reloading.
"use strict";

const refreshEvery = 10_000; // milliseconds: for what no event tells, such as the time of the last poll

/** Puts the parts marked data-part in place as the server has them now. */
async function refresh() {
  const parts = document.querySelectorAll("[data-part]");
  if (parts.length === 0 || document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Refresh": "1" } });
  if (answer.redirected) location.reload(); // the session is over
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts) {
    const now = fresh.getElementById(part.id);
    if (!now || now.innerHTML === part.innerHTML) continue;
    const focused = part.contains(document.activeElement) ? pathTo(part, document.activeElement) : null;
    part.innerHTML = now.innerHTML;
    if (focused) follow(part, focused)?.focus({ preventScroll: true });
  }
}

/** Where an element stands in a part, so that the keyboard keeps its place when the part is replaced. */
function pathTo(part, element) {
  const path = [];
  for (let at = element; at !== part; at = at.parentElement) path.unshift([...at.parentElement.children].indexOf(at));
  return path;
}
function follow(part, path) {
  return path.reduce((at, index) => at?.children[index], part);
}

function listen() {
  const address = document.body.dataset.live;
  if (!address || !document.querySelector("[data-part]")) return;
  let pending = null;
  const soon = () => {
    pending ??= setTimeout(() => {
      pending = null;
      refresh().catch(() => {});
    }, 100);
  };
  // A browser has few connections to one place, so only a page that is in view keeps one.
  let events = null;
  const attend = () => {
    if (document.hidden) {
      events?.close();
      events = null;
    } else if (!events) {
      events = new EventSource(address);
      events.addEventListener("changed", soon);
      soon();
    }
  };
  attend();
  document.addEventListener("visibilitychange", attend);
  addEventListener("pagehide", () => events?.close());
  setInterval(soon, refreshEvery);
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
