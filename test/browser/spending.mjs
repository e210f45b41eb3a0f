// Drives what the dashboard shows of spending in a real Chromium, against the stand-in of mock.mjs: the card of a bot, its budget in
// the forms, the pause, the list, the keys and the prices.
//
//   node spending.mjs
//
// Environment: SCREENSHOTS and CHROMIUM, as harness.mjs says.
import { check, startBrowser } from "./harness.mjs";
import { startMock } from "./mock.mjs";
import { sealed } from "./mockdata.mjs";

const WIDTHS = [375, 768, 1024, 1440];
const id = (number) => String(number).padStart(16, "0");
const mock = await startMock();
const { page, browser, step, look } = await startBrowser();
const spent = { today: 1.83, month: 21.4, tokensToday: 427_800, unknownToday: 0 };
mock.set(sealed(7, { name: "spender", budget: { day: 2, month: 100, onCap: "answer" }, spent }));
mock.set(sealed(8, { name: "at its limit", budget: { day: 5, onCap: "answer" }, spent: { ...spent, today: 4.998, usedUp: "day" } }));
mock.set(sealed(9, { name: "no price", ai: { provider: "anthropic", model: "claude-opus-9" }, spent: { month: 0, tokensToday: 900, unknownToday: 2 } }));

let opened = 0;
const open = async (route) => { // Each time at another address, so that the page is loaded anew.
  await page.goto(`${mock.url}/?${++opened}#${route}`);
  await page.locator('#link[data-phase="live"]').waitFor();
};
const card = (title) => page.locator("section.card", { has: page.getByRole("heading", { name: title, exact: true }) });
const button = (name) => page.getByRole("button", { name, exact: true });
const field = (pointer) => page.locator(`[name="${pointer}"]`);
const row = (name) => page.locator(".rows > li", { hasText: name });
const lastCall = (pattern) => mock.calls.findLast(({ call }) => pattern.test(call));
const sent = (pattern, body) => check(JSON.stringify(lastCall(pattern).body) === JSON.stringify(body), "sent: " + JSON.stringify(lastCall(pattern).body));

await step("the list shows what each bot has spent today, and whose budget is used up", async () => {
  await open("/");
  check(await row("spender").locator(".row-cost").textContent() === "1.83 USD today", "the list does not say what was spent");
  check(await row("no price").locator(".row-cost").textContent() === "cost unknown today", "an unknown cost looks like none");
  check(await row("support").locator(".row-cost").isHidden(), "a bot that is not counted has a cost");
  check(await row("at its limit").locator(".row-paused:visible").textContent() === "AI paused: budget used up", "a budget that is used up is not shown");
  const names = await page.locator(".rows .row-name").allTextContents();
  check(names.indexOf("at its limit") < names.indexOf("spender"), "what needs attention is not first: " + names);
  await look("spending-list", WIDTHS);
});

await step("the card of a bot: figures, limits, 30 days, and its newest calls without what was said", async () => {
  await open(`/bots/${id(7)}`);
  const part = card("Spending");
  await part.getByText("1.83 USD").waitFor();
  await part.getByText("of 2 USD").waitFor();
  check(await part.getByRole("progressbar", { name: /^Today/ }).evaluate((one) => one.value.toFixed(3)) === "0.915", "the bar is not at 91.5 %");
  check(await part.getByRole("progressbar", { name: /^Tokens/ }).count() === 0, "a bar without a limit");
  await part.getByText("+ 5 calls of unknown cost").waitFor();
  await part.getByText("of it 0.12 USD estimated").waitFor();
  await part.getByText("4.2 s, the first words after 0.8 s").waitFor();
  check(await part.locator(".bars g").count() === 30 && await part.locator(".bar.unknown").count() === 1, "not 30 days, or a day of unknown cost is not told apart");
  check(/^Cost a day in the last 30 days: calls on \d+ days, at most 3\.\d\d USD on /.test(await part.getByRole("img").getAttribute("aria-label")), "the chart has no words");
  await part.getByText("Newest calls").click();
  await part.locator("tbody tr").nth(19).waitFor();
  const rows = await part.locator("tbody tr").allTextContents();
  check(/under way/.test(rows[0]) && !/USD/.test(rows[0]), "a call under way: " + rows[0]);
  check(/unknown/.test(rows[2]) && !/0\.00 USD/.test(rows[2]), "an unknown cost: " + rows[2]);
  check(/broken off by the bot/.test(rows[3]) && /estimated/.test(rows[3]), "an estimate: " + rows[3]);
  check(/0\.00 USD/.test(rows[8]), "a free call: " + rows[8]);
  await look("spending-card", WIDTHS);
  await part.getByRole("button", { name: "Older" }).click();
  await part.locator("tbody tr").nth(24).waitFor();
  check(await part.getByRole("button", { name: "Older" }).isHidden(), "older calls are offered though there are none");
});

