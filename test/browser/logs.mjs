// Drives the log view in a real Chromium, against bots that write what this script tells them to.
//
//   node logs.mjs <baseUrl> <user> <passwordFile> <config.json>
//
// config.json: {"bots": [{"id": "…", "container": "…"}, …], "socket": "/var/run/docker.sock", "torrentSeconds": 60}; two bots,
// named "noise" and "other", whose image has a shell and seq, writes nothing and runs for ever. The script ends with deleting the first.
// Environment: SCREENSHOTS, a folder for pictures (optional); CHROMIUM, the browser (/usr/bin/chromium).
//
// Prints "ok - …" for each step and stops at the first "not ok - …" with exit code 1.
import { readFileSync } from "node:fs";
import { check } from "./harness.mjs";
import { cuttable, inContainer, openBrowser } from "./logharness.mjs";

const LONG = 60_000; // ms
const [baseUrl, user, passwordFile, configFile] = process.argv.slice(2);
if (!configFile) {
  console.error("usage: node logs.mjs <baseUrl> <user> <passwordFile> <config.json>");
  process.exit(2);
}
const { bots: [noise, other], socket, torrentSeconds = 60 } = JSON.parse(readFileSync(configFile, "utf8"));
const password = readFileSync(passwordFile, "utf8").trim();
const proxy = await cuttable(baseUrl);

let disturbed = false; // While connections are cut or refused on purpose, the browser reports it. Elsewhere a change of the host's networks may end one.
const { browser, page, step, look } = await openBrowser({ user, password, timeout: LONG,
  expected: (text) => disturbed ? /Failed to load resource|ERR_/.test(text) : /ERR_NETWORK_CHANGED/.test(text) });

const shell = (command, bot = noise) => inContainer(socket, bot.container, command);
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const say = (lines, stream = 1, bot = noise) => shell(`printf '%s\\n' ${lines.map(quoted).join(" ")} > /proc/1/fd/${stream}`, bot);
const numbers = (from, to, word) => shell(`seq ${from} ${to} | sed 's/^/${word} /' > /proc/1/fd/1`);

const log = page.locator(".log");
const line = (text) => page.locator(".line .text", { hasText: text });
const button = (name) => page.getByRole("button", { name, exact: true });
const searchbox = page.getByRole("searchbox", { name: "Search the log" });
const live = () => page.locator('.logs-head .link[data-phase="live"]').waitFor();
/** Chromium drops what it loads when a network of the host changes, as each start of a container does: then once more. */
const open = async (hash, tries = 3) => {
  try {
    await page.goto(`${proxy.url}/${hash}`);
    await live();
  } catch (error) {
    if (tries === 1) throw error;
    await page.goto("about:blank");
    await open(hash, tries - 1);
  }
};
const shown = async (word) => line(word).last().waitFor();
const atBottom = () => log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight < 2);
const frames = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** Keys scroll smoothly. */
async function still() {
  const top = () => log.evaluate((element) => element.scrollTop);
  for (let before = NaN, now = await top(); now !== before; now = await top()) {
    before = now;
    await page.waitForTimeout(150);
  }
}

async function panel(name, work) {
  await page.locator(".log-panel summary", { hasText: name }).click();
  await work();
}

