// Drives the dashboard in a real Chromium, against the real server and a real engine, through what one bot alone cannot
// show: several bots at once, the keyboard alone, and an engine and a server that go away and come back.
//
//   node outages.mjs BASE_URL USER PASSWORD_FILE
//
// There are three running bots: one, two, three. What the script cannot do itself it asks for: it writes `? engine away`
// on its output, and reads a line when that is done.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { check, startBrowser } from "./harness.mjs";

const [baseUrl, username, passwordFile] = process.argv.slice(2);
const LONG = 60_000;
const LOST = /Failed to load resource|net::ERR/;
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { page, browser, step, look } = await startBrowser({ httpCredentials: { username, password: readFileSync(passwordFile, "utf8").trim() } });

async function ask(what) {
  console.log(`? ${what}`);
  await answers.next();
}

/** Chromium drops what it loads when a network of the host changes, as each start of a container does: then once more. */
const open = async (route, tries = 3) => {
  await page.goto("about:blank");
  try {
    await page.goto(`${baseUrl}/#${route}`);
    await page.locator('#link[data-phase="live"]').waitFor();
  } catch (error) {
    if (tries === 1) throw error;
    await open(route, tries - 1);
  }
};
const button = (name) => page.getByRole("button", { name, exact: true });
const row = (name) => page.locator(".row", { hasText: name });
const word = (name, words) => row(name).locator(".word", { hasText: words }).waitFor({ timeout: LONG });
const focused = () => page.evaluate(() => document.activeElement.closest(".row")?.textContent.trim() ?? "nothing");

async function select(...names) {
  await button("Select").click();
  for (const name of names) await page.getByLabel(`Select ${name}`).check();
}

await step("several bots are stopped and started at once", async () => {
  await open("/");
  await select("one", "two");
  await page.locator(".selection").getByRole("button", { name: "Stop", exact: true }).click();
  await button("Stop 2 bots").click();
  await word("one", "stopped");
  await word("two", "stopped");
  await word("three", "starting");
  if (await button("Done").count() > 0) await button("Done").click();
  await select("one", "two");
  await page.locator(".selection").getByRole("button", { name: "Start", exact: true }).click();
  const sure = button("Start 2 bots");
  await Promise.race([sure.waitFor(), word("one", "starting")]);
  if (await sure.isVisible()) await sure.click();
  await word("one", "starting");
  await word("two", "starting");
  if (await button("Done").count() > 0) await button("Done").click();
});

await step("by keyboard alone: a row, its bot, its log", async () => {
  await open("/");
  await row("one").waitFor(); // the list is drawn a frame after the connection is live
  await page.keyboard.press("j");
  check(/one|two|three/.test(await focused()), `the focus is on ${await focused()}`);
  await page.keyboard.press("Enter");
  await page.locator("h1", { hasText: /one|two|three/ }).waitFor();
  await page.keyboard.press("l");
  await page.waitForURL(/\/logs$/);
  await page.goBack();
  await page.locator("h1", { hasText: /one|two|three/ }).waitFor();
});

await step("an unavailable engine is reported, and its return is noticed", async () => {
  await open("/");
  await ask("engine away");
  await page.locator("#strip", { hasText: "Docker Engine" }).waitFor({ timeout: LONG });
  check(await page.locator("body.stale").count() === 1, "it does not look stale");
  await look("real-engine-lost", [1280]);
  await ask("engine back");
  await page.locator("#strip").waitFor({ state: "hidden", timeout: LONG });
  await word("three", "starting");
}, LOST);

await step("a restart of the server is reported, and changes made meanwhile are shown", async () => {
  await ask("server away");
  await page.locator("#strip", { hasText: "Connection lost." }).waitFor({ timeout: LONG });
  await ask("server back with a bot made meanwhile");
  await page.getByText("made meanwhile", { exact: true }).waitFor({ timeout: LONG });
  await page.locator("#strip").waitFor({ state: "hidden", timeout: LONG });
}, LOST);

await step("several bots are deleted after typing a confirmation", async () => {
  await open("/");
  await select("one", "two", "three");
  await page.locator(".selection").getByRole("button", { name: "Delete…" }).click();
  check(await page.locator("dialog .danger").isDisabled(), "nothing need be typed");
  await page.getByLabel("Type delete 3 bots to confirm").fill("delete 3 bots");
  await page.locator("dialog .danger").click();
  await page.waitForFunction(() => document.querySelectorAll(".row").length === 1, null, { timeout: LONG });
});

await browser.close();
process.exit(0);
