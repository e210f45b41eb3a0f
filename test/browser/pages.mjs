// Drives every page but the log in a real Chromium, against the stand-in of mock.mjs: what a bot's page, the list, the form
// and the system page do, also when the engine or BotMaker itself goes away, and that all of it can be done by keyboard.
//
//   node pages.mjs
//
// Environment: SCREENSHOTS and CHROMIUM, as harness.mjs says.
import { check, checkSecrets, startBrowser } from "./harness.mjs";
import { startMock } from "./mock.mjs";
import { bot, sealed, TOKEN } from "./mockdata.mjs";

const id = (number) => String(number).padStart(16, "0");
const LOST = /ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED|ERR_CONTENT_LENGTH|net::ERR/;
const mock = await startMock();
const { page, browser, context, step, look } = await startBrowser();
await context.addInitScript(() => { // The longest time for which the page did nothing.
  let last = performance.now();
  globalThis.worst = 0;
  setInterval(() => {
    globalThis.worst = Math.max(globalThis.worst, performance.now() - last - 50);
    last = performance.now();
  }, 50);
});

const open = async (route) => {
  await page.goto("about:blank");
  await page.goto(`${mock.url}/#${route}`).catch(() => page.goto(`${mock.url}/#${route}`)); // Once more, when a network changed.
  await page.locator('#link[data-phase="live"]').waitFor();
};
const card = (title) => page.locator("section.card", { has: page.getByRole("heading", { name: title, exact: true }) });
const button = (name, exact = true) => page.getByRole("button", { name, exact });
const field = (pointer) => page.locator(`[name="${pointer}"]`);
const rows = () => page.locator(".rows .row-name").allTextContents();
const lastCall = (pattern) => mock.calls.findLast(({ call }) => pattern.test(call));
const until = (work, argument) => page.waitForFunction(work, argument);
const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.getAttribute("aria-label") || document.activeElement.name);

await step("what needs attention comes first, and names are text", async () => {
  await open("/");
  check((await rows()).slice(0, 2).join() === "sales-eu,a really long bot name that goes on and on and never ends", "the order is " + await rows());
  await page.getByText("<b>notes</b> & more", { exact: true }).waitFor();
  await look("list");
});

await step("the signed-in user is shown, and signing out is explained", async () => {
  await page.getByLabel("Account: admin").click();
  await page.getByText("Signed in as admin").waitFor();
  await look("account", [1280]); // On a narrow page it lies over what is below it, as menus do.
  await button("Sign out").click();
  await page.getByRole("heading", { name: "You are signed out" }).waitFor();
  check(await page.locator(".row").count() === 0 && !await page.locator("#side").isVisible(), "the bots are still there to see");
  await look("signed-out");
});

await step("a pairing request is on the bot's page and in the list, and is approved", async () => {
  await open(`/bots/${id(1)}`);
  const callout = page.locator(".pairing");
  await callout.getByText("Ada Lovelace").waitFor();
  check(await page.locator(".row-waiting:visible").textContent() === "1 pairing request", "the list does not say so");
  await page.locator(".tile-figure strong", { hasText: "MiB" }).first().waitFor();
  await page.locator(".history li").first().waitFor();
  await look("bot");
  await callout.getByRole("button", { name: "Approve" }).click();
  await callout.waitFor({ state: "hidden" });
  check(lastCall(/pairing\/KX7P2M4Q/).body.approve === true, "it was not approved");
});

await step("an edit sends only changes; errors appear beside their fields", async () => {
  const part = card("Configuration");
  await part.getByRole("button", { name: "Edit" }).click();
  await part.getByText("No changes yet.").waitFor();
  check(await page.evaluate(() => document.activeElement.name) === "/name", "the focus is not in the form");
  await checkSecrets(page, 2); // The key, and the token, which is asked for again when the server changes.
  await field("/ai/model").fill("claude-opus-5");
  await field("/limits/memory").fill("1");
  await part.getByText("Open to everyone", { exact: true }).click();
  await button("Save").first().click();
  await part.getByText("OpenClaw dies below 1.5 GiB.").waitFor();
  check(await field("/ai/model").inputValue() === "claude-opus-5", "something typed was lost");
  await look("bot-edit");
  await field("/limits/memory").fill("3");
  await button("Save").first().click();
  await part.getByText("claude-opus-5").waitFor();
  await part.getByText("3 GiB of memory").waitFor();
  const { body } = lastCall(/^PATCH/);
  check(JSON.stringify(body) === JSON.stringify({ ai: { provider: "anthropic", model: "claude-opus-5" }, access: { allow: null, policy: "open" }, limits: { memory: 3 * 2 ** 30, cpus: 2, pids: 512 } }),
      "sent: " + JSON.stringify(body));
  check(await focused() === "Edit", "the focus is lost");
}, /status of 422/);

await step("an unfinished edit survives leaving the page", async () => {
  await card("Configuration").getByRole("button", { name: "Edit" }).click();
  await field("/name").fill("support 2");
  await page.locator(".row", { hasText: "sales-eu" }).click();
  await page.getByRole("heading", { name: "sales-eu" }).waitFor();
  await page.goBack();
  await until(() => document.querySelector('[name="/name"]')?.value === "support 2");
  await card("Configuration").getByRole("button", { name: "Cancel" }).click();
});

await step("a secret is replaced, never shown, and a refused value says why", async () => {
  await button("Replace the Bot token…").click();
  await look("replace-secret");
  const value = page.getByLabel("New Bot token", { exact: true });
  await checkSecrets(page, 1);
  await value.fill("wrong");
  await button("Replace").click();
  await page.getByText("This does not have the right form.").waitFor();
  check(await value.inputValue() === "wrong", "what was typed is lost");
  await value.fill("123456789:new-token-new-token-new-token-new");
  await button("Replace").click();
  await page.locator("dialog").waitFor({ state: "detached" });
  await card("Secrets").getByText("updated just now").waitFor();
  check(!(await page.content()).includes("new-token"), "the value is in the page");
}, /status of 422/);

