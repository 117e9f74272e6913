// What happened to one caller, for people to read.

/** The number as log lines have it. */
const masked = (number) => `${number.slice(0, 3)}•••${number.slice(6)}`;

export function story(caller, { chronicle, check, logLines }) {
  const lines = [`Caller ${caller}, in seconds since the start:`];
  for (const row of chronicle.storyOf(caller)) lines.push(`${chronicle.clock(row.at)}  ${row.caller ? "" : "| "}${row.what}`);
  lines.push("In the ledger:");
  for (const row of check.ledger.filter((one) => one.caller === caller)) {
    lines.push(`  call ${row.id} of ${row.called_at}, first seen ${row.first_seen_at}: ${row.decision}, ${JSON.stringify(row.reply)}`);
    for (const { n, sending_at: at, outcome, evidence } of check.attempts.get(row.id) ?? []) lines.push(`    intent ${n} at ${chronicle.clock(at)} by the service's clock: ${outcome} ${evidence}`);
  }
  lines.push("In the service's log:");
  lines.push(...logLines.filter((line) => line.includes(masked(caller))).map((line) => `  ${line}`));
  return lines.join("\n");
}
