// What owners do, in a real browser.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { World, account, apiPassword, did, eventually } from "./support.mjs";

const message = "Sorry we missed you. Text us here.";
let world;

before(async () => {
  world = await World.create();
  await world.serve();
});
after(() => world?.close());

test("the first user is made on the set-up page", async () => {
  const printed = () => world.service.output().match(/http:\S+\/setup\?token=\S+/);
  await eventually("the link is printed", printed);
  const link = printed()[0];
  const page = await world.page({}, false);
  await page.goto(link);
  await page.getByLabel("Name").fill("anna");
  await page.getByLabel("Password", { exact: true }).fill("correct horse");
  await page.getByLabel("Repeat the password").fill("correct horse");
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByRole("heading", { name: "Dashboard" }).waitFor();
  await page.goto(link);
  assert.ok(!page.url().includes("setup"), "there is no second set-up");
  await page.context().close();
});

test("a wrong password is told as such", async () => {
  const page = await world.page({}, false);
  await world.logIn(page, "anna", "wrong horse");
  await page.getByText("Invalid username or password").waitFor();
  assert.ok(page.url().endsWith("/login"));
  await page.context().close();
});

test("an account is checked, and a profile made of what VoIP.ms says", async () => {
  const page = await world.page();
  await page.getByRole("link", { name: "Create the first profile" }).click();
  await page.getByLabel("API e-mail").fill(account);
  await page.getByLabel("API password").fill("not the password");
  await page.getByRole("button", { name: "Check the account" }).click();
  await page.getByText("VoIP.ms refuses the API e-mail or API password").waitFor();
  await page.getByLabel("API password").fill(apiPassword);
  await page.getByRole("button", { name: "Check the account" }).click();
  await page.getByText("The balance is").waitFor();
  assert.ok(!(await page.content()).includes(apiPassword), "the page does not hold the password");

  await page.getByRole("radio", { name: /416-555-0100/ }).check();
  await page.getByLabel("Message").fill(message);
  await page.getByText("sent as SMS").waitFor();
  await page.getByLabel("Message").fill("é".repeat(90));
  await page.getByText("sent as MMS").waitFor();
  await page.getByLabel("Message").fill(message);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "416-555-0100" }).waitFor();
  await page.context().close();
});

test("it runs; a call comes in, its text goes out and shows on the page without reload, once", async () => {
  const page = await world.page();
  await page.getByRole("button", { name: "Run" }).click();
  await page.locator(".state.on").waitFor();
  await page.getByText("last read").waitFor();
  const calls = await page.context().newPage();
  await calls.goto(`${world.url}/calls/`);
  await calls.getByText("No calls here yet.").waitFor();

  await world.call("5551234567", { name: "<b>Jamie</b> Example" });
  await calls.locator("li", { hasText: "555-123-4567" }).locator(".state.on").waitFor();
  await calls.getByText("<b>Jamie</b> Example").waitFor();
  const texts = await world.texts();
  assert.deepEqual(texts.map(({ dst, message: body, did: from }) => [dst, body, from]), [["5551234567", message, did]]);
  await page.locator("dd").nth(2).filter({ hasText: "1" }).waitFor();

  await world.call("5551234567");
  const polled = await world.polls();
  await eventually("the second call is seen", async () => (await world.polls()) > polled + 2);
  assert.equal((await world.texts()).length, 1, "calling again immediately sends no second text");
  await page.context().close();
});

test("stop really stops", async () => {
  const page = await world.page();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.locator(".state.off").waitFor();
  let last = -1;
  await eventually("no more polls", async () => {
    const now = await world.polls();
    const still = now === last;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 1500)); // five poll intervals
    return still;
  });
  await world.call("5551112222");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(await world.polls(), last);
  assert.equal((await world.texts()).length, 1);
  await page.context().close();
});

test("the log tells it, and its export opens with the right columns", async () => {
  const page = await world.page();
  await page.getByRole("link", { name: "Log", exact: true }).click();
  await page.getByText("Missed call from 555-123-4567").first().waitFor();
  await page.getByLabel("Account").selectOption(account);
  await page.getByRole("button", { name: "Show" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export as CSV" }).click();
  const file = await download;
  assert.equal(file.suggestedFilename(), `${account}_logs.csv`);
  const lines = (await readFile(await file.path(), "utf8")).split("\r\n");
  assert.equal(lines[0], "\uFEFFCompany,Timestamp,Record");
  assert.match(lines.join("\n"), /demo@example\.test,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d -0[45]:00,Missed call from 555-123-4567/);
  await page.context().close();
});

test("everything speaks French to a French browser", async () => {
  const page = await world.page({ locale: "fr-CA" }, false);
  await world.logIn(page);
  await page.getByRole("heading", { name: "Tableau de bord" }).waitFor();
  await page.getByRole("link", { name: "Journal", exact: true }).click();
  await page.getByText("Appel manqué du 555-123-4567").first().waitFor();
  await page.getByRole("link", { name: "English" }).click();
  await page.getByRole("heading", { name: "Log" }).waitFor();
  await page.context().close();
});

test("it works without scripts", async () => {
  const page = await world.page({ javaScriptEnabled: false });
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByRole("button", { name: "Stop" }).waitFor();
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Message").fill("Another message");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Another message").waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Run" }).waitFor();
  await page.context().close();
});

test("nothing is wider than a phone", async () => {
  const page = await world.page({ viewport: { width: 360, height: 740 }, isMobile: true });
  for (const path of ["/", "/create/", "/edit/1", "/calls/", "/log/", "/users/", "/audit/"]) {
    await page.goto(world.url + path);
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(excess <= 0, `${path} is ${excess} px too wide`);
  }
  await page.context().close();
});

test("a profile is deleted only after a question", async () => {
  const page = await world.page();
  await page.getByRole("link", { name: "Delete" }).click();
  await page.getByText("Delete the profile of").waitFor();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByText("The profile and its log were deleted.").waitFor();
  await page.getByRole("link", { name: "Create the first profile" }).waitFor();
  await page.context().close();
});
