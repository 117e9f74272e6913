// axe looks at every page, in both themes and both languages.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { World, eventually } from "./support.mjs";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const pages = ["/", "/create/", "/edit/1", "/delete/1", "/calls/", "/calls/1/text", "/log/", "/users/", "/audit/", "/nowhere"];
let world;

before(async () => {
  world = await World.atWork();
  await world.call("5551234567", { name: "Jamie Example" });
  await eventually("a text", async () => (await world.texts()).length === 1);
});
after(() => world?.close());

async function findings(page) {
  await page.addScriptTag({ path: axePath });
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

for (const colorScheme of ["light", "dark"]) {
  for (const locale of ["en-CA", "fr-CA"]) {
    test(`no serious finding, ${colorScheme}, ${locale}`, async () => {
      // The page's own policy lets no test in.
      const page = await world.page({ colorScheme, locale, bypassCSP: true }, false);
      await page.goto(`${world.url}/login`);
      assert.deepEqual(await findings(page), [], "/login");
      await world.logIn(page);
      await page.waitForURL(`${world.url}/`);
      for (const path of pages) {
        await page.goto(world.url + path);
        assert.deepEqual(await findings(page), [], path);
      }
      await page.context().close();
    });
  }
}
