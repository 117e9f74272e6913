// The pictures in docs/images: `./dev screenshots`.
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { World } from "./support.mjs";

const images = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "docs", "images");
const desktop = { width: 1200, height: 1000 };
const looks = {
  light: { viewport: desktop },
  dark: { viewport: desktop, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 800 }, isMobile: true, deviceScaleFactor: 2 },
};
const pages = { dashboard: "/", calls: "/calls/", profile: "/edit/1" };

await mkdir(images, { recursive: true });
const world = await World.create({ SMS_NOTIFIER_MONITOR_POLL_INTERVAL: "10s" }, ["--accounts", "10", "--latency", "200"]);
try {
  await promisify(execFile)(join(process.env.PROGRAMS, "fill_store"), [world.data(), "4000", "500"], { env: { ...process.env, ...world.environment } });
  for (const id of ["4", "5", "6", "7", "8", "9", "10"]) await world.cli(["profile", "delete", id]);
  await world.addUser();
  await world.serve();
  for (const [look, options] of Object.entries(looks)) {
    const page = await world.page(options);
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(world.url + path);
      await page.screenshot({ path: join(images, `${name}-${look}.png`) });
    }
    await page.context().close();
  }
} finally {
  await world.close();
}
