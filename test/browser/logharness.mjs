// What the browser's scripts share: a Chromium that is signed in, steps that fail on any complaint, a look at a view in both
// themes and three widths, a connection that can be cut, and what a bot is made to write.
import { mkdirSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join } from "node:path";
import { check, checkAccessibility, launch } from "./harness.mjs";

const pictures = process.env.SCREENSHOTS;

/** @param expected (text, url) → whether a message of the browser's console is what a step brings about */
export async function openBrowser({ user, password, timeout, expected = () => false }) {
  if (pictures) mkdirSync(pictures, { recursive: true });
  const browser = await launch("--enable-precise-memory-info");
  const context = await browser.newContext({ httpCredentials: { username: user, password }, viewport: { width: 1280, height: 820 }, reducedMotion: "reduce" });
  context.setDefaultTimeout(timeout);
  await context.addInitScript(() => addEventListener("securitypolicyviolation", (event) =>
    console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)));
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    // A container's network that comes or goes makes Chromium drop its requests on the same host: the page must bear that.
    if (/ERR_NETWORK_CHANGED/.test(message.text())) return;
    if (["error", "warning"].includes(message.type()) && !expected(message.text(), message.location().url)) complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(`exception: ${error.stack}`));

  async function step(title, work) {
    const begun = performance.now();
    try {
      await work();
      check(complaints.length === 0, complaints.join("\n"));
      console.log(`ok - ${title} (${Math.round(performance.now() - begun)} ms)`);
    } catch (error) {
      console.log(`not ok - ${title}\n${error.stack}\n${complaints.join("\n")}`);
      if (pictures) await page.screenshot({ path: join(pictures, "failed.png") }).catch(() => {});
      await browser.close();
      process.exit(1);
    }
  }

  /** Looks at the present view as it is: pictures, axe, and that nothing is cut off at 320 px. */
  async function look(view) {
    for (const width of [1280, 375]) for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height: 820 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.waitForTimeout(100); // A new width is laid out in the next frame.
      if (pictures) await page.screenshot({ path: join(pictures, `${view}-${colorScheme}-${width}.png`), fullPage: true });
      await checkAccessibility(page, `${view}, ${colorScheme}, ${width} px`);
    }
    await page.setViewportSize({ width: 320, height: 820 });
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    const widest = await page.evaluate(() => [...document.querySelectorAll("body *")]
      .filter((it) => it.getBoundingClientRect().right > innerWidth + 1).map((it) => `${it.tagName}.${it.className} "${it.textContent.slice(0, 40)}"`).slice(0, 6).join(", "));
    check(excess <= 0, `${view} is ${excess} px too wide at 320 px: ${widest}`);
    await page.setViewportSize({ width: 1280, height: 820 });
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  }

  return { browser, page, step, look };
}

/** A TCP proxy in front of the server, whose connections can be cut and which can refuse new ones. */
export async function cuttable(target) {
  const { hostname, port } = new URL(target);
  const sockets = new Set();
  let up = true, frozen = false;
  const server = net.createServer((near) => {
    if (!up) return near.destroy();
    near.on("error", () => {});
    const far = net.connect(Number(port), hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      sockets.add(one);
      one.on("data", (piece) => { if (!frozen && !one.dead) other.write(piece); else one.dead = other.dead = true; });
      one.on("error", () => other.destroy());
      one.on("close", () => { sockets.delete(one); if (!frozen && !one.dead) other.destroy(); });
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut() { for (const socket of sockets) socket.destroy(); },
    down() { up = false; this.cut(); },
    up() { up = true; },
    /** Swallows everything and closes nothing, as a network that is gone; connections of before stay dead. */
    freeze() { frozen = true; for (const socket of sockets) socket.dead = true; },
    thaw() { frozen = false; },
    close() { this.cut(); server.close(); },
  };
}

/** Runs a shell command in a container, through the engine's socket. What it writes to /proc/1/fd/1 and 2 is in the container's log. */
export async function inContainer(socketPath, container, shell) {
  const call = (path, body) => new Promise((resolve, reject) => {
    const request = http.request({ socketPath, method: "POST", path, headers: { "Content-Type": "application/json" } }, (answer) => {
      let text = "";
      answer.on("data", (part) => { text += part; });
      answer.on("end", () => answer.statusCode < 300 ? resolve(text) : reject(new Error(`${path}: ${answer.statusCode} ${text}`)));
    });
    request.on("error", reject);
    request.end(JSON.stringify(body));
  });
  const { Id } = JSON.parse(await call(`/containers/${container}/exec`, { Cmd: ["sh", "-c", shell], AttachStdout: true, AttachStderr: true }));
  return call(`/exec/${Id}/start`, { Detach: false, Tty: false });
}