await step("the Control UI is published, and its one-time link can be clicked", async () => {
  const part = card("Control UI"), toggle = part.getByRole("switch");
  await toggle.click();
  await button("Enable").click();
  await part.getByText("Published on port 19100").waitFor();
  check(lastCall(/^PATCH/).body.controlUi === true && await toggle.isChecked(), "it is not on");
  await part.getByRole("button", { name: "Open Control UI" }).click();
  const link = part.getByRole("link", { name: "Open in a new tab" });
  await link.waitFor();
  check((await link.getAttribute("href")).startsWith("http://127.0.0.1:19100/#") && (await link.getAttribute("rel")).includes("noopener"), "the link is another");
  await look("control-ui");
  const [popup] = await Promise.all([page.context().waitForEvent("page"), link.click()]);
  await popup.close();
  await link.waitFor({ state: "hidden" });
  check(!(await page.content()).includes("bootstrapToken"), "a used link is still in the page");
  await toggle.click();
  await button("Disable").click();
  await part.getByText("Publish on a port of this host").waitFor();
  check(!await toggle.isChecked(), "it is still on");
}, /ERR_/);

await step("a new gateway token is generated without typing", async () => {
  await button("Replace the Gateway token…").click();
  await button("Generate").click();
  await page.locator("dialog").waitFor({ state: "detached" });
  check(lastCall(/secrets\/gateway-token/).body.value === null, "a value was sent");
});

await step("instructions are saved, and unsaved ones are kept", async () => {
  const part = card("Instructions"), text = part.getByRole("textbox");
  await text.fill("You are a pirate.");
  await page.locator(".row", { hasText: "sales-eu" }).click();
  await page.getByRole("heading", { name: "sales-eu" }).waitFor();
  await page.goBack();
  await until(() => document.querySelector('textarea[aria-label="Instructions"]')?.value === "You are a pirate.");
  await part.getByRole("button", { name: "Save" }).click();
  await part.getByText("Saved").waitFor();
  check(lastCall(/^PUT .*instructions/).body.text === "You are a pirate.", "something else was sent");
});

await step("a test message gets a streamed reply, and markup in it is text", async () => {
  mock.talk = "Ahoy! <img src=x onerror=alert(1)> This takes a few words to say, so that it can be watched.";
  const part = card("Try it");
  await part.getByRole("textbox").fill("Hello?");
  await page.keyboard.press("Enter");
  await part.getByText("Ahoy!").waitFor();
  await part.getByRole("button", { name: "Send" }).waitFor();
  await part.getByText(mock.talk).waitFor();
  check(await part.locator("img").count() === 0, "it became markup");
  await look("bot-talk");
});

await step("a failed message says why, and returns to the field", async () => {
  mock.refuse = { call: `POST /api/bots/${id(1)}/messages`, status: 503, detail: "The bot does not answer." };
  const part = card("Try it");
  await part.getByRole("textbox").fill("Are you there?");
  await part.getByRole("button", { name: "Send" }).click();
  await part.getByText("The bot does not answer.").waitFor();
  check(await part.getByRole("textbox").inputValue() === "Are you there?", "the message is lost");
  mock.refuse = null;
}, /status of 503/);

await step("a bot in error shows its last lines, one on an older image offers the new one", async () => {
  await open(`/bots/${id(2)}`);
  await page.getByText("401: Unauthorized").waitFor();
  await look("bot-error");
  await open(`/bots/${id(5)}`);
  await page.getByText("The state directory has grown to").waitFor();
  await button("Upgrade").click();
  await page.locator("dialog").getByRole("button", { name: "Upgrade", exact: true }).click();
  await button("Upgrade").waitFor({ state: "hidden" });
});

await step("a changed container is reported in the list and on its page, and repaired", async () => {
  mock.set({ ...mock.bots.get(id(4)), health: "healthy", drift: [
    { what: "HostConfig.Memory", expected: String(2 ** 31), found: String(3 * 2 ** 30) }, { what: "HostConfig.Privileged", expected: "false", found: "true" },
    { what: "HostConfig.PortBindings.80/tcp", expected: "nothing", found: '{"HostIp":"0.0.0.0","HostPort":"8080"}' }, { what: "Config.Env.<b>X</b>", expected: "nothing", found: "a value" },
    { what: "Image", expected: `sha256:${"9c1f5a3be0d24f7a".repeat(4)}`, found: `sha256:${"86aba0572568544c".repeat(4)}` }] });
  await open(`/bots/${id(4)}`);
  const part = page.locator(".drift");
  await part.getByText("5 differences").waitFor();
  await part.getByText("expected 2 GiB, found 3 GiB").waitFor();
  await part.getByText("Environment variable <b>X</b>").waitFor();
  check(await page.locator(".row-drift:visible").textContent() === "Configuration drift (5)", "the list does not say so");
  await look("bot-drift");
  await part.getByRole("button", { name: "Repair" }).click();
  await look("drift-ask", [1280]);
  await page.locator("dialog").getByRole("button", { name: "Repair", exact: true }).click();
  await part.waitFor({ state: "hidden" });
  check(lastCall(/repair$/).call === `POST /api/bots/${id(4)}/repair` && await page.locator(".row-drift:visible").count() === 0, "it was not repaired");
});

