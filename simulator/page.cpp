#include "simulator/page.h"

namespace sms_notifier::simulator {

std::string_view page_html() {
  return R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>VoIP.ms simulator</title>
<style>
  :root { color-scheme: light dark; --line: #c8ccd4; --quiet: #5b6270; --accent: #0b62c4; --on-accent: #fff; }
  @media (prefers-color-scheme: dark) {
    :root { --line: #3d434e; --quiet: #a3abb8; --accent: #6cb0ff; --on-accent: #0a1420; }
  }
  * { box-sizing: border-box; }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
  h1 { font-size: 1.4rem; margin: 0; }
  h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
  p { margin: .25rem 0 1rem; color: var(--quiet); }
  form { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); align-items: end; }
  label { display: block; font-size: .9rem; }
  input, select, button { font: inherit; width: 100%; padding: .5rem .6rem; border: 1px solid var(--line);
    border-radius: .4rem; background: Canvas; color: CanvasText; }
  button { background: var(--accent); color: var(--on-accent); border-color: var(--accent); font-weight: 600;
    cursor: pointer; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  ul { list-style: none; margin: 0; padding: 0; }
  li { border-top: 1px solid var(--line); padding: .6rem 0; overflow-wrap: anywhere; }
  li small { display: block; color: var(--quiet); }
  li q { quotes: none; white-space: pre-wrap; }
  #said { min-height: 1.5rem; margin: .75rem 0 0; }
</style>
</head>
<body>
<main>
  <h1>VoIP.ms simulator</h1>
  <p>Stand in for a person who calls one of the business's numbers, and see what arrives on their phone.</p>

  <h2 id="ring-title">Place a call</h2>
  <form id="ring" aria-labelledby="ring-title">
    <label>Call to <select name="to" required></select></label>
    <label>Caller's number <input name="caller" inputmode="tel" autocomplete="off" value="5145550123"
      placeholder="empty: withheld"></label>
    <label>Caller's name <input name="name" autocomplete="off"></label>
    <label>Rings for, seconds <input name="rings" type="number" min="0" max="600" value="8" required></label>
    <label>Answered for, seconds <input name="answered" type="number" min="0" max="3600" value="0" required></label>
    <button>Ring now</button>
  </form>

  <h2 id="text-title">Text the business</h2>
  <form id="text" aria-labelledby="text-title">
    <label>Text to <select name="to" required></select></label>
    <label>From <input name="from" inputmode="tel" autocomplete="off" value="5145550123" required></label>
    <label>Message <input name="message" autocomplete="off" value="STOP" required></label>
    <button>Send text</button>
  </form>
  <p id="said" role="status"></p>

  <h2>Texts that arrived</h2>
  <ul id="texts"><li>None yet.</li></ul>

  <h2>Calls</h2>
  <ul id="calls"><li>None yet.</li></ul>
</main>
<script src="page.js"></script>
</body>
</html>
)html";
}

std::string_view page_script() {
  return R"js("use strict";

const refresh_ms = 1500;
const texts_shown = 50;
const said = document.getElementById("said");

const get = async (path) => (await fetch(path)).json();

async function post(path, body) {
  const response = await fetch(path, { method: "POST", body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

const local_time = (instant) => new Date(instant).toLocaleTimeString();

function show(list, items, describe) {
  const rows = items.map((item) => {
    const row = document.createElement("li");
    row.append(...describe(item));
    return row;
  });
  document.getElementById(list).replaceChildren(...(rows.length ? rows : [element("li", "None yet.")]));
}

const describe_text = (text) => [
  element("q", text.message),
  element("small", `${local_time(text.accepted_at)}, ${text.kind.toUpperCase()} from ${text.did} to ${text.dst}`),
];

const describe_call = (call) => [
  element("span", `${call.callerid || "withheld"} to ${call.did}`),
  element("small", call.visible
    ? `${local_time(call.started_at)}, ${call.disposition.toLowerCase()}, ${call.seconds} s`
    : `${local_time(call.started_at)}, still on the line: the record is written when the call ends`),
];

async function refresh() {
  try {
    const [texts, calls] = await Promise.all([get("control/texts"), get("control/calls")]);
    show("texts", texts.slice(-texts_shown).reverse(), describe_text);
    show("calls", calls, describe_call);
  } catch {
    said.textContent = "The simulator does not answer.";
  }
  setTimeout(refresh, refresh_ms);
}

async function list_numbers() {
  const accounts = await get("control/accounts");
  for (const select of document.querySelectorAll("select[name=to]"))
    for (const account of accounts)
      for (const did of account.dids) {
        const option = element("option", `${did} (${account.email})`);
        option.value = JSON.stringify({ account: account.email, did });
        select.append(option);
      }
}

function on_submit(form, act) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    try {
      said.textContent = await act(fields, JSON.parse(fields.to));
    } catch (error) {
      said.textContent = error.message;
    }
  });
}

on_submit(document.getElementById("ring"), async (fields, to) => {
  const rings = Number(fields.rings);
  const answered = Number(fields.answered);
  await post("control/calls", {
    ...to, caller: fields.caller, name: fields.caller ? fields.name : "", seconds: answered,
    visible_in_ms: (rings + answered) * 1000,
  });
  return `Ringing. The call ends in ${rings + answered} s.`;
});

on_submit(document.getElementById("text"), async (fields, to) => {
  await post("control/texts", { ...to, from: fields.from, message: fields.message });
  return "Text sent.";
});

list_numbers();
refresh();
)js";
}

}  // namespace sms_notifier::simulator
