// A pretend VoIP.ms, from docs/provider alone. It behaves; what goes wrong with it is asked of the weather (weather.mjs).
import http from "node:http";
import { torontoDay, torontoTime } from "./toronto.mjs";

/** The fields of a form of type multipart/form-data; null when the body is none. */
function formFields(contentType, body) {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType ?? "")?.[1];
  if (!boundary) return null;
  const fields = {};
  for (const part of body.toString("utf8").split(`--${boundary}`).slice(1, -1)) {
    const end = part.indexOf("\r\n\r\n");
    const name = /name="([^"]*)"/.exec(part.slice(0, end))?.[1];
    if (end < 0 || name === undefined) return null;
    fields[name] = part.slice(end + 4, -2);
  }
  return fields;
}

const soapFault =
  '<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope><SOAP-ENV:Body><SOAP-ENV:Fault>' +
  "<faultstring>Bad Request</faultstring></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>";

export class Provider {
  /** Accounts: { email, password, numbers: [{ did, mms }] }. */
  constructor({ accounts, weather, phones, chronicle, chance }) {
    this.weather = weather;
    this.phones = phones;
    this.chronicle = chronicle;
    this.chance = chance;
    this.accounts = new Map(accounts.map((account) => [account.email, { ...account, cdr: [], texts: [] }]));
    this.lastId = { sms: 90000000, mms: 8000000, cdr: 7100000000 };
    /** Every request for a text that came in whole: { at, account, did, contact, kind }. */
    this.handedIn = [];
    this.counts = {};
    /** Called when a connection stands, and when a request for a text is there, before anything comes of it. */
    this.onConnection = () => {};
    this.onText = () => {};
    this.server = http.createServer((request, response) => this.take(request, response));
    this.server.on("connection", () => this.onConnection());
    this.server.keepAliveTimeout = 20_000;
  }