await step("the form tests key and token, warns of a token used twice, and loses nothing", async () => {
  await open("/new");
  await field("/name").fill("fresh");
  await field("/ai/key").selectOption({ label: "Enter a new key" });
  await checkSecrets(page, 2);
  await button("Test key").click();
  await page.getByText("Enter the key first.").waitFor();
  await field("/ai/apiKey").fill("wrong");
  await button("Test key").click();
  await page.getByText("refuses this key").waitFor();
  await field("/ai/apiKey").fill("right");
  await page.getByText("refuses this key").waitFor({ state: "hidden" });
  await button("Test key").click();
  await page.getByText("4 models available").waitFor();
  check(await page.locator("datalist option").count() === 4, "the models are not suggested");
  await field("/channel/credentials/token").fill(TOKEN);
  await button("Test token").click();
  await page.getByText("“support” uses the same token.").waitFor();
  await look("create-tested");
  await page.getByRole("link", { name: "System" }).click();
  await page.getByRole("heading", { name: "System" }).waitFor();
  await page.goBack();
  await page.getByText("Your earlier input has been restored.").waitFor();
  check(await field("/name").inputValue() === "fresh" && await field("/ai/apiKey").inputValue() === "right", "something typed was lost");
  check(await page.evaluate(() => Object.keys(localStorage).length + Object.keys(sessionStorage).length) === 0, "something was stored");
});

await step("a name conflict is reported beside the name, another conflict above the form", async () => {
  const alert = page.locator("form.create .notice[role=alert]:visible");
  mock.refuse = { call: "POST /api/bots", status: 409, detail: "No port is free for the Control UI." };
  await button("Create bot").click();
  await alert.filter({ hasText: "No port is free for the Control UI." }).waitFor();
  check(await field("/name").getAttribute("aria-invalid") !== "true", "the name is said to be wrong");
  mock.refuse = { call: "POST /api/bots", status: 409, detail: "It is taken.", errors: [{ field: "/name", message: "It is taken." }] };
  await button("Create bot").click();
  await page.locator(".field-error:visible", { hasText: "It is taken." }).waitFor();
  check(await field("/name").getAttribute("aria-invalid") === "true" && await focused() === "/name", "the name is not said to be taken");
  check(await alert.count() === 0, "it is told twice");
  mock.refuse = null;
}, /status of 409/);

