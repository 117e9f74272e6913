// The provider's clock (docs/provider/calls.md, "Time zone").

const format = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Toronto", hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** `YYYY-MM-DD HH:MM:SS` as a clock on a wall in Toronto shows it. */
export function torontoTime(at) {
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second}`;
}

export function torontoDay(at) {
  return torontoTime(at).slice(0, 10);
}
