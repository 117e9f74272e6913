// An open page while things change, and while the service is away.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { World, account, eventually } from "./support.mjs";

let world;

before(async () => {
  world = await World.atWork();
});
after(() => world?.close());

const lost = (page) => page.locator("#lost");
const isGone = (page) => lost(page).waitFor({ state: "hidden" });

async function running(options) {
  const page = await world.page(options);
  await page.locator("[data-age]").waitFor();
  return page;
}

test("a killed service is shown on the open page until it is back", async () => {
  const page = await running();
  assert.equal(await lost(page).isVisible(), false);
  await world.service.kill();
  await page.getByText(/^Connection lost at \d\d:\d\d, trying again$/).waitFor();
  assert.match(await page.locator("body").getAttribute("class"), /is-lost/);
  const greyed = await page.locator("#profiles").evaluate((part) => getComputedStyle(part).filter);
  assert.equal(greyed, "grayscale(1)");

  const age = page.locator("[data-age]");
  const before = await age.textContent();
  await eventually("the age grows on", async () => (await age.textContent()) !== before);
  assert.match(await age.textContent(), /^last read \d+ s ago$/);

  await world.serveAgain();
  await isGone(page);
  assert.equal(await page.locator("body").getAttribute("class"), "");
  await page.locator(".state", { hasText: "Running" }).waitFor();
  await page.context().close();
});

test("a service that is stopped in order is shown, too, and in French", async () => {
  const page = await running({ locale: "fr-CA" });
  await world.service.stop();
  await page.getByText(/^Connexion perdue à \d\d:\d\d, nouvelle tentative en cours$/).waitFor();
  await world.serveAgain();
  await isGone(page);
  await page.context().close();
});

test("a service that hangs without closing its connections is shown", async () => {
  const page = await running();
  world.service.freeze();
  await page.getByText("Connection lost").waitFor();
  world.service.thaw();
  await isGone(page);
  await page.context().close();
});

test("a page that is not live is left alone, and one without scripts says nothing wrong", async () => {
  const form = await world.page();
  await form.goto(`${world.url}/create/`);
  const plain = await world.page({ javaScriptEnabled: false });
  const open = await running();
  await world.service.kill();
  await lost(open).waitFor();
  for (const page of [form, plain]) assert.equal(await lost(page).isVisible(), false);
  await world.serveAgain();
  await isGone(open);
  for (const page of [form, plain, open]) await page.context().close();
});

test("the state changes on the open page when texts cannot go out, and back", async () => {
  const page = await running();
  await page.locator(".state", { hasText: "Running" }).waitFor();
  await world.control("POST", "accounts", { email: account, api_enabled: false });
  await page.locator(".state", { hasText: "Not texting" }).waitFor();
  await page.locator(".profile .trouble").getByText("the API is switched off").waitFor();
  await world.control("POST", "accounts", { email: account, api_enabled: true });
  await world.service.stop();
  await world.serveAgain(); // a refused account is asked again slowly, but at each start
  await page.locator(".state", { hasText: "Running" }).waitFor();
  await page.context().close();
});

test("putting live parts in place keeps focus, selection, scroll and what is open", async () => {
  const page = await world.page({ viewport: { width: 700, height: 400 } });
  // No page has a fold inside a live part yet.
  await page.route(`${world.url}/`, async (route) => {
    const answer = await route.fetch();
    const html = (await answer.text()).replace(/(<article [^>]*>)/, "$1<details><summary>More</summary>text in the fold</details>");
    await route.fulfill({ response: answer, body: html });
  });
  await page.goto(`${world.url}/`);
  await page.getByText("More").click();
  const edit = page.getByRole("link", { name: "Edit 416-555-0100" });
  await edit.focus();
  await page.evaluate(() => {
    getSelection().selectAllChildren(document.querySelector(".message"));
    scrollTo(0, 120);
  });
  const missed = page.locator(".numbers dd").nth(1);
  const before = Number(await missed.textContent());
  await world.call("5551239999");
  await missed.filter({ hasText: String(before + 1) }).waitFor();

  const kept = await page.evaluate(() => ({
    focus: document.activeElement.textContent,
    selection: getSelection().toString(),
    scroll: scrollY,
    open: document.querySelector("details").open,
  }));
  assert.deepEqual(kept, { focus: "Edit", selection: "Sorry we missed you.", scroll: 120, open: true });
  await page.context().close();
});

test("the library that morphs is the one of the package", async () => {
  const ours = await readFile(new URL("../../web/assets/idiomorph.min.js", import.meta.url), "utf8");
  const theirs = await readFile(createRequire(import.meta.url).resolve("idiomorph/dist/idiomorph.min.js"), "utf8");
  assert.equal(ours.slice(ours.indexOf("\n") + 1), theirs, "below the line that names version and licence");
});
