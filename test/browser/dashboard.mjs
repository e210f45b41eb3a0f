// Drives the dashboard in a real Chromium through the whole life of a bot, as an operator would.
//
//   node dashboard.mjs <baseUrl> <user> <passwordFile> <config.json>
//
// The server must have no bots. config.json tells of what bot to make:
//   {"baseUrl": "http://…/v1", "model": "…", "apiKey": "…" (optional), "apiRoot": "http://…", "token": "123456789:AA…",
//    "answer": "what the model says", "stranger": "the sender of a message that waits for the bot"}
// Environment: SCREENSHOTS, a folder for pictures of every view (optional); CHROMIUM, the browser (/usr/bin/chromium).
//
// Prints "ok - …" for each step and stops at the first "not ok - …" with exit code 1. A message of the browser's console, a
// violation of the content security policy and anything that axe-core finds are failures of the step they happen in.
import { readFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { check, checkAccessibility, launch } from "./harness.mjs";

const HEALTHY = 180_000, LONG = 60_000; // ms
const [baseUrl, user, passwordFile, configFile] = process.argv.slice(2);
if (!configFile) {
  console.error("usage: node dashboard.mjs <baseUrl> <user> <passwordFile> <config.json>");
  process.exit(2);
}
const config = JSON.parse(readFileSync(configFile, "utf8"));
const password = readFileSync(passwordFile, "utf8").trim();
const pictures = process.env.SCREENSHOTS;
const name = "browser test";

const browser = await launch();
const context = await browser.newContext({
  httpCredentials: { username: user, password }, viewport: { width: 1280, height: 820 }, reducedMotion: "reduce",
});
context.setDefaultTimeout(LONG);
await context.addInitScript(() => addEventListener("securitypolicyviolation", (event) =>
  console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)));
const page = await context.newPage();

const complaints = [];
let going = false; // Whether the bot is being deleted: what the page asks of it meanwhile may find it gone.
let refusals = 0; // Answers 422 that a step is about to cause: the browser reports each of them to its console.
page.on("console", (message) => {
  if (!["error", "warning"].includes(message.type())) return;
  if (refusals > 0 && /status of 422/.test(message.text()) && message.location().url.includes("/api/bots")) refusals--;
  else if (/status of (409|503)/.test(message.text()) && message.location().url.endsWith("/pairing")) return; // Asked while it stopped.
  else if (going && /status of 404/.test(message.text()) && message.location().url.includes("/api/bots/")) return;
  else if (/ERR_NETWORK_CHANGED/.test(message.text())) return; // A container's network came or went: the page must bear that.
  else complaints.push(`console: ${message.text()} (${message.location().url})`);
});
page.on("pageerror", (error) => complaints.push(`exception: ${error.stack}`));

async function step(title, work) {
  try {
    await work();
    check(complaints.length === 0, complaints.join("\n"));
    console.log(`ok - ${title}`);
  } catch (error) {
    console.log(`not ok - ${title}\n${error.stack}\n${complaints.join("\n")}`);
    if (pictures) await page.screenshot({ path: join(pictures, "failure.png") }).catch(() => {});
    await browser.close();
    process.exit(1);
  }
}

