// What every browser test does alike: a Chromium, steps that stop at the first failure, and a look at each view.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = process.env.SCREENSHOTS;

/** A Chromium with nothing open. Environment: CHROMIUM, the browser (/usr/bin/chromium). */
export function launch(...further) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...further],
  });
}

/** Environment: SCREENSHOTS, a folder for pictures of every view (optional); CHROMIUM as above. */
export async function startBrowser(options = {}) {
  if (pictures) mkdirSync(pictures, { recursive: true });
  const browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1280, height: 820 }, reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(60_000);
  await context.addInitScript(() => addEventListener("securitypolicyviolation", (event) =>
    console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)));
  const page = await context.newPage();

  const complaints = [];
  let expected = null; // What the browser may report to its console in this step: it reports every refused request.
  page.on("console", (message) => {
    // A container's network that comes or goes makes Chromium drop its requests on the same host: the page must bear that.
    if (/ERR_NETWORK_CHANGED/.test(message.text())) return;
    if (["error", "warning"].includes(message.type()) && !expected?.test(message.text())) complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(`exception: ${error.stack}`));

  /** @param complaint what the console may say in this step, as a regular expression */
  async function step(title, work, complaint = null) {
    expected = complaint;
    try {
      await work();
      check(complaints.length === 0, complaints.join("\n"));
      console.log(`ok - ${title}`);
    } catch (error) {
      console.log(`not ok - ${title}\n${error.stack}\n${complaints.join("\n")}`);
      if (pictures) await page.screenshot({ path: join(pictures, "failure.png"), fullPage: true }).catch(() => {});
      await browser.close();
      process.exit(1);
    }
  }

  async function show(width, colorScheme) {
    await page.setViewportSize({ width, height: 820 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  }

  /**
   * Looks at the present view: axe on the first of the widths in the light theme and on the last in the dark, and that nothing is cut
   * off from 320 px on. Pictures show both themes on each width.
   */
  async function look(view, widths = [1280, 375]) {
    for (const [width, colorScheme] of [[widths[0], "light"], [widths.at(-1), "dark"]]) {
      await show(width, colorScheme);
      // Once it is laid out anew. Else what lies half under the bar is too small a target.
      await page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => { scrollTo(0, 0); requestAnimationFrame(shown); })));
      await checkAccessibility(page, `${view}, ${colorScheme}, ${width} px`);
    }
    if (pictures) for (const width of widths) for (const colorScheme of ["light", "dark"]) {
      await show(width, colorScheme);
      await page.screenshot({ path: join(pictures, `${view}-${colorScheme}-${width}.png`), fullPage: true });
    }
    for (const width of [320, 768, 1024, 1440]) {
      await page.setViewportSize({ width, height: 820 });
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(excess <= 0, `${view} is ${excess} px too wide at ${width} px`);
    }
    await show(1280, "light");
  }

  return { browser, context, page, step, look };
}

/**
 * That every field for a secret shows dots and is nothing that a browser would save or fill as a password of this site, and that
 * there are so many of them.
 */
export async function checkSecrets(page, count) {
  check(await page.locator("input[type=password], [autocomplete*=password], [autocomplete=username]").count() === 0, "a field is offered to the browser as a password");
  const fields = await page.locator("input.secret").evaluateAll((inputs) => inputs.map((input) => ({ name: input.name, type: input.type, autocomplete: input.autocomplete,
    dots: getComputedStyle(input).webkitTextSecurity, spellcheck: input.spellcheck, action: input.form?.getAttribute("action") ?? null })));
  check(fields.length === count, `${fields.length} fields for secrets`);
  for (const { name, ...field } of fields) {
    check(JSON.stringify(field) === JSON.stringify({ type: "text", autocomplete: "off", dots: "disc", spellcheck: false, action: null }), `${name}: ${JSON.stringify(field)}`);
  }
}

/**
 * That axe-core finds nothing on the present page. It works out violations only, and no style sheet is fetched a second time: no
 * rule that applies here reads one.
 */
export async function checkAccessibility(page, view) {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({
    resultTypes: ["violations"], preload: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  check(violations.length === 0, `axe, ${view}: ` + violations.map(({ id, help, nodes }) =>
    `${id} (${help}): ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`).join("\n"));
}

export function check(truth, message) {
  if (!truth) throw new Error(message);
}