await step("a call that was made while the page is open is shown at once", async () => {
  await open(`/bots/${id(7)}`);
  await card("Spending").getByText("1.83 USD").waitFor();
  mock.usage.today.cost = 1.9;
  mock.set({ ...mock.bots.get(id(7)), spent: { ...spent, today: 1.9 } });
  await card("Spending").getByText("1.90 USD").waitFor();
  await row("spender").getByText("1.90 USD", { exact: true }).waitFor();
});

await step("a legacy bot says that it is not counted; a file that cannot be read is told in words", async () => {
  await open(`/bots/${id(6)}`);
  await card("Spending").getByText("Not counted").waitFor();
  check(await card("Spending").getByRole("button").count() === 0, "its AI could be paused");
  await look("spending-legacy", [375, 1440]);
  mock.refuse = { call: `GET /api/bots/${id(7)}/usage`, status: 503, detail: "What bots have spent cannot be read: usage.db is damaged." };
  await open(`/bots/${id(7)}`);
  await card("Spending").getByText("usage.db is damaged").waitFor();
  check(await card("Spending").locator(".tiles:visible").count() === 0, "figures are shown that nobody knows");
  mock.refuse = null;
}, /status of 503/);

await step("the AI is paused with words of the operator, and resumed", async () => {
  await open(`/bots/${id(7)}`);
  await button("Pause AI…").click();
  await page.getByLabel("What the bot answers meanwhile").fill("Back on <b>Monday</b>.");
  await look("spending-pause", [375, 1440]);
  await button("Pause AI").click();
  await page.getByText("The bot answers: “Back on <b>Monday</b>.”").waitFor();
  sent(/pause$/, { message: "Back on <b>Monday</b>." });
  check(await row("spender").locator(".row-paused").textContent() === "AI paused", "the list does not say so");
  await look("spending-paused", [375, 1440]);
  await page.locator(".callout").getByRole("button", { name: "Resume AI" }).click();
  await page.locator(".callout", { hasText: "AI paused" }).waitFor({ state: "hidden" });
  await open(`/bots/${id(8)}`);
  await page.getByText("Today’s budget is used up. The bot says so in the chat until it is renewed or you raise it.").waitFor();
  await look("spending-limit", [375, 1440]);
});

await step("a budget is changed in the form of a bot, and removed", async () => {
  await open(`/bots/${id(7)}`);
  const part = card("Configuration");
  await part.getByText("2 USD a day, 100 USD a month").waitFor();
  await part.getByRole("button", { name: "Edit" }).click();
  check(await field("/budget/day").inputValue() === "2" && await field("/budget/month").isVisible(), "the budget is not in the form");
  await field("/budget/day").fill("2,5");
  await field("/budget/tokensDay").fill("2000000");
  await part.getByText("Most changes are applied without a restart.").waitFor();
  await look("spending-edit", WIDTHS);
  await part.getByRole("button", { name: "Save" }).click();
  await part.getByText("2.5 USD a day, 100 USD a month, 2 M tokens a day").waitFor();
  sent(/^PATCH/, { budget: { day: 2.5, month: 100, tokensDay: 2_000_000, onCap: "answer" } });
  await part.getByRole("button", { name: "Edit" }).click();
  for (const pointer of ["/budget/day", "/budget/month", "/budget/tokensDay"]) await field(pointer).fill("");
  await part.getByRole("button", { name: "Save" }).click();
  await part.locator("dl > div", { hasText: "Budget" }).getByText("none").waitFor();
  sent(/^PATCH/, { budget: null });
});