/** Looks at the present view as it is in both themes and on two widths: pictures, axe, and that nothing is cut off at 320 px. */
async function look(view) {
  for (const width of [1280, 375]) for (const colorScheme of ["light", "dark"]) {
    await page.setViewportSize({ width, height: 820 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    if (pictures) await page.screenshot({ path: join(pictures, `${view}-${colorScheme}-${width}.png`), fullPage: true });
    await checkAccessibility(page, `${view}, ${colorScheme}, ${width} px`);
  }
  await page.setViewportSize({ width: 320, height: 820 });
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check(excess <= 0, `${view} is ${excess} px too wide at 320 px`);
  await page.setViewportSize({ width: 1280, height: 820 });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}

const field = (pointer) => page.locator(`[name="${pointer}"]`);
const errorOf = async (pointer) => (await page.locator(`#${await field(pointer).getAttribute("id")}-error`).textContent()).trim();
const word = page.locator(".detail-head .badge .word");
const button = (label) => page.getByRole("button", { name: label, exact: true });

/** Waits until the bot's badge says one of these words; tells which. */
async function becomes(words, timeout) {
  await page.waitForFunction((wanted) => wanted.includes(document.querySelector(".detail-head .badge .word")?.textContent), words, { timeout })
    .catch(async () => { throw new Error(`the badge is "${await word.textContent()}" after ${timeout} ms, not ${words.join(" or ")}`); });
  return word.textContent();
}

if (pictures) mkdirSync(pictures, { recursive: true });

await step("the empty dashboard explains itself and offers one button", async () => {
  await page.goto(baseUrl);
  await page.getByRole("heading", { name: "Create your first bot" }).waitFor();
  await page.locator('#link[data-phase="live"]').waitFor();
  await look("empty");
});

await step("a chosen theme survives a reload", async () => {
  await page.locator("#theme").click();
  await page.locator("#theme").click();
  await page.reload();
  check(await page.evaluate(() => document.documentElement.dataset.theme) === "dark", "the theme was forgotten");
  await page.locator("#theme").click();
});

await step("the form refuses bad input beside its fields, all at once, and loses nothing", async () => {
  await page.getByRole("main").getByRole("link", { name: "New bot" }).click();
  await field("/ai/provider").selectOption("openai-compatible");
  await field("/ai/baseUrl").fill("not a url");
  await field("/channel/type").selectOption("telegram");
  await field("/channel/credentials/token").fill("no token at all");
  refusals = 1;
  await button("Create bot").click();
  await page.locator(".field-error:visible").first().waitFor();
  for (const pointer of ["/name", "/ai/baseUrl", "/ai/model", "/channel/credentials/token"]) {
    check(await errorOf(pointer) !== "", `no error beside ${pointer}`);
    check(await field(pointer).getAttribute("aria-invalid") === "true", `${pointer} is not marked`);
  }
  check(await page.evaluate(() => document.activeElement.getAttribute("name")) === "/name", "the focus is not on the first error");
  check(await field("/ai/baseUrl").inputValue() === "not a url" && await field("/channel/credentials/token").inputValue() === "no token at all", "something typed was lost");
  await look("create-refused");
});

await step("a secret shows only while the button is held", async () => {
  const token = field("/channel/credentials/token");
  await page.getByRole("button", { name: "Show Bot token while held" }).hover();
  await page.mouse.down();
  const dots = () => token.evaluate((input) => getComputedStyle(input).webkitTextSecurity);
  check(await dots() === "none", "it stays hidden");
  await page.mouse.up();
  check(await dots() === "disc" && await page.locator("input[type=password]").count() === 0, "it stays shown");
});

await step("valid input creates a bot", async () => {
  await page.getByText("Legacy", { exact: true }).click();
  await field("/name").fill(name);
  await field("/ai/baseUrl").fill(config.baseUrl);
  await field("/ai/model").fill(config.model);
  if (config.apiKey) await field("/ai/apiKey").fill(config.apiKey);
  await field("/channel/credentials/token").fill(config.token);
  if (!await field("/channel/settings/apiRoot").isVisible()) {
    await page.locator("details.more:visible", { has: field("/channel/settings/apiRoot") }).locator("summary").click();
  }
  await field("/channel/settings/apiRoot").fill(config.apiRoot);
  await button("Create bot").click();
  await page.waitForURL(/#\/bots\/[0-9a-f]{16}$/);
  await page.getByRole("heading", { name, level: 1 }).waitFor();
});

await step("its badge becomes healthy by itself, in the detail and in the list", async () => {
  await becomes(["healthy"], HEALTHY);
  check(await page.locator(".rows .badge .word").textContent() === "healthy", "the list says something else");
  check(!(await page.content()).includes(config.token), "the token is in the page");
  await look("detail");
});

const card = (title) => page.locator("section.card", { has: page.getByRole("heading", { name: title, exact: true }) });
const botPath = `/api${new URL(page.url()).hash.slice(1)}`;
const secret = "123456789:AAreplaced-token-0123456789abcdefgh";

await step("its resource usage is shown and updated", async () => {
  const figure = card("Resources").locator(".tile-figure strong").nth(1);
  await card("Resources").scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector(".sparkline .line").getAttribute("points")?.includes(" "));
  check(/MiB|GiB/.test(await figure.textContent()), "no memory: " + await figure.textContent());
});

await step("a test message gets a reply", async () => {
  const part = card("Try it");
  await part.getByRole("textbox").fill("Hello?");
  await page.keyboard.press("Enter");
  await part.getByText(config.answer).waitFor();
});

await step("a pairing request appears on its page and in the list, and is approved", async () => {
  const callout = page.locator(".pairing");
  await callout.getByText(config.stranger).first().waitFor();
  check(await page.locator(".row-waiting:visible").count() === 1, "the list does not say so");
  await callout.getByRole("button", { name: "Approve" }).click();
  await callout.waitFor({ state: "hidden" });
});

await step("an edit keeps rejected input, and applies valid input", async () => {
  const part = card("Configuration");
  await part.getByRole("button", { name: "Edit" }).click();
  await field("/name").fill("");
  await field("/limits/pids").fill("600");
  refusals = 1;
  await part.getByRole("button", { name: "Save" }).click();
  await part.locator(".field-error:visible").waitFor();
  check(await errorOf("/name") !== "", "no error beside the name");
  check(await field("/limits/pids").inputValue() === "600", "something typed was lost");
  await look("detail-edit");
  await field("/name").fill(name);
  await part.getByRole("button", { name: "Save" }).click();
  await part.getByText("600 processes").waitFor();
});

await step("instructions are saved", async () => {
  const part = card("Instructions");
  await part.getByRole("textbox").fill("You are a pirate.");
  await part.getByRole("button", { name: "Save" }).click();
  await part.getByText("Saved").waitFor();
  check((await page.evaluate((path) => fetch(path).then((answer) => answer.json()), `${botPath}/instructions`)).text.trim() === "You are a pirate.", "the server has something else");
});

await step("a secret is replaced and never shown", async () => {
  await button("Replace the Bot token…").click();
  await page.getByLabel("New Bot token", { exact: true }).fill(secret);
  await button("Replace").click();
  await page.locator("dialog").waitFor({ state: "detached" });
  await card("Secrets").getByText("updated just now").first().waitFor();
  check(!(await page.content()).includes(secret), "the value is in the page");
  await becomes(["healthy"], HEALTHY);
});

await step("the system page shows the installation", async () => {
  await page.getByRole("link", { name: "System" }).click();
  await card("Installation").getByText("Docker Engine").waitFor();
  await card("Bot image").getByText("Installed").waitFor();
  await look("system");
  await page.goBack();
});

await step("the log shows its lines, and new ones as they are written", async () => {
  await page.getByRole("link", { name: "Logs" }).click();
  await page.locator(".line").first().waitFor();
  await page.locator('.logs-head .link[data-phase="live"]').waitFor();
  await look("logs");
  const before = await page.locator(".line").count();
  const status = await page.evaluate((path) => fetch(path, { method: "POST" }).then((answer) => answer.status), `/api${new URL(page.url()).hash.slice(1).replace("/logs", "")}/restart`);
  check(status === 200, `restart answered ${status}`);
  await page.waitForFunction((count) => document.querySelectorAll(".line").length > count, before);
});

await step("a filter that matches nothing hides every line, and gives them back", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("there is no such line");
  await page.waitForFunction(() => document.querySelectorAll(".line").length === 0);
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.locator(".line").first().waitFor();
});

await step("the log's address survives a reload, and Back leads to the bot", async () => {
  await page.reload();
  await page.locator(".line").first().waitFor();
  await page.goBack();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
});

await step("stop asks for confirmation while the bot is starting, and stops it", async () => {
  const starting = await becomes(["starting", "healthy", "unhealthy"], LONG) === "starting";
  await button("Stop").click();
  if (starting && await button("Stop bot").isVisible()) await button("Stop bot").click();
  await becomes(["stopped"], LONG);
  await page.locator(".reason", { hasText: "Stopped by you" }).waitFor();
  await look("stopped");
});

await step("start starts it again", async () => {
  await button("Start").click();
  await becomes(["starting", "healthy"], LONG);
});

await step("search and the counters filter the list, and the URL keeps the filter", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("no such bot");
  await page.getByText("No matching bots.").waitFor();
  check(page.url().includes("q=no"), "the address does not tell");
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.locator('.counter[data-status="error"]').click();
  await page.getByText("No matching bots.").waitFor();
  await page.locator('.counter[data-status="error"]').click();
  await page.locator(".row").waitFor();
});

await step("delete requires the bot's name", async () => {
  const more = page.getByLabel("More actions");
  await more.click();
  await button("Delete…").click();
  await look("delete");
  const confirm = page.getByLabel("Type browser test to confirm");
  await confirm.fill("browser tes");
  check(await button("Delete bot").isDisabled(), "a wrong name is enough");
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await more.click();
  await button("Delete…").click();
  await confirm.fill(name);
  going = true;
  await button("Delete bot").click();
  await page.getByRole("heading", { name: "Create your first bot" }).waitFor();
  check(await page.locator(".row").count() === 0, "the list is not empty");
});

await step("the URL of a deleted bot says that it does not exist", async () => {
  going = false;
  await page.goBack();
  await page.getByRole("heading", { name: "Bot not found" }).waitFor();
  await look("gone");
});

await browser.close();