await step("creation shows its steps until the bot responds", async () => {
  mock.slow = 2500; // Time enough to look.
  await field("/ai/model").fill("claude-sonnet-5");
  await button("Create bot").click();
  await page.locator('.making li[data-state="now"]', { hasText: "Container" }).or(page.locator('.making li[data-state="now"]', { hasText: "Start" })).first().waitFor();
  await look("creating");
  mock.slow = 150;
  await page.waitForURL(/#\/bots\/0{13}\d{3}$/);
  await page.locator(".steps [data-state=done]", { hasText: "Start" }).waitFor();
  await page.getByRole("heading", { name: "Ready" }).waitFor();
});

await step("several bots are stopped at once, after a confirmation that names them", async () => {
  await open("/");
  await button("Select").click();
  await page.getByLabel("Select support").check();
  await page.getByLabel("Select Hausmeister").check();
  await look("select");
  await page.locator(".selection").getByRole("button", { name: "Stop" }).click();
  await page.getByText("Skipped, because the action does not apply: Hausmeister.").waitFor();
  await look("bulk");
  await button("Stop 1 bot").click();
  await page.locator(".row", { hasText: "support" }).locator(".word", { hasText: "stopped" }).waitFor();
});

await step("several are deleted only after typing a confirmation", async () => {
  await button("Select").click();
  await page.getByLabel("Select fresh").check();
  await page.getByLabel("Select Hausmeister").check();
  await page.locator(".selection").getByRole("button", { name: "Delete…" }).click();
  check(await page.locator("dialog .danger").isDisabled(), "nothing need be typed");
  await page.getByLabel("Type delete 2 bots to confirm").fill("delete 2 bots");
  await page.locator("dialog .danger").click();
  await until(() => document.querySelectorAll(".row").length === 5);
});

await step("a failed action shows a toast with cause and next step, without taking the focus", async () => {
  await open(`/bots/${id(6)}`);
  mock.refuse = { call: `POST /api/bots/${id(6)}/restart`, status: 507, detail: "The disk is full." };
  await button("Restart").click();
  await page.locator(".toast", { hasText: "The disk is full. Free some disk space" }).or(page.locator(".toast", { hasText: "Free some disk space" })).first().waitFor();
  check(await focused() === "Restart", "the focus moved to " + await focused());
  await look("toast");
  mock.refuse = null;
}, /status of 507/);

await step("the system page shows the installation, builds the image, and removes orphaned resources", async () => {
  await open("/system");
  await page.getByText("20.10.24, API 1.41").waitFor();
  await look("system");
  await button("Build or pull image again").click();
  await page.locator("progress[value]").waitFor();
  await look("system-build");
  await page.getByText("The image is ready.").waitFor();
  await button("Remove Container botmaker-00000000000000bb").click();
  await page.locator("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await card("Orphaned resources").locator("li").nth(1).waitFor({ state: "detached" });
});

await step("the audit log is on the system page, newest first, and names in it are text", async () => {
  await open("/system");
  const rows = card("Audit log").locator("tbody tr");
  await rows.nth(19).waitFor();
  check(await rows.count() === 20, "there are more rows than a page has");
  check((await rows.first().textContent()).includes("Bot quarantined"), "the newest is not on top");
  await rows.getByText("<img src=x onerror=alert(1)>", { exact: true }).waitFor();
  await rows.filter({ hasText: "192.0.2.77" }).filter({ hasText: "211 more" }).filter({ hasText: "not signed in" }).waitFor();
  await look("audit");
  await button("Load older").click();
  await rows.nth(31).waitFor();
  check((await rows.last().textContent()).includes("BotMaker started"), "the oldest is not at the end");
  await button("Load older").waitFor({ state: "hidden" });
});

await step("the keys: what they are for, who uses each, and one that was in a bot", async () => {
  const kept = new Map(mock.keys);
  mock.keys.clear();
  await open("/system");
  await page.getByRole("link", { name: "Manage keys" }).click();
  await page.getByRole("heading", { name: "No keys yet" }).waitFor();
  await look("keys-empty");
  for (const [key, value] of kept) mock.keys.set(key, value);
  mock.set(sealed(7, { name: "front desk" }));
  mock.set(sealed(8, { name: "<i>night</i> desk" }));
  await open("/keys");
  const first = page.locator(".kept-keys > li", { hasText: "Anthropic, shop" });
  await page.getByText("<b>llm</b> at home", { exact: false }).waitFor();
  await first.filter({ hasText: "<i>night</i> desk, so it cannot be deleted" }).filter({ hasText: "was in a bot" }).waitFor();
  check(await button("Delete Anthropic, shop…").getAttribute("aria-disabled") === "true", "a key in use can be deleted");
  await button("Delete Anthropic, shop…").click({ force: true });
  check(await page.locator("dialog").count() === 0, "it asks to delete a key in use");
  check(await page.locator(".kept-keys .warning:visible").count() === 1, "more keys are said to have been in a bot");
  await look("keys");
  await first.getByText("did not work when tested").waitFor();
  await first.getByText("last used on").waitFor();
  await first.getByRole("button", { name: "Test" }).click();
  await first.getByText("The key works. ").waitFor();
  await first.getByText("worked when tested just now").waitFor();
  check(JSON.stringify(lastCall(/checks\/ai/).body) === JSON.stringify({ key: "00000000000000a1" }), "sent: " + JSON.stringify(lastCall(/checks\/ai/).body));
  await look("keys-tested", [1280, 375]);
  await first.getByRole("link", { name: "front desk" }).click();
  await page.getByRole("heading", { name: "front desk", level: 1 }).waitFor();
});

await step("a key is replaced after a test, and never shown; a refused value says why", async () => {
  await open("/keys");
  await button("Replace Anthropic, shop…").click();
  await checkSecrets(page, 1);
  await button("Test key").click();
  await page.getByText("Enter the key first.").waitFor();
  const value = page.getByLabel("New API key", { exact: true });
  await value.fill("wrong");
  await button("Test key").click();
  await page.getByText("refuses this key").waitFor();
  check(JSON.stringify(lastCall(/checks\/ai/).body) === JSON.stringify({ provider: "anthropic", apiKey: "wrong" }), "sent: " + JSON.stringify(lastCall(/checks\/ai/).body));
  await look("key-replace");
  await button("Replace").click();
  await page.getByText("This does not have the right form.").waitFor();
  check(await value.inputValue() === "wrong", "what was typed is lost");
  await value.fill("sk-ant-a-new-value");
  await page.getByText("refuses this key").waitFor({ state: "hidden" });
  await button("Replace").click();
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.getByText("The key was replaced.").waitFor();
  await page.locator(".kept-keys > li", { hasText: "Anthropic, shop" }).getByText("entered just now").waitFor();
  check(lastCall(/^PUT .*value/).body.apiKey === "sk-ant-a-new-value" && !(await page.content()).includes("a-new-value"), "the value is in the page");
  check(await page.locator(".kept-keys .warning:visible").count() === 0, "the warning stayed");
  check(await focused() === "Replace…", "the focus is on " + await focused());
}, /status of 422/);

await step("keys are added, renamed and deleted; a label that is taken is told beside it", async () => {
  await button("Add key").click();
  check(await focused() === "/label", "the focus is on " + await focused());
  await field("/label").fill("private");
  await field("/provider").selectOption("openai-compatible");
  await field("/apiKey").fill("sk-of-my-own");
  await button("Add key", true).last().click();
  await page.locator(".field-error:visible", { hasText: "Another key has this label." }).waitFor();
  await look("key-add");
  await field("/label").fill("at work");
  await button("Add key").last().click();
  await page.locator(".field-error:visible", { hasText: "This field is required." }).waitFor();
  await field("/baseUrl").fill("https://llm.example.com/v1");
  await button("Add key").last().click();
  await page.getByText("OpenAI-compatible server · https://llm.example.com/v1").waitFor();
  check(JSON.stringify(lastCall(/^POST .*keys/).body) === JSON.stringify({ label: "at work", provider: "openai-compatible", baseUrl: "https://llm.example.com/v1", apiKey: "sk-of-my-own" }),
      "sent: " + JSON.stringify(lastCall(/^POST .*keys/).body));
  await button("Rename at work…").click();
  check(await field("/label").inputValue() === "at work", "the label is not there to be changed");
  await field("/label").fill("at home");
  await button("Rename").click();
  await button("Delete at home…").click();
  await look("key-delete", [1280]);
  await button("Delete key").click();
  await page.getByText("The key was deleted.").waitFor();
  check(lastCall(/^DELETE .*keys/) && await page.locator(".kept-keys > li").count() === 3, "it is still there");
}, /status of (409|422)/);

await step("a bot's page names its reach and its key, and a legacy bot says what its key means", async () => {
  await open(`/bots/${id(7)}`);
  const part = card("Configuration");
  await part.getByRole("link", { name: "Anthropic, shop" }).waitFor();
  check(await part.getByText("The API key is in a file").isVisible() === false, "it is said to hold its key");
  check((await card("Secrets").locator("li").allTextContents()).join().includes("Gateway token") && await card("Secrets").locator("li").count() === 1, "the stand-in is shown as a secret");
  await look("bot-sealed");
  await open(`/bots/${id(6)}`);
  await card("Configuration").getByText("The API key is in a file that this bot can read").waitFor();
});

await step("reach and key are changed in the form of a bot", async () => {
  await open(`/bots/${id(7)}`);
  const part = card("Configuration");
  await part.getByRole("button", { name: "Edit" }).click();
  await part.getByText("No changes yet.").waitFor();
  await field("/ai/key").selectOption({ label: "private" });
  await part.getByText("Most changes are applied without a restart.").waitFor();
  await part.getByRole("button", { name: "Save" }).click();
  await part.getByRole("link", { name: "private" }).waitFor();
  check(JSON.stringify(lastCall(/^PATCH/).body) === JSON.stringify({ ai: { provider: "anthropic", model: "claude-sonnet-5", key: "00000000000000a3" } }), "sent: " + JSON.stringify(lastCall(/^PATCH/).body));
  await part.getByRole("button", { name: "Edit" }).click();
  await part.getByText("Legacy", { exact: true }).click();
  await part.getByText("Leave empty to put the kept key into the bot.").waitFor();
  await field("/ai/apiKey").fill("sk-ant-of-its-own");
  await part.getByText("replaced to apply the new reach").waitFor();
  check(await field("/ai/key").count() === 0, "a legacy bot is offered a kept key");
  await part.getByRole("button", { name: "Save" }).click();
  await page.getByText("BotMaker puts the API key into a file that the bot can read").waitFor();
  await look("confirm-legacy", [1280]);
  await button("Change to Legacy").click();
  await part.getByText("The API key is in a file that this bot can read").waitFor();
  check(JSON.stringify(lastCall(/^PATCH/).body) === JSON.stringify({ reach: "legacy", ai: { provider: "anthropic", model: "claude-sonnet-5", apiKey: "sk-ant-of-its-own" } }), "sent: " + JSON.stringify(lastCall(/^PATCH/).body));
  await part.getByRole("button", { name: "Edit" }).click();
  await part.getByText("Sealed", { exact: true }).click();
  await part.getByText("Leave empty to use the bot’s present key.").waitFor();
  await look("bot-edit-reach");
  await part.getByRole("button", { name: "Save" }).click();
  await part.getByText("Sealed", { exact: true }).waitFor();
  check(JSON.stringify(lastCall(/^PATCH/).body) === JSON.stringify({ reach: "sealed" }), "sent: " + JSON.stringify(lastCall(/^PATCH/).body));
});

await step("a bot is brokered unless its channel does not allow it; a web chat bot needs a name and a kept key", async () => {
  await open("/new");
  const chosen = (id) => page.locator(`[name="/reach"][value=${id}]`).isChecked();
  check(await chosen("web"), "web is not proposed for Telegram");
  await field("/channel/type").selectOption("irc");
  await page.getByText("IRC is not HTTP").first().waitFor();
  check(await page.locator('[name="/reach"][value=sealed]').isDisabled() && await chosen("open"), "IRC is not open");
  await field("/channel/type").selectOption("webchat");
  check(await chosen("web"), "web is not proposed for web chat");
  await look("create-web");
  await field("/channel/type").selectOption("telegram");
  check(await chosen("web") && await field("/ai/model").inputValue() === "claude-sonnet-5", "the form begins otherwise");
  await field("/ai/key").selectOption({ label: "Enter a new key" });
  await look("create");
  await field("/ai/apiKey").fill("typed for this bot");
  await field("/channel/type").selectOption("webchat");
  await page.getByText("Sealed", { exact: true }).click();
  await field("/channel/type").selectOption("irc");
  await field("/channel/type").selectOption("webchat");
  check(await chosen("sealed"), "the choice is forgotten when the channel changes");
  check(await field("/ai/key").inputValue() === "" && await field("/ai/apiKey").inputValue() === "typed for this bot", "a typed key is lost");
  await field("/ai/key").selectOption({ label: "private" });
  check(await field("/ai/apiKey").count() === 0 && await focused() === await field("/ai/key").evaluate((one) => one.textContent), "the focus is on " + await focused());
  await field("/name").fill("sealed one");
  await look("create-sealed");
  mock.refuse = { call: "POST /api/bots", status: 422, detail: "Invalid.", errors: [{ field: "/reach", message: "Not this one." }, { field: "/ai/apiKey", message: "Not this key." }] };
  await button("Create bot").click();
  await page.locator(".field-error:visible", { hasText: "Not this one." }).waitFor();
  await page.locator(".field-error:visible", { hasText: "Not this key." }).waitFor();
  check(await page.locator("form.create .notice:visible").count() === 0, "an error has no place");
  mock.refuse = null;
  await button("Create bot").click();
  await page.waitForURL(/#\/bots\/0{13}\d{3}$/);
  const { body } = lastCall(/^POST \/api\/bots$/);
  check(JSON.stringify(body) === JSON.stringify({ ai: { provider: "anthropic", model: "claude-sonnet-5", key: "00000000000000a3" }, channel: { settings: {}, credentials: {}, type: "webchat" }, name: "sealed one", reach: "sealed", budget: { onCap: "answer", day: 5 } }),
      "sent: " + JSON.stringify(body));
  await page.getByRole("heading", { name: "Ready" }).waitFor();
}, /status of 422/);

await step("kept keys follow provider and base URL, and a new one is entered", async () => {
  await open("/new");
  await field("/channel/type").selectOption("webchat");
  await page.getByText("Sealed", { exact: true }).click();
  await field("/ai/provider").selectOption("openai-compatible");
  check(await field("/ai/key").count() === 0 && await field("/ai/apiKey").isVisible(), "a key for no server is offered");
  check(await page.locator("#f-ai-baseUrl-list option").count() === 1, "the server of the kept key is not suggested");
  await field("/ai/baseUrl").pressSequentially("http://10.0.0.5:8000/v1");
  await field("/ai/key").waitFor();
  check(await focused() === "/ai/baseUrl", "the focus is lost while typing");
  await field("/ai/baseUrl").fill("http://10.0.0.6:8000/v1");
  await field("/ai/key").waitFor({ state: "detached" });
  await button("Clear form").waitFor({ state: "hidden" });
});

await step("legacy bots are counted and moved, one after another, and each tells how it fared", async () => {
  const all = [...mock.bots.values()];
  for (const one of all) mock.set({ ...one, status: "running", health: "healthy" }); // One that is stopped is on trial until it is started.
  await open("/");
  const note = page.locator(".legacy-note:visible");
  const before = await note.textContent();
  check(/^\d+ bots have the reach Legacy\./.test(before), "the list says " + before);
  await look("list-legacy");
  await note.getByRole("button", { name: "Move…" }).click();
  const dialog = page.getByRole("dialog"), items = dialog.locator(".moves li");
  const count = await items.count();
  check(before.startsWith(String(count)), `${count} of them are listed`);
  await look("moves", [1280, 375]);
  await dialog.getByRole("button", { name: `Move ${count} bots` }).click();
  await dialog.getByText("One after another").waitFor();
  await items.first().getByText(/^Moved to (Web|Sealed)\.$/).waitFor(); // A bot that is open to everyone is sealed.
  mock.stays = true;
  await items.last().locator(".outcome[data-tone=bad]").waitFor({ timeout: 60_000 });
  await dialog.getByText(` of ${count} bots moved.`).waitFor();
  await look("moved", [1280, 375]);
  await dialog.getByRole("button", { name: "Close" }).click();
  mock.stays = false;
  await page.waitForTimeout(mock.slow * 8); // until the last trial has ended
  for (const one of all) mock.set(one);
  check(mock.calls.filter(({ call, body }) => call.startsWith("PATCH") && ["web", "sealed"].includes(body.reach)).length >= count, "they were not asked for");
});

await step("what the broker refused is on the bot's page, and a host can be allowed", async () => {
  mock.set(sealed(8, { name: "reader", reach: "web", webHosts: ["example.com"] }));
  mock.broker.bots = [{ id: id(8), calls: 41, unlistedHosts: ["old.example.net", "docs.example.org"], refused: [
    { kind: "credential", words: "The request has another key than this bot's placeholder: at authorization.", count: 3, lastAt: new Date(Date.now() - 65_000).toISOString() },
    { kind: "host", words: "It may not reach 169.254.169.254:80.", count: 2, lastAt: new Date(Date.now() - 5000).toISOString() },
    { kind: "host", words: "It may not reach docs.example.org:443, <b>whatever</b>.", count: 1, lastAt: new Date().toISOString() }] }];
  await open(`/bots/${id(8)}`);
  const part = card("Reach");
  await part.getByText("Foreign key").waitFor();
  await part.getByText("3 times, last 1 min ago").waitFor();
  await part.getByText("It may not reach docs.example.org:443, <b>whatever</b>.").waitFor();
  await part.getByText("It may not reach 169.254.169.254:80.").waitFor();
  check(await part.getByRole("button", { name: /^Allow/ }).count() === 1, "what was not refused is offered, or offered twice");
  await look("bot-refused");
  await part.getByRole("button", { name: "Allow docs.example.org" }).click();
  await part.getByText("docs.example.org is allowed from now on.").waitFor();
  check(JSON.stringify(lastCall(/^PATCH/).body) === JSON.stringify({ webHosts: ["example.com", "docs.example.org"] }), "sent: " + JSON.stringify(lastCall(/^PATCH/).body));
  await part.getByRole("button", { name: "Allow docs.example.org" }).waitFor({ state: "detached" });
});

await step("the hosts that a bot reached today are on its page", async () => {
  const some = Array.from({ length: 12 }, (_, i) => ({ host: `h${i}.example.org`, opened: i + 1, up: 2 ** i, down: 0 }));
  mock.hosts = { day: "2026-11-30", days: [{ day: "2026-11-30", hosts: [{ host: "docs.example.org", opened: 1, up: 512, down: 3 * 2 ** 20 }, ...some], others: { opened: 40000, up: 7, down: 2 } }] };
  mock.broker.bots = [];
  mock.set(sealed(8, { name: "reader", reach: "web", webHosts: [] }));
  await open(`/bots/${id(8)}`);
  const part = card("Reach");
  await part.getByText("docs.example.org", { exact: true }).waitFor();
  await part.getByText("once, 512 bytes sent, 3 MiB received").waitFor();
  check(await part.locator(".reached li").count() === 8, "not the first eight");
  await look("bot-reached", [1280, 375]);
  await part.getByRole("button", { name: "Show all 14" }).click();
  await part.getByText("40,000 times, 7 bytes sent, 2 bytes received").waitFor();
  mock.hosts = { day: "2026-12-01", days: mock.hosts.days };
  await part.getByRole("button", { name: "Refresh" }).click();
  await part.getByText("It reached no host today").waitFor();
  mock.set(sealed(8, { name: "reader", reach: "sealed" }));
  await part.getByText("Hosts reached today").waitFor({ state: "hidden" });
});

await step("another model that the bot asked for can be allowed, and that taken back", async () => {
  mock.set(sealed(8, { name: "reader", also: [] }));
  mock.broker.bots = [{ id: id(8), calls: 41, unlistedHosts: [], allowable: ["telegram:setWebhook", "model:claude-haiku-4-5"], refused: [
    { kind: "model", words: "This bot may not use the model claude-haiku-4-5.", count: 2, lastAt: new Date().toISOString() }] }];
  await open(`/bots/${id(8)}`);
  const part = card("Reach");
  check(await part.getByRole("button", { name: "Allow telegram" }).count() === 0, "a call is offered where a model was refused");
  mock.refuse = { call: `PATCH /api/bots/${id(8)}`, status: 422, detail: "One field is invalid.", errors: [{ field: "/also", message: "The price of claude-haiku-4-5 is not known." }] };
  await part.getByRole("button", { name: "Allow the model claude-haiku-4-5" }).click();
  await part.getByText("The price of claude-haiku-4-5 is not known.").getByRole("link", { name: "Prices" }).waitFor();
  await look("bot-not-allowed");
  mock.refuse = null;
  await part.getByRole("button", { name: "Allow the model claude-haiku-4-5" }).click();
  await part.getByText("Allowed from now on: the model claude-haiku-4-5.").waitFor();
  check(JSON.stringify(lastCall(/^PATCH/).body) === JSON.stringify({ also: ["model:claude-haiku-4-5"] }), "sent: " + JSON.stringify(lastCall(/^PATCH/).body));
  await part.getByRole("button", { name: "Allow the model claude-haiku-4-5" }).waitFor({ state: "detached" });
  await look("bot-allowed");
  await part.getByRole("button", { name: "Take back the model claude-haiku-4-5" }).click();
  await part.getByText("No longer allowed: the model claude-haiku-4-5.").waitFor();
  check(JSON.stringify(lastCall(/^PATCH/).body) === JSON.stringify({ also: [] }), "sent: " + JSON.stringify(lastCall(/^PATCH/).body));
  await part.getByRole("button", { name: "Allow the model claude-haiku-4-5" }).waitFor();
}, /status of 422/);

await step("the broker is on the system page, and while it is away every page says since when", async () => {
  await open("/system");
  await card("Broker").getByText("12 connections").waitFor();
  await card("Broker").getByText("41 calls from 1 bot since it started").waitFor();
  await look("system-broker");
  const since = new Date(Date.now() - 125_000).toISOString();
  mock.broker = { needed: true, running: false, awaySince: since };
  mock.warn([{ kind: "broker", title: "The broker does not answer", detail: "Bots behind it cannot reach their AI until it does.", since, help: "keys" }]);
  await page.locator("#strip").filter({ hasText: /Broker away since .*\. Bots behind it cannot reach their AI\./ }).waitFor();
  await open("/system");
  await card("Broker").getByText("Does not answer since").waitFor();
  await look("system-broker-away");
  await open("/");
  await page.locator("#strip", { hasText: "Broker away since" }).waitFor();
  mock.warn([]);
  await page.locator("#strip").waitFor({ state: "hidden" });
});

await step("warnings about the installation are on every page, and in full on the system page", async () => {
  await open("/");
  mock.warn([{ kind: "isolation", title: "Bots can reach each other", detail: "The firewall was reloaded. Restart Docker, then run “doctor”.", help: "security" },
    { kind: "limits", title: "<b>The default CPU limit exceeds this host</b>", detail: "Set bot.cpus to 1." }]);
  const strip = page.locator("#strip");
  await strip.filter({ hasText: "Bots can reach each other. 2 warnings in all." }).waitFor();
  await look("warnings");
  await strip.getByRole("link", { name: "Details" }).click();
  await card("Warnings").getByText("The firewall was reloaded.").waitFor();
  await card("Warnings").getByText("<b>The default CPU limit exceeds this host</b>").waitFor();
  await look("system-warnings");
  await card("Warnings").getByRole("link", { name: "Help" }).click();
  await page.getByRole("heading", { name: "Security", level: 1 }).waitFor();
  mock.warn([]);
  await strip.waitFor({ state: "hidden" });
});

await step("help pages open in the dashboard, by name and by section, and nothing in them is markup", async () => {
  await open("/");
  await page.getByRole("link", { name: "Help", exact: true }).click();
  await page.getByRole("link", { name: "Remote access" }).click();
  await page.getByRole("heading", { name: "Remote access", level: 1 }).waitFor();
  check(await page.title() === "Remote access · BotMaker", "the title is " + await page.title());
  await page.locator(".help pre", { hasText: "ssh -L 8080" }).waitFor();
  const code = await page.locator(".help pre", { hasText: "sed" }).innerText();
  check(code === `sed 's#^a.*#a=*b*#' "\\"$A\\""\n# the second line`, "the code is another: " + code);
  check(await page.locator(".help ol > li").count() === 2 && await page.locator(".help ol ul > li").count() === 2, "the list is another");
  check(await page.locator(".help td", { hasText: "Where BotMaker listens | or not" }).count() === 1, "the table is another");
  check(await page.locator(".help").locator("img, script").count() === 0 && await page.locator('.help a[href^="javascript"]').count() === 0, "it became markup");
  await look("help");
  await page.getByRole("link", { name: "the tunnel" }).click();
  await page.waitForURL(/#\/help\/access\/ssh-tunnel$/);
  await until(() => document.activeElement.textContent === "SSH tunnel");
  await page.getByRole("link", { name: "security", exact: true }).click();
  await until(() => document.activeElement.textContent === "What a bot may do");
  await page.setViewportSize({ width: 375, height: 820 });
  const table = await page.locator(".help .scroll").evaluate((scroll) => ({ excess: scroll.scrollWidth - scroll.clientWidth,
    narrowest: Math.min(...[...scroll.querySelectorAll("td:not(:first-child)")].map((cell) => cell.clientWidth)) }));
  check(table.excess <= 0 && table.narrowest >= 110, "the table of three columns: " + JSON.stringify(table));
  await look("help-table");
  await page.getByRole("link", { name: "All help pages" }).click();
  await page.getByRole("link", { name: "A page that is missing" }).click();
  await page.getByText("There is no such help page.").waitFor();
  await look("help-missing", [1280]);
}, /status of 404/);

await step("by keyboard alone: rows, open, logs, help, select; and shortcuts switched off", async () => {
  await open("/");
  await page.locator(".rows > li").first().locator(".row-name", { hasText: "sales-eu" }).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  check((await focused()).includes("sales-eu"), "the focus is on " + await focused());
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "sales-eu", level: 1 }).waitFor();
  await page.keyboard.press("l");
  await page.waitForURL(/\/logs$/);
  await page.goBack();
  await page.getByRole("heading", { name: "sales-eu", level: 1 }).waitFor();
  await page.keyboard.press("s");
  await page.locator(".detail-head .word", { hasText: /starting|healthy/ }).waitFor();
  await page.keyboard.press("x");
  await page.getByText("1 bot selected").waitFor();
  await button("Done").click();
  await page.keyboard.press("?");
  await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
  await look("shortcuts");
  await page.getByLabel(/Shortcuts enabled/).uncheck();
  await button("Close").click();
  await page.locator("h1").first().focus();
  await page.keyboard.press("?");
  await page.keyboard.press("/");
  check(await page.locator("dialog").count() === 0 && await focused() !== "Search bots", "a shortcut still works");
  await page.reload();
  await page.locator('#link[data-phase="live"]').waitFor();
  await page.keyboard.press("/");
  check(await focused() !== "Search bots", "the choice was forgotten");
  await page.evaluate(() => localStorage.clear());
});

await step("Tab alone reaches every action of a bot, and the focus is never under the bar", async () => {
  await open(`/bots/${id(6)}`);
  await card("History").waitFor();
  const reached = new Set();
  for (let press = 0; press < 80; press++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const { top, bottom } = document.activeElement.getBoundingClientRect();
      const inBar = document.activeElement.closest(".top, .skip, dialog");
      return { name: document.activeElement.getAttribute("aria-label") || document.activeElement.textContent.trim(), hidden: !inBar && document.activeElement !== document.body && bottom <= 52 && top >= 0 };
    });
    check(!at.hidden, `${at.name} has the focus under the bar`);
    reached.add(at.name);
  }
  for (const name of ["Stop", "Restart", "Logs", "More actions", "Message to the bot", "Edit", "Instructions", "Replace the API key…", "Copy the container ID"]) {
    check(reached.has(name), `Tab does not reach ${name}`);
  }
});