await step("a new bot that BotMaker makes the calls for is proposed 5 USD a day, or tokens where the price is not known", async () => {
  await open("/new");
  await field("/channel/type").selectOption("webchat");
  await page.getByText("Legacy", { exact: true }).click();
  await field("/budget/day").waitFor({ state: "hidden" }); // A legacy bot is offered no budget.
  await page.getByText("Sealed", { exact: true }).click();
  check(await field("/budget/day").inputValue() === "5", "nothing is proposed");
  await look("spending-create", WIDTHS);
  await field("/ai/model").fill("claude-opus-9");
  check(await field("/budget/day").inputValue() === "", "a limit is proposed that the server would refuse");
  await page.getByText("The price of this model is not known").waitFor();
  check(await field("/budget/tokensDay").inputValue() === "2000000" && await field("/budget/tokensDay").isVisible(), "no limit in tokens is proposed, or it is not to be seen");
  await look("spending-create-tokens", WIDTHS);
  await field("/ai/model").fill("claude-sonnet-5-20260901");
  check(await field("/budget/day").inputValue() === "5", "a dated model has no price");
  check(await field("/budget/tokensDay").inputValue() === "", "both limits are proposed");
  await field("/budget/day").fill("7");
  await field("/ai/model").fill("claude-opus-9");
  check(await field("/budget/day").inputValue() === "7", "what was typed is lost");
  await field("/name").fill("thrifty");
  mock.refuse = { call: "POST /api/bots", status: 422, detail: "Invalid.", errors: [{ field: "/budget/month", message: "Between 0.01 and 1000000 US dollars." }] };
  await button("Create bot").click();
  await page.locator(".field-error:visible", { hasText: "Between 0.01" }).waitFor();
  mock.refuse = null;
  await button("Create bot").click();
  await page.waitForURL(/#\/bots\/0{13}\d{3}$/);
  check(JSON.stringify(lastCall(/^POST \/api\/bots$/).body.budget) === JSON.stringify({ onCap: "answer", day: 7 }), "sent: " + JSON.stringify(lastCall(/^POST \/api\/bots$/).body));
}, /status of 422/);

await step("the overview names the bots that need attention, and what all have spent", async () => {
  await open("/");
  const named = page.locator(".overview .troubled > li");
  await named.filter({ hasText: "at its limit" }).getByText("AI paused: budget used up").waitFor();
  await page.locator(".overview .lead", { hasText: / spent today\./ }).waitFor();
  await look("overview", WIDTHS);
  await named.filter({ hasText: "sales-eu" }).getByRole("link").click();
  await page.waitForURL(new RegExp(`${id(2)}$`));
});

await step("a key shows what was spent with it in this month, and gets a limit", async () => {
  await open("/keys");
  const key = page.locator(".kept-keys > li", { hasText: "Anthropic, shop" });
  await key.getByText("21.40 USD spent this month, no limit").waitFor();
  await key.getByRole("button", { name: "Limit" }).click();
  await field("/budgetMonth").fill("50");
  await button("Save limit").click();
  await key.getByText("21.40 USD spent this month of 50 USD").waitFor();
  sent(/^PATCH .*keys/, { budgetMonth: 50 });
  await look("spending-keys", WIDTHS);
});

await step("prices: a model without one gets one, the operator's own are told apart and removed", async () => {
  await open("/system");
  await page.getByRole("link", { name: "Manage prices" }).click();
  await card("Models without a price").getByText("claude-opus-9").first().waitFor();
  await page.getByText("<b>mine</b>", { exact: true }).waitFor();
  await page.locator("tr", { hasText: "claude-sonnet-5" }).getByText("2 / 4", { exact: true }).waitFor();
  await page.locator("tr", { hasText: "claude-opus-9" }).getByText("unknown", { exact: true }).waitFor();
  await look("prices", WIDTHS);
  for (const width of [375, 768, 1152, 1280, 1440]) {
    await page.setViewportSize({ width, height: 820 });
    const excess = await page.locator(".price-list .scroll").evaluateAll((lists) => Math.max(...lists.map((list) => list.scrollWidth - list.clientWidth)));
    check(excess <= 0, `a list of prices is ${excess} px too wide at ${width} px`);
  }
  await page.getByRole("button", { name: "Enter price of claude-opus-9" }).first().click();
  await field("/input").fill("cheap");
  await field("/output").fill("0");
  await button("Save price").click();
  await page.locator("dialog .field-error:visible", { hasText: "Between 0" }).waitFor();
  await look("prices-dialog", [375, 1440]);
  await field("/input").fill("1,5");
  await button("Save price").click();
  await page.getByText("The price was saved.").waitFor();
  sent(/^PUT .*prices/, { prices: [{ provider: "openai-compatible", model: "<b>mine</b>", input: 0.25, output: 1 }, { provider: "anthropic", model: "claude-opus-9", input: 1.5, output: 0 }] });
  check(await card("Models without a price").isHidden(), "a model is still without a price");
  await page.getByRole("button", { name: "Remove your price of <b>mine</b>" }).click();
  await page.getByText("Your price was removed.").waitFor();
  sent(/^PUT .*prices/, { prices: [{ provider: "anthropic", model: "claude-opus-9", input: 1.5, output: 0 }] });
  mock.refuse = { call: "PUT /api/prices", status: 422, detail: "One field is invalid.", errors: [{ field: "/prices", message: "The bot spender has a limit in US dollars." }] };
  await page.getByRole("button", { name: "Remove your price of claude-opus-9" }).click();
  await page.getByText("The bot spender has a limit in US dollars.").waitFor();
  mock.refuse = null;
}, /status of 422/);

await browser.close();
await mock.close();