  async listen() {
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}/api/v1/rest.php`;
  }

  async close() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** A row of the call records, listed from `visibleAt` on; gives it with the moments at which it was shown. */
  addCall(email, { startedAt, visibleAt, callerId, did, disposition, seconds }) {
    const row = {
      date: torontoTime(startedAt),
      callerid: callerId,
      destination: did,
      destination_type: "IN:CAN",
      description: "Inbound DID",
      account: "200000",
      disposition,
      duration: `00:${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`,
      seconds: String(seconds),
      rate: "0.00900000",
      total: "0.00090000",
      uniqueid: String(++this.lastId.cdr),
    };
    const listed = { visibleAt, row, shownAt: [] };
    this.accounts.get(email).cdr.unshift(listed);
    return listed;
  }

  /** A text that a person sends in the portal. */
  sendByHand(email, did, contact, body, { listedAfter, listedAs }) {
    this.accept(this.accounts.get(email), { kind: "sms", did, contact, body, byHand: true }, { processing: 0, listedAfter, listedAs });
  }

  /** A text from a caller. */
  receive(email, did, contact, body, listedAfter) {
    const now = Date.now();
    const text = { id: String(++this.lastId.sms), kind: "sms", received: true, did, contact, body, listedAs: body, acceptedAt: now, listedAt: now + listedAfter, shownAt: [] };
    this.accounts.get(email).texts.push(text);
    this.chronicle.note(`the caller texts "${body}", listed in ${Math.round(listedAfter)} ms`, contact);
    return text;
  }

  /** Somebody deletes a text in the portal. */
  delete(text) {
    text.deleted = true;
    this.chronicle.note(`text ${text.kind} ${text.id} is deleted in the portal`, text.contact);
  }

  take(request, response) {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("error", () => {});
    request.on("end", () => this.answer(request, response, Buffer.concat(parts)));
  }

  answer(request, response, body) {
    const fields = formFields(request.headers["content-type"], body);
    if (request.method !== "POST" || request.url !== "/api/v1/rest.php" || !fields) return this.send(response, 200, soapFault);
    const account = this.accounts.get(fields.api_username);
    const method = fields.method ?? "";
    this.counts[method] = (this.counts[method] ?? 0) + 1;
    const isText = method === "sendSMS" || method === "sendMMS";
    if (isText) this.onText(fields.dst);
    if (!fields.api_username || !fields.api_password) return this.say(response, { status: "missing_credentials" });
    if (!account || account.password !== fields.api_password) return this.say(response, { status: "invalid_credentials" });
    const refusal = this.weather.refusal(account, method);
    if (isText) return this.answerText(response, account, fields, method === "sendSMS" ? "sms" : "mms", refusal);
    const fate = this.weather.question(account, method);
    const known = { getCDR: () => this.cdr(account, fields), getSMS: () => this.texts(account, fields, "sms"), getMMS: () => this.texts(account, fields, "mms") };
    const list = known[method]?.();
    const content = refusal ? { status: refusal } : list?.content ?? this.accountAnswer(account, method);
    setTimeout(() => this.finish(response, fate, content, () => !refusal && list?.shown?.()), fate.after);
    return undefined;
  }

  /** Ends a request as the weather says: with the answer, or with something else. */
  finish(response, fate, content, whenGiven) {
    switch (fate.how) {
      case "answer":
        response.on("finish", () => whenGiven());
        return this.say(response, content);
      case "status":
        return this.say(response, { status: fate.word });
      case "page":
        return this.send(response, fate.code, fate.body);
      case "cut": {
        const whole = JSON.stringify(content);
        return this.send(response, 200, whole.slice(0, Math.floor(whole.length / 2)));
      }
      case "reset":
        return response.destroy();
      case "silence":
        return undefined; // the other side has a time-out
      default:
        throw new Error(`no such end of a request: ${fate.how}`);
    }
  }

  say(response, content) {
    this.send(response, 200, JSON.stringify(content), "application/json");
  }

  send(response, code, body, type = "text/html; charset=UTF-8") {
    if (response.destroyed) return;
    response.writeHead(code, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  }

  answerText(response, account, { did, dst, message }, kind, refusal) {
    const number = account.numbers.find((one) => one.did === did);
    this.handedIn.push({ at: Date.now(), account: account.email, did, contact: dst, kind });
    const wrong =
      refusal ??
      (!number || (kind === "mms" && !number.mms) ? "invalid_did" : null) ??
      (!/^[2-9]\d{2}[2-9]\d{6}$/.test(dst ?? "") || this.weather.isLandline(dst) ? "invalid_dst" : null) ??
      (!message ? "message_empty" : null) ??
      (kind === "sms" && Buffer.byteLength(message) > 160 ? "sms_toolong" : null);
    if (wrong) {
      this.chronicle.note(`${kind} is asked for and refused: ${wrong}`, dst);
      return this.say(response, { status: wrong });
    }
    const fate = this.weather.text(kind === "sms" ? "sendSMS" : "sendMMS", dst);
    this.chronicle.note(`${kind} is asked for: ${fate.name}; ${fate.effect ? `taken after ${Math.round(fate.processing)} ms, listed ${Math.round(fate.listedAfter)} ms later as "${fate.listedAs(message)}"` : "without effect"}`, dst);
    const text = fate.effect ? this.accept(account, { kind, did, contact: dst, body: message, byHand: false }, { ...fate, listedAs: fate.listedAs(message) }) : null;
    const id = fate.replayed ? this.idOfAnother(account, dst, text, kind, fate.replayed) : text?.id;
    const content = fate.withoutId || !id ? { status: "success" } : { status: "success", [kind]: Number(id) };
    setTimeout(() => this.finish(response, fate, content, () => text && fate.name === "taken" && (text.answeredAt = Date.now())), fate.after);
    return undefined;
  }

  /** The id of an earlier text: one of which the service was told, or any to another caller (docs/reliability.md, "What remains"). */
  idOfAnother(account, contact, text, kind, which) {
    const wellTold = ({ answeredAt }) => answeredAt && !this.chronicle.disturbedBetween(answeredAt - 100, answeredAt + 3000);
    const earlier = account.texts.filter((one) => !one.received && one.kind === kind && one !== text && (which === "any" ? one.contact !== contact : wellTold(one)));
    return earlier.length > 0 ? this.chance.pick(earlier).id : null;
  }

  /** From here on nothing keeps the text from arriving, whatever becomes of the answer. */
  accept(account, { kind, did, contact, body, byHand }, { processing, listedAfter, listedAs }) {
    const acceptedAt = Date.now() + processing;
    const text = { id: String(++this.lastId[kind]), account: account.email, kind, did, contact, body, byHand, listedAs, acceptedAt, listedAt: acceptedAt + listedAfter, shownAt: [] };
    account.texts.push(text);
    this.phones.take(text);
    return text;
  }

  cdr(account, fields) {
    const kinds = { ANSWERED: "answered", "NO ANSWER": "noanswer", BUSY: "busy", FAILED: "failed" };
    if (fields.timezone === undefined) return { content: { status: "invalid_timezone" } };
    if (!Object.values(kinds).some((name) => fields[name] === "1")) return { content: { status: "no_callstatus" } };
    const now = Date.now();
    const listed = account.cdr.filter(({ visibleAt, row }) => visibleAt <= now && this.inDays(row.date, fields.date_from, fields.date_to) && fields[kinds[row.disposition]] === "1");
    return {
      content: listed.length ? { status: "success", cdr: listed.map(({ row }) => row) } : { status: "no_cdr" },
      shown: () => listed.forEach(({ shownAt }) => shownAt.push(Date.now())),
    };
  }

  texts(account, fields, kind) {
    const now = Date.now();
    const today = torontoDay(now);
    const lastDigits = (number) => (number ?? "").replaceAll(/\D/g, "").slice(-10);
    const listed = account.texts
      .filter((text) => text.kind === kind && text.listedAt <= now && !text.deleted)
      .filter((text) => this.inDays(torontoTime(text.acceptedAt), fields.from ?? today, fields.to ?? today))
      .filter((text) => !fields.did || text.did === fields.did)
      .filter((text) => !fields.contact || text.contact === lastDigits(fields.contact))
      .filter((text) => fields.type === undefined || fields.type === (text.received ? "1" : "0"))
      .sort((a, b) => b.acceptedAt - a.acceptedAt)
      .slice(0, Number(fields.limit ?? 50));
    const rows = listed.map((text) => ({
      id: text.id,
      date: torontoTime(text.acceptedAt),
      type: text.received ? "1" : "0",
      did: text.did,
      contact: text.contact,
      carrier_status: "Information not available",
      message: text.listedAs,
    }));
    return {
      content: rows.length ? { status: "success", sms: rows } : { status: "no_sms" },
      shown: () => listed.forEach((text) => text.shownAt.push(Date.now())),
    };
  }

  inDays(date, first, last) {
    return date.slice(0, 10) >= first && date.slice(0, 10) <= last;
  }

  accountAnswer(account, method) {
    switch (method) {
      case "getIP":
        return { status: "success", ip: "127.0.0.1" };
      case "getBalance":
        return { status: "success", balance: { current_balance: "41.507300" } };
      case "getDIDsInfo":
        return {
          status: "success",
          dids: account.numbers.map(({ did, mms }) => ({ did, description: "EXAMPLETOWN, QC", routing: "account:200000_counter", failover_noanswer: "none:", failover_busy: "none:", failover_unreachable: "none:", voicemail: "0", dialtime: "25", sms_available: "1", sms_enabled: "1", mms_available: mms ? "1" : "0" })),
        };
      default:
        return { status: "invalid_method" };
    }
  }
}
