// A database that was put back: what the owner sees, and the button that lets texts go.
import assert from "node:assert/strict";
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { World } from "./support.mjs";

const caller = "5551234567";

let world;
before(async () => {
  // Lists are believed late for as long as they are in earnest, so that the doubt lasts for the whole test.
  world = await World.create({ SMS_NOTIFIER_RECONCILE_NEGATIVE_WAIT: "240s", SMS_NOTIFIER_RECONCILE_ACCEPTANCE_MAX: "180s", SMS_NOTIFIER_RECONCILE_LOOK_GAP: "30s" });
  await world.addUser();
  await world.addProfile();
});
after(() => world?.close());

/** The database alone, as a backup holds it. */
const database = () => join(world.data(), "sms-notifier.db");
const backup = () => join(world.folder, "backup.db");

test("A database that was put back holds texts back in red, and the owner may let them go", async () => {
  await copyFile(database(), backup());
  await world.serve();
  const texted = await world.page();
  await world.call(caller);
  await texted.locator(".card", { hasText: "Running" }).first().waitFor();
  while ((await world.texts()).length < 1) await new Promise((resolve) => setTimeout(resolve, 100));
  await world.service.stop();
  for (const end of ["", "-wal", "-shm"]) await rm(database() + end, { force: true });
  await copyFile(backup(), database());

  await world.serveAgain();
  const page = await world.page();
  const card = page.locator("article", { hasText: "Not texting" });
  await card.getByText("the database is an earlier one").waitFor();
  await world.call("5559876543");
  await card.getByRole("button", { name: /Let texts go/ }).click();
  await page.getByText("Texts go out again.").waitFor();
  await page.locator("article", { hasText: "Running" }).waitFor();
  while ((await world.texts()).length < 2) await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(
    (await world.texts()).map((text) => text.dst).sort(),
    [caller, "5559876543"].sort(),
    "the caller of before the restore is found in VoIP.ms' list and not texted again",
  );
});