/* ((a+))+$ froze the tab, and so did every other form that the guard did not know. */
await step("an endless search is stopped while the page stays usable; the next one works", async () => {
  await open(`/bots/${id(6)}/logs`);
  const lines = () => page.locator(".line").count();
  await page.locator(".line .text", { hasText: "aaa!" }).waitFor();
  await page.getByRole("button", { name: "Regular expression" }).click();
  const box = page.getByRole("searchbox", { name: "Search the log" });
  for (const query of ["((a+))+$", "(a|aa)+$", "(.*a){20}x", "(a+)+$", "(?:a|a|a)+\\s$"]) {
    await box.fill(query);
    await page.locator(".search-problem", { hasText: "takes too long" }).waitFor();
    const worst = await page.evaluate(() => globalThis.worst);
    check(worst < 1000, `the page stood still for ${worst} ms with ${query}`);
    await until((count) => document.querySelectorAll(".line").length === count, 6); // Nothing is hidden by a search that failed.
    check(await box.getAttribute("aria-invalid") === "true", "the field is not marked");
  }
  await box.fill("line [13]$");
  await page.locator(".matches", { hasText: /^2$/ }).waitFor();
  check(await lines() === 2 && await page.locator(".line mark").count() === 2, "not the two lines");
  await page.keyboard.press("Enter");
  await page.locator(".matches", { hasText: "1 of 2" }).waitFor();
  await page.getByLabel("Lines", { exact: true }).selectOption("without");
  await until(() => document.querySelectorAll(".line").length === 4);
  await look("search", [1280]);
  await box.fill("");
  await until(() => document.querySelectorAll(".line").length === 6);
});

