// Drives several windows of the dashboard at once in a real Chromium, against the stand-in of mock.mjs: the browser's six
// connections suffice for any number of windows, and a connection that is dead without being closed is noticed.
//
//   node windows.mjs
//
// Environment: SCREENSHOTS and CHROMIUM, as harness.mjs says.
import { check, startBrowser } from "./harness.mjs";
import { cuttable } from "./logharness.mjs";
import { startMock } from "./mock.mjs";

const id = (number) => String(number).padStart(16, "0");
const LOST = /net::ERR|Failed to load resource/;
const mock = await startMock();
const proxy = await cuttable(mock.url);
const { page, browser, context, step, look } = await startBrowser();
const phase = (one, word, timeout) => one.locator(`#link[data-phase="${word}"]`).waitFor({ timeout });

async function windowAt(route) {
  const one = await context.newPage();
  await one.goto(`${proxy.url}/#${route}`);
  return one;
}

/* Three windows, each with its events and its log or its figures, used up the browser's six connections. */
await step("a click in the first of seven windows is answered, and its stream comes back to it", async () => {
  await page.goto(`${proxy.url}/#/bots/${id(1)}`);
  await phase(page, "live");
  const others = [];
  for (const route of [`/bots/${id(1)}/logs`, `/bots/${id(2)}/logs`, `/bots/${id(4)}/logs`, `/bots/${id(5)}`, `/bots/${id(6)}/logs`, `/bots/${id(6)}`]) others.push(await windowAt(route));
  for (const one of others) await phase(one, "live", 60_000);
  await page.bringToFront();
  await page.getByRole("button", { name: "Restart", exact: true }).click();
  await page.locator(".detail-head .word", { hasText: "starting" }).waitFor({ timeout: 60_000 });
  await page.locator(".detail-head .word", { hasText: "healthy" }).waitFor({ timeout: 60_000 });
  for (const one of [others[0], others[1], others[2], others[4]]) {
    await one.bringToFront();
    await one.locator("h1").click();
    await one.locator('.logs-head .link[data-phase="live"]').waitFor({ timeout: 60_000 });
    await one.locator(".line").first().waitFor();
  }
  await others[0].locator(".logs-head .link", { hasText: "paused while other windows are in use" }).waitFor({ timeout: 60_000 });
  check(mock.events() === 1, `${mock.events()} streams of events are open`);
  check(mock.streams() <= 4, `${mock.streams()} streams are open`);
  for (const one of others) await one.close();
  await page.locator(".tile-figure strong", { hasText: "MiB" }).first().waitFor();
});

await step("changes made while a window is hidden or new are shown immediately", async () => {
  const late = await windowAt(`/bots/${id(3)}`);
  await late.getByRole("heading", { name: "Hausmeister", level: 1 }).waitFor();
  const hide = (hidden) => late.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  await hide(true);
  await phase(late, "paused");
  mock.set({ ...mock.bots.get(id(3)), name: "renamed meanwhile" });
  await page.locator(".row-name", { hasText: "renamed meanwhile" }).waitFor();
  await hide(false);
  await late.getByRole("heading", { name: "renamed meanwhile", level: 1 }).waitFor({ timeout: 60_000 });
  await late.close();
});

/* The browser kept a click on Stop for ever, without a word. */
await step("an action that the browser cannot send is reported, and sent when it can be", async () => {
  await page.evaluate((path) => {
    globalThis.taken = new AbortController();
    for (let i = 0; i < 6; i++) fetch(`${path}?${i}`, { signal: globalThis.taken.signal }).catch(() => {});
  }, `/api/bots/${id(1)}/stats`);
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.locator(".toast", { hasText: "An action is still waiting" }).waitFor({ timeout: 60_000 });
  check(!mock.calls.some(({ call }) => call === `POST /api/bots/${id(1)}/stop`), "it was sent");
  await look("stuck", [1280]);
  await page.evaluate(() => globalThis.taken.abort());
  await page.locator(".detail-head .word", { hasText: "stopped" }).waitFor();
  await page.locator(".toast").waitFor({ state: "detached" });
}, LOST);

/* The list said "live" for hours. */
await step("a dead connection that was never closed is noticed within 60 s, and its return within 5 s", async () => {
  const logs = await windowAt(`/bots/${id(6)}/logs`);
  const log = (word, timeout) => logs.locator(`.logs-head .link[data-phase="${word}"]`).waitFor({ timeout });
  await log("live");
  await phase(page, "live");
  proxy.freeze();
  const begun = Date.now();
  await Promise.all([phase(page, "reconnecting", 60_000), phase(logs, "reconnecting", 60_000), log("reconnecting", 60_000)]);
  await page.locator("#strip", { hasText: "Connection lost." }).waitFor();
  check(Date.now() - begun < 60_000, "it took longer");
  mock.set({ ...mock.bots.get(id(6)), name: "changed meanwhile" });
  await page.waitForTimeout(9000); // Long enough for several attempts.
  proxy.thaw(); // Twice the 5 s, since the machine may be busy; the arithmetic is in logic.test.mjs.
  await Promise.all([phase(page, "live", 10_000), log("live", 10_000)]);
  await page.locator("#strip").waitFor({ state: "hidden" });
  await page.locator(".row-name", { hasText: "changed meanwhile" }).waitFor();
}, LOST);

await browser.close();
proxy.close();
await mock.close();