/** What the download of the shown lines has. */
async function saved() {
  const download = page.waitForEvent("download");
  await panel("Download", () => button("Lines shown").click());
  const file = await download;
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

async function clear() {
  await panel("View", () => button("Clear view").click());
  await page.waitForFunction(() => document.querySelectorAll(".line").length === 0);
}

/** The page draws with its frames, so the number of lines follows a little later. */
async function lines(many, complaint) {
  await page.waitForFunction((n) => document.querySelectorAll(".line").length === n, many).catch(() => { throw new Error(complaint); });
}

async function choose(label, value) {
  await page.getByLabel(label, { exact: true }).selectOption(value);
  await frames();
}

/** That the numbers after a word are all there, once and in order. */
function checkWhole(text, word, from, to) {
  const found = [...text.matchAll(new RegExp(`${word} (\\d+)$`, "gm"))].map(([, number]) => Number(number));
  const wrong = found.findIndex((number, i) => number !== from + i);
  check(wrong < 0, `${word}: after ${found[wrong - 1]} comes ${found[wrong]}`);
  check(found.length === to - from + 1, `${word}: ${found.length} lines, not ${to - from + 1}`);
}

await step("a quiet log says so, and shows a line as soon as it is written", async () => {
  await open(`#/bots/${noise.id}/logs`);
  await page.getByText("No lines yet").waitFor();
  await look("logs-empty");
  await say(["the first line"]);
  await shown("the first line");
});

await step("hostile lines are text: no markup, no title, no reversed direction", async () => {
  await say(["<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script><b>bold</b>",
    "\x1b]0;owned\x07\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\\x1b[2J\x1b[H", "a\u202eevil\u202c", "{\"message\":\"<i>json</i>\",\"level\":\"error\",\"subsystem\":\"<u>sub</u>\"}"]);
  await shown("json");
  const inside = await page.evaluate(() => [...document.querySelectorAll(".log img, .log script, .log b, .log i, .log u, .log a")].length);
  check(inside === 0, `${inside} elements came out of the log`);
  check(!(await page.title()).includes("owned"), "the title was set");
  await line("^[]0;owned^G").waitFor();
  await line("a⟨U+202E⟩evil⟨U+202C⟩").waitFor();
  await line("<u>sub</u> <i>json</i>").waitFor();
});

await step("colors are rendered, levels and streams are distinguishable", async () => {
  await say(["\x1b[31mred\x1b[0m \x1b[1;42mon green\x1b[0m \x1b[38;5;208morange\x1b[0m plain", "WARN careful", "{\"level\":\"info\",\"message\":\"fine\",\"subsystem\":\"gateway\"}",
    "{\"level\":20,\"msg\":\"pino\"}", "A long line: " + "the quick brown fox jumps over the lazy dog, ".repeat(12)]);
  await say(["Error: it broke", "    at f (x.js:1)"], 2);
  await shown("at f (x.js:1)");
  await shown("A long line"); // the engine reads the two streams side by side: the second may be first
  const names = await line("on green").locator("span").evaluateAll((spans) => spans.map((span) => `${span.textContent}:${span.className}`));
  check(names.join() === "red:fg-1,on green:bg-2 bold,orange:fg-11", `spans ${names}`);
  await look("logs");
});

await step("levels and streams filter, and a stack trace stays with its error", async () => {
  await choose("Level", "error");
  check(await line("at f (x.js:1)").count() === 1 && await line("it broke").count() === 1, "the error is gone");
  check(await line("careful").count() === 0 && await line("first line").count() === 0, "others are left");
  await choose("Level", "warn");
  check(await line("careful").count() === 1, "no warning");
  await choose("Level", "");
  await choose("Stream", "err");
  await lines(2, "not the two lines of standard error");
  await choose("Stream", "");
});

await step("20,000 lines: the last are visible, 5,000 are kept, and the page says so", async () => {
  await numbers(1, 20000, "info number");
  await shown("number 20000");
  check(await atBottom(), "the end is not in sight");
  const { count, rows } = await page.evaluate(() => ({ count: Number(document.querySelector(".log").dataset.count), rows: document.querySelectorAll(".line").length }));
  check(count >= 20000 && count < 20050, `${count} lines were counted`);
  check(rows < 300, `${rows} rows exist`);
  await page.locator(".count", { hasText: /^5,000 lines · showing the last 5,000/ }).waitFor();
  checkWhole((await saved()).text, "info number", 15001, 20000);
  await look("logs-many");
});

await step("new lines never move the reader; they are counted, and one click leads to them", async () => {
  await log.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press("PageUp");
  await still();
  const place = () => page.evaluate(() => {
    const top = document.querySelector(".log").getBoundingClientRect().top;
    const row = [...document.querySelectorAll(".line")].find((each) => each.getBoundingClientRect().top >= top);
    return `${row.textContent} at ${Math.round(row.getBoundingClientRect().top)}`;
  });
  const before = await place();
  await numbers(1, 7000, "info later");
  await button("7,000 new lines").waitFor();
  check(await place() === before, `it was "${before}", it is "${await place()}"`);
  if (process.env.SCREENSHOTS) await look("logs-reading");
  await button("7,000 new lines").click();
  await shown("info later 7000");
  check(await atBottom(), "it does not follow");
  checkWhole((await saved()).text, "info later", 2001, 7000);
});

await step("a reader who scrolls to the end misses nothing, and follows again", async () => {
  await log.focus();
  await page.keyboard.press("PageUp");
  await still();
  await numbers(1, 300, "info read");
  await button("300 new lines").waitFor();
  for (let i = 0; i < 40 && !await atBottom(); i++) {
    await page.keyboard.press("PageDown");
    await still();
  }
  await shown("info read 300");
  await page.keyboard.press("PageDown");
  await say(["after reading"]);
  await shown("after reading");
  check(await atBottom(), "it does not follow");
});

await step("a pause keeps lines and counts them", async () => {
  await clear();
  await button("Pause").click();
  await numbers(1, 250, "info held");
  await button("Resume · 250 new").waitFor();
  await lines(0, "lines came in spite of the pause");
  await look("logs-paused");
  await button("Resume · 250 new").click();
  await shown("info held 250");
  checkWhole((await saved()).text, "info held", 1, 250);
});

await step("a search shows and highlights matches, and steps through them", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("held 24");
  await page.locator(".matches", { hasText: /^13$/ }).waitFor();
  check(await page.locator(".line").count() === 13 && await page.locator(".line mark").count() >= 13, "not 13 marked lines");
  await page.keyboard.press("Enter");
  await page.locator(".matches", { hasText: "1 of 13" }).waitFor();
  await page.keyboard.press("Shift+Enter");
  await page.locator(".matches", { hasText: "13 of 13" }).waitFor();
  await choose("Lines", "all");
  await lines(250, "other lines are hidden");
  await page.keyboard.press("Escape");
  await searchbox.fill("held (1|25)0$");
  await page.getByRole("button", { name: "Regular expression" }).click();
  await page.locator(".matches", { hasText: "of 2" }).waitFor();
  await look("logs-search");
  await choose("Lines", "without");
  await lines(248, "not 248 lines without a match");
  await searchbox.fill("(");
  await page.getByText("Not a regular expression").waitFor();
  check(await searchbox.getAttribute("aria-invalid") === "true", "the field is not marked");
  await searchbox.fill("");
  await page.getByRole("button", { name: "Regular expression" }).click();
  await lines(250, "lines are missing afterwards");
});