await step("an unavailable engine is reported, with figures marked as stale, and its return is noticed", async () => {
  await open("/");
  mock.engine(false);
  await page.locator("#strip", { hasText: "The Docker Engine does not answer. Showing the state as of" }).waitFor();
  await page.getByRole("heading", { name: "Docker is not responding." }).waitFor();
  check(await page.locator("body.stale").count() === 1, "it does not look stale");
  await look("engine-lost");
  mock.engine(true);
  await page.locator("#strip").waitFor({ state: "hidden" });
  await page.locator(".row .word", { hasText: "unhealthy" }).waitFor();
});

await step("a restart of the server is reported, and changes made meanwhile are shown a second later", async () => {
  const back = mock.restart(4000, () => mock.bots.set(id(42), bot(42, { name: "made meanwhile" })));
  await page.locator("#strip", { hasText: "Connection lost." }).waitFor();
  check((await page.locator("#link").textContent()).includes("reconnecting"), "the bar says something else");
  await look("server-lost");
  await back;
  await page.getByText("made meanwhile", { exact: true }).waitFor();
  await page.locator("#strip").waitFor({ state: "hidden" });
}, LOST);

await step("on 375 px the list, then a bot, then Back", async () => {
  await page.setViewportSize({ width: 375, height: 760 });
  await open("/");
  await page.locator(".row", { hasText: "sales-eu" }).click();
  await page.getByRole("heading", { name: "sales-eu", level: 1 }).waitFor();
  check(!await page.locator("#side").isVisible(), "the list is in the way");
  await page.getByRole("link", { name: "Bots", exact: true }).click();
  await page.locator(".row").first().waitFor();
});

await browser.close();
await mock.close();
