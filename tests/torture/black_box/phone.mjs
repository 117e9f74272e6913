// The callers' phones: what arrived there is the truth that everything else is held against.

export class Phones {
  constructor(chronicle) {
    this.chronicle = chronicle;
    /** Texts by program and by hand, in the order in which the provider got them. */
    this.arrivals = [];
  }

  /** A text on its way; it arrives at `acceptedAt`. */
  take(text) {
    this.arrivals.push(text);
    const later = Math.round(text.acceptedAt - Date.now());
    this.chronicle.note(`${text.byHand ? "a person's" : "the"} text ${text.kind} ${text.id} reaches the phone in ${later} ms: ${text.body}`, text.contact);
  }

  /** What the program texted to that phone. */
  from(did, caller) {
    return this.arrivals.filter((text) => !text.byHand && text.did === did && text.contact === caller);
  }
}