await step("times and wrapping change by key, and are remembered", async () => {
  await log.focus();
  await page.keyboard.press("w");
  await page.keyboard.press("t");
  await page.locator('.log[data-wrap="off"][data-times="relative"]').waitFor();
  await page.locator(".line time", { hasText: "ago" }).first().waitFor();
  await look("logs-relative");
  await log.focus();
  await page.keyboard.press("t");
  await page.locator('.log[data-times="off"]').waitFor();
  await page.reload();
  await page.locator('.log[data-wrap="off"][data-times="off"]').waitFor();
  await live();
  await shown("info held 250");
  await log.focus();
  await page.keyboard.press("t");
  await page.keyboard.press("w");
  await page.keyboard.press("p");
  await button("Resume").waitFor();
  await page.keyboard.press("p");
  await button("Pause").waitFor();
});

await step("a connection cut under load is restored without lost or repeated lines, and says so", async () => {
  await clear();
  disturbed = true;
  const writing = shell("i=0; while [ $i -lt 4000 ]; do seq $((i+1)) $((i+200)) | sed 's/^/info cut /' > /proc/1/fd/1; i=$((i+200)); usleep 300000; done");
  for (let i = 0; i < 3; i++) {
    await page.waitForTimeout(1000);
    proxy.cut();
  }
  proxy.down();
  await page.locator('.logs-head .link[data-phase="reconnecting"]', { hasText: /reconnecting( in \d s)?/ }).waitFor();
  await look("logs-away");
  await page.waitForTimeout(1500);
  proxy.up();
  await writing;
  await shown("info cut 4000");
  const { text } = await saved();
  checkWhole(text, "info cut", 1, 4000);
  check(/# Reconnected after \d+ s\. No lines were lost\./.test(text), "it does not say so");
  check(!text.includes("missing here"), "it tells of a gap");
  disturbed = false;
});

await step("a hidden tab closes its stream, and continues without loss when it is visible again", async () => {
  const visible = (hidden) => page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  await clear();
  await numbers(1, 100, "info tab");
  await shown("info tab 100");
  await visible(true);
  await page.locator('.logs-head .link[data-phase="paused"]').waitFor();
  await numbers(101, 200, "info tab");
  await page.waitForTimeout(500);
  check(await line("info tab 101").count() === 0, "a line came to the hidden tab");
  await visible(false);
  await shown("info tab 200");
  checkWhole((await saved()).text, "info tab", 1, 200);
});

await step("a refused stream shows the server's reason, and is retried", async () => {
  disturbed = true;
  const refusal = { status: 503, contentType: "application/problem+json", headers: { "Retry-After": "20" },
    body: JSON.stringify({ title: "Service Unavailable", status: 503, detail: "100 logs are being read already." }) };
  await page.route("**/logs?**", (route) => route.fulfill(refusal));
  proxy.cut();
  await page.getByRole("alert").filter({ hasText: "100 logs are being read already." }).waitFor();
  await page.locator(".logs-head .link", { hasText: /reconnecting in \d+ s/ }).waitFor();
  await look("logs-refused");
  await page.unroute("**/logs?**");
  await button("Retry now").click();
  await live();
  check(!await page.locator(".log-notice").isVisible(), "the refusal is still told");
  await page.locator('#link[data-phase="live"]').waitFor();
  disturbed = false;
});

await step("a jump to a time reads from there, page by page, and returns to the end", async () => {
  const time = await page.evaluate(() => document.querySelector(".line time").title.split(" · ")[1]);
  // The browser shortens a time whose seconds are zero, and the driver refuses a value that the field would change.
  const fieldValue = (text) => new Date(Date.parse(text) - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replace(/:00$/, "");
  await panel("View", async () => {
    await look("logs-panel");
    await page.getByLabel("Jump to time").fill(fieldValue(time).replace(/^\d{4}/, (year) => String(year - 1)));
    await button("Go").click();
  });
  await shown("the first line");
  await page.locator(".logs-head .link", { hasText: "from" }).waitFor();
  await page.waitForFunction(() => document.querySelector(".count").textContent.startsWith("5,000") || document.querySelector(".count").textContent.startsWith("4,99"));
  check(await line("the first line").isVisible(), "the first line is not in sight");
  for (let i = 0; i < 3; i++) { // The end of what was read: half of it goes, and as much comes.
    await log.evaluate((element) => { element.scrollTop = element.scrollHeight; });
    await page.waitForTimeout(400);
  }
  const found = [...(await saved()).text.matchAll(/info number (\d+)$/gm)].map(([, number]) => Number(number));
  check(found.length > 4000 && found[0] > 1 && found.every((number, i) => number === found[0] + i), `from ${found[0]}, ${found.length} lines`);
  await button("Jump to newest").click();
  await shown("info tab 200");
  check(await atBottom(), "it does not follow");
});

await step("everything can be downloaded from the server", async () => {
  const link = page.locator(`a[href="/api/bots/${noise.id}/logs.txt"][download]`);
  check(await link.count() === 1, "there is no link");
  disturbed = true; // A 404 is reported, too.
  const { status, text } = await page.evaluate((href) => fetch(href).then(async (answer) => ({ status: answer.status, text: answer.ok ? await answer.text() : "" })), await link.getAttribute("href"));
  if (status === 404) return console.log("# the server has no logs.txt yet");
  checkWhole(text, "info number", 1, 20000);
});

await step("a restart is shown as an exit and a start", async () => {
  disturbed = false;
  const answer = await page.evaluate((id) => fetch(`/api/bots/${id}/restart`, { method: "POST" }).then(({ status }) => status), noise.id);
  check(answer === 200, `restart answered ${answer}`);
  await page.locator('.separator[data-kind="died"]', { hasText: /code 143 · \d\d:\d\d:\d\d/ }).waitFor();
  await page.locator('.separator[data-kind="started"]').waitFor();
  await say(["after the restart"]);
  await shown("after the restart");
});

disturbed = true;
const several = await page.evaluate((ids) => fetch(`/api/logs?bots=${ids}&tail=0&follow=false`).then(({ status }) => status), `${noise.id},${other.id}`);
disturbed = false;
if (several === 404) console.log("# the server has no merged log yet");
else await step("several bots are one log in the order of time, each line with its bot", async () => {
  await open(`#/bots/${noise.id}/logs`);
  await panel("Bots", () => page.getByLabel("other", { exact: true }).check());
  await page.waitForURL(/#\/logs\?bots=[0-9a-f]{16},[0-9a-f]{16}$/);
  await live();
  await shown("after the restart"); // All of what there was has come.
  for (let i = 0; i < 3; i++) {
    await say([`turn ${i} of noise`]);
    await say([`turn ${i} of other`], 2, other);
  }
  await shown("turn 2 of noise");
  await shown("turn 2 of other");
  const turns = [...(await saved()).text.matchAll(/(noise|other) (out|err) turn (\d of \w+)/g)].map(([, bot, stream, turn]) => `${bot} ${stream} ${turn}`);
  check(turns.join() === [0, 1, 2].flatMap((i) => [`noise out ${i} of noise`, `other err ${i} of other`]).join(), turns.join());
  const colours = await page.locator(".line .who").evaluateAll((names) => [...new Set(names.map((name) => `${name.textContent}: ${getComputedStyle(name).color}`))]);
  check(colours.length === 2, colours.join());
  await look("logs-several");
  await page.goto(`${proxy.url}/#/logs`);
  await page.getByRole("heading", { name: "Logs of all bots" }).waitFor();
  await shown("turn 2 of other");
  disturbed = true;
  proxy.cut();
  await say(["after the cut"], 1, other);
  await shown("after the cut");
  await page.locator(".separator", { hasText: "No lines were lost" }).waitFor();
  check(await line("turn 2 of other").count() === 1, "a line was repeated");
  await live();
  disturbed = false;
});

await step(`a flood of lines for ${torrentSeconds} s: input is answered almost as soon as without it (p95), in less than 150 MB`, async () => {
  await open(`#/bots/${noise.id}/logs`);
  await page.evaluate(() => {
    globalThis.answered = [];
    addEventListener("keydown", (event) => {
      const channel = new MessageChannel(); // Its message comes after the frame was drawn.
      channel.port1.onmessage = () => answered.push(performance.now() - event.timeStamp);
      requestAnimationFrame(() => channel.port2.postMessage(0));
    }, true);
  });
  await searchbox.focus();
  let heap = 0, done = false, typed = 0;
  const type = async () => {
    const key = typed++ % 16;
    await page.keyboard.press(key < 14 ? "info request 4"[key] : key === 14 ? "Control+A" : "Delete");
    heap = Math.max(heap, await page.evaluate(() => performance.memory.usedJSHeapSize));
    await page.waitForTimeout(150);
  };
  const latencies = () => page.evaluate(() => answered.splice(0).sort((a, b) => a - b));
  const p95 = (sorted) => sorted[Math.floor(sorted.length * 0.95)];
  for (let i = 0; i < 32; i++) await type();
  const quiet = p95(await latencies());
  const writing = shell(`b=$(seq 1 500 | sed 's/.*/info request & took 12 ms from 10.0.0.7 path=\\/v1\\/chat/'); i=0; end=$(( $(date +%s) + ${torrentSeconds} ));
    while [ $(date +%s) -lt $end ]; do echo "$b" > /proc/1/fd/1; i=$((i+500)); usleep 80000; done; echo "wrote $i"`);
  const wrote = writing.finally(() => { done = true; });
  while (!done) await type();
  const written = Number(/wrote (\d+)/.exec(await wrote)[1]);
  await searchbox.fill("");
  await page.waitForFunction(() => document.querySelector(".line:last-child .text")?.textContent.includes("request 500 "));
  const answers = await latencies();
  console.log(`# ${Math.round(written / torrentSeconds)} lines/s, ${answers.length} inputs: p95 ${Math.round(p95(answers))} ms, most ${Math.round(answers.at(-1))} ms; p95 without the flood ${Math.round(quiet)} ms; ${Math.round(heap / 1e6)} MB of heap`);
  check(p95(answers) < Math.max(200, 4 * quiet), `p95 is ${p95(answers)} ms, ${quiet} ms without the flood`);
  check(heap < 150e6, `${heap} bytes of heap`);
  check(written > 20_000, `only ${written} lines were written`);
});

await step("the log ends when the bot is deleted", async () => {
  await page.evaluate((id) => fetch(`/api/bots/${id}`, { method: "DELETE" }), noise.id);
  await page.locator('.logs-head .link[data-phase="ended"]', { hasText: "ended" }).waitFor();
});

await browser.close();
proxy.close();
