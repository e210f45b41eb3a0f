// Drives the dashboard in a real Chromium: keeps a key, makes a bot with the proposed reach that uses it, talks to it, and changes its reach.
//
//   node brokered.mjs <baseUrl> <user> <passwordFile> <config.json>
//
// The server must have no bots and no keys. config.json: {"baseUrl", "model", "apiKey", "answer"} of the AI.
// Environment: SCREENSHOTS and CHROMIUM, as harness.mjs says.
import { readFileSync } from "node:fs";
import { check, checkSecrets, startBrowser } from "./harness.mjs";

const HEALTHY = 180_000; // ms
const [baseUrl, username, passwordFile, configFile] = process.argv.slice(2);
const config = JSON.parse(readFileSync(configFile, "utf8"));
const { page, browser, step, look } = await startBrowser({ httpCredentials: { username, password: readFileSync(passwordFile, "utf8").trim() } });

const field = (pointer) => page.locator(`[name="${pointer}"]`);
const button = (name) => page.getByRole("button", { name, exact: true });
const card = (title) => page.locator("section.card", { has: page.getByRole("heading", { name: title, exact: true }) });

await step("a key is tested and kept, and is nowhere in the page", async () => {
  await page.goto(`${baseUrl}/#/keys`);
  await page.getByRole("heading", { name: "No keys yet" }).waitFor();
  await button("Add key").last().click();
  await checkSecrets(page, 1);
  await field("/label").fill("Team");
  await field("/provider").selectOption("openai-compatible");
  await field("/baseUrl").fill(config.baseUrl);
  await field("/apiKey").fill(config.apiKey);
  await button("Test key").click();
  await page.locator(".outcome[data-tone=good]:visible").waitFor();
  await button("Add key").last().click();
  await page.locator(".kept-keys > li", { hasText: "Team" }).filter({ hasText: "Not used by any bot" }).waitFor();
  check(!(await page.content()).includes(config.apiKey) && !await page.getByText("This key was in a bot").isVisible(), "the key is in the page, or was in a bot");
  await look("real-keys", [1280]);
});

await step("a bot is made with it, with the reach that the form proposes", async () => {
  await page.getByRole("link", { name: "New bot" }).first().click();
  await field("/name").fill("kept key");
  await field("/channel/type").selectOption("webchat");
  await field("/ai/provider").selectOption("openai-compatible");
  await field("/ai/baseUrl").fill(config.baseUrl);
  check(await field("/ai/key").evaluate((choice) => choice.selectedOptions[0].text) === "Team", "the kept key is not offered");
  await field("/ai/model").fill(config.model);
  await button("Create bot").click();
  await page.waitForURL(/#\/bots\/[0-9a-f]{16}$/);
  await page.getByRole("heading", { name: "Ready" }).waitFor({ timeout: HEALTHY });
});

await step("it answers, though it has no key and no network", async () => {
  await card("Try it").getByRole("textbox").fill("Hello?");
  await page.keyboard.press("Enter");
  await card("Try it").getByText(config.answer).waitFor();
  await card("Configuration").getByRole("link", { name: "Team" }).waitFor();
  await card("Configuration").getByText("Web", { exact: true }).waitFor();
  check(!(await card("Secrets").textContent()).includes("ai-api-key"), "the placeholder is shown as a secret");
  await look("real-brokered", [1280]);
});

await step("its key cannot be deleted, and says which bot uses it", async () => {
  await card("Configuration").getByRole("link", { name: "Team" }).click();
  await page.locator(".kept-keys > li", { hasText: "kept key, so it cannot be deleted" }).waitFor();
  check(await button("Delete Team…").getAttribute("aria-disabled") === "true", "it can be deleted");
});

/** Changes the bot with its form, waits until its new container is ready, and talks to it. */
async function changeReach(label, message) {
  const before = await card("Container").getByText("Container ID").locator("xpath=..").textContent();
  await card("Configuration").getByRole("button", { name: "Edit" }).click();
  await page.getByText(label, { exact: true }).click();
  await page.getByText("The container is replaced to apply the new reach").waitFor();
  await card("Configuration").getByRole("button", { name: "Save" }).click();
  if (label === "Legacy") await button("Change to Legacy").click();
  await card("Configuration").getByRole("button", { name: "Edit" }).waitFor({ timeout: HEALTHY });
  await page.waitForFunction((old) => ![...document.querySelectorAll("dl > div")].some(({ textContent }) => textContent === old), before);
  await page.locator(".detail-head .word", { hasText: "healthy" }).waitFor({ timeout: HEALTHY });
  await card("Try it").getByRole("textbox").fill(message);
  await page.keyboard.press("Enter");
  await card("Try it").locator("li", { hasText: message }).locator("xpath=following-sibling::li[1]").getByText(config.answer).waitFor();
}

await step("given its key, it is a legacy bot, which its page tells", async () => {
  await page.goBack();
  await page.getByRole("heading", { name: "kept key", level: 1 }).waitFor();
  await changeReach("Legacy", "And now?");
  await card("Configuration").getByText("The API key is in a file that this bot can read").waitFor();
});

await step("moved, it gives up its key, which is said to have been in a bot", async () => {
  await page.locator(".legacy-note:visible", { hasText: "1 bot has the reach Legacy." }).getByRole("button", { name: "Move…" }).click();
  await button("Move 1 bot").click();
  await page.getByRole("dialog").getByText("Moved to Web.").waitFor({ timeout: HEALTHY });
  await look("real-moved", [1280]);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await card("Reach").getByText("Nothing was refused since the broker started.").waitFor();
  await card("Configuration").getByRole("link", { name: "Team" }).click();
  await page.locator(".kept-keys > li", { hasText: "Team" }).getByText("This key was in a bot").waitFor();
  check(await page.locator(".kept-keys > li").count() === 1, "the same key is kept twice");
  await look("real-was-in-bot", [1280]);
});

await browser.close();
