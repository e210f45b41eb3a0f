// What pages of an attacker try against a BotMaker at which the browser is signed in. The caller compares what BotMaker holds
// before and after; here it is seen that nothing can be read, framed or held on to.
//
// node attack.mjs CONFIG, a JSON file: port of BotMaker, password of admin, routes ("POST /api/bots", …).
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { check, launch } from "./harness.mjs";
import { attack } from "./attackpage.mjs";

const { port, password, routes } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const authorization = "Basic " + Buffer.from(`admin:${password}`).toString("base64");

// The attacker's server: an empty page, and redirections that keep method and body.
const evil = createServer((request, response) => {
  const url = new URL(request.url, "http://x");
  if (url.pathname === "/to") {
    response.writeHead(307, { Location: url.searchParams.get("url"), "Access-Control-Allow-Origin": "*" }).end();
  } else {
    response.writeHead(200, { "Content-Type": "text/html", ...(url.pathname === "/reporting" ? { "Content-Security-Policy":
      `img-src 'none'; report-uri ${routes.filter((route) => route.startsWith("POST ")).map((route) => url.searchParams.get("target") + route.slice(5)).join(" ")}` } : {}) })
      .end("<!doctype html><title>evil</title><body><img src=/x.png>");
  }
});
await new Promise((resolve) => evil.listen(0, "127.0.0.1", resolve));
const evilPort = evil.address().port;

const browser = await launch("--host-resolver-rules=MAP evil.example 127.0.0.1, MAP botmaker.example 127.0.0.1, MAP rebind.example 127.0.0.1",
  "--disable-popup-blocking");

/** A browser profile that is signed in under a name of BotMaker, as people sign in. */
async function signedIn(host) {
  const context = await browser.newContext();
  context.setDefaultTimeout(60_000);
  const operator = await context.newPage();
  await operator.goto(`http://admin:${encodeURIComponent(password)}@${host}:${port}/`, { waitUntil: "commit" });
  const session = () => operator.goto(`http://${host}:${port}/api/session`);
  await session().catch(session); // the first page may still be leaving the address with the password, which interrupts this
  check(/admin/.test(await operator.content()), "the browser is not even signed in");
  return { context, operator };
}

let failures = 0;
async function step(title, work) {
  const start = Date.now();
  try {
    await work();
    console.log(`ok - ${title} (${Date.now() - start} ms)`);
  } catch (error) {
    failures++;
    console.log(`not ok - ${title}\n${error.stack}`);
  }
}

// `localhost` is trustworthy, so that Chromium sends Sec-Fetch-Site there; to `botmaker.example` it sends only Origin.
for (const host of ["localhost", "botmaker.example"]) {
  const target = `http://${host}:${port}`;
  for (const [from, origin] of [["another site", `http://evil.example:${evilPort}`], ["another port of the same host", `http://${host}:${evilPort}`]]) {
    const { context, operator } = await signedIn(host);
    const where = `${host}, from ${from}`;
    const sent = [];
    context.on("request", (request) => { if (request.url().startsWith(target)) sent.push(`${request.method()} ${request.url()}`); });
    const page = await context.newPage();
    await page.goto(origin + "/");

    await step(`${where}: a page reads no answer to anything it sends`, async () => {
      const told = await page.evaluate(attack, { target, routes });
      check(told.length === 0, told.join("\n"));
      check(sent.filter((line) => line.startsWith("POST ")).length > 50, "the page did not even send its requests:\n" + sent.join("\n"));
    });

    await step(`${where}: no frame shows BotMaker`, async () => {
      for (const tag of ["iframe", "object", "embed"]) {
        await page.evaluate(([tag, url]) => new Promise((done) => {
          const frame = document.createElement(tag);
          frame.onload = frame.onerror = done;
          frame[tag === "object" ? "data" : "src"] = url;
          document.body.append(frame);
          setTimeout(done, 5000); // an embed may tell nothing
        }), [tag, target + "/"]);
      }
      for (const frame of page.frames().slice(1)) {
        const shown = await frame.evaluate(() => document.title + document.body?.innerText).catch(() => "");
        check(!/BotMaker|bots/.test(shown) || frame.url().startsWith("chrome-error:"), `${frame.url()} shows ${shown}`);
      }
    });

    await step(`${where}: an opened window is out of reach`, async () => {
      const [popup] = await Promise.all([context.waitForEvent("page"), page.evaluate((url) => { window.prey = open(url); }, target + "/")]);
      await popup.waitForLoadState();
      if (host === "localhost") {
        await page.waitForFunction(() => window.prey.closed); // so it looks when the browser has cut the ties
        check(await popup.evaluate(() => window.opener === null), "the opener is known");
      } else { // Chromium heeds Cross-Origin-Opener-Policy of trustworthy origins only, so under such a name it takes TLS.
        check(await page.evaluate(() => { try { return window.prey.document === undefined; } catch { return true; } }), "the window can be read");
      }
      await popup.close();
    });

    await step(`${where}: a top-level form submission changes nothing`, async () => {
      for (const enctype of ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]) {
        for (const route of routes.filter((route) => /^POST .*\/(stop|bots)$/.test(route))) {
          const form = await context.newPage();
          await form.goto(origin + "/");
          const [answer] = await Promise.all([
            form.waitForResponse((response) => response.url() === target + route.slice(5)),
            form.evaluate(([action, enctype]) => {
              const form = Object.assign(document.createElement("form"), { method: "post", action, enctype });
              document.body.append(form);
              form.submit();
            }, [target + route.slice(5), enctype])]);
          check(answer.status() === 403, `${enctype} to ${route}: ${answer.status()}`);
          await form.close();
        }
      }
    });

    await step(`${where}: the browser's reports change nothing`, async () => {
      const reporting = await context.newPage();
      await reporting.goto(`${origin}/reporting?target=${encodeURIComponent(target)}`);
      await reporting.waitForLoadState("networkidle");
      await reporting.close();
    });

    await step(`${where}: a link leads to BotMaker`, async () => {
      const link = await context.newPage();
      await link.goto(origin + "/");
      await link.evaluate((url) => { location.href = url; }, target + "/api/session");
      await link.waitForURL(target + "/api/session");
      check(/admin/.test(await link.content()), await link.content());
    });
    await operator.close();
    await context.close();
  }
}

// DNS rebinding: the attacker's page was loaded under his name, which from then on means our address.
await step("a name that resolves to BotMaker's address reads and changes nothing", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const home = `http://rebind.example:${port}`;
  check((await page.goto(home + "/")).status() === 421, "the name is answered"); // a document of that origin, for what follows
  const answers = await page.evaluate(async ([routes, authorization]) => {
    const all = [];
    for (const route of [...routes, "GET /", "GET /js/app/main.js"]) {
      const [method, path] = route.split(" ");
      for (const headers of [{}, { Authorization: authorization }, { Authorization: authorization, "Content-Type": "application/json" }]) {
        const answer = await fetch(path, { method, headers, body: ["GET", "DELETE"].includes(method) ? undefined : headers["Content-Type"] ? "{}" : "" }).catch(() => null);
        if (answer) all.push([route, answer.status, answer.status === 421 ? "" : (await answer.text()).slice(0, 200)]); // else hung up on
      }
    }
    return all;
  }, [routes, authorization]);
  // The health check has no details, and answers to whatever name a load balancer uses.
  const wrong = answers.filter(([route, status, text]) => status !== 421 && !(route === "GET /health" && /^\{"status":"\w+","engine":\w+,"database":\w+\}$/.test(text)));
  check(wrong.length === 0, wrong.map((it) => it.join(" ")).join("\n"));
  check(answers.filter(([route]) => route.startsWith("GET ")).length > 30, "too few were answered");
  const frame = await page.evaluate(() => new Promise((done) => {
    const source = new EventSource("/api/events");
    source.onmessage = () => done("read");
    source.onerror = () => done("");
  }));
  check(frame === "", "an event stream was read");
  await context.close();
});

await browser.close();
evil.close();
process.exit(failures ? 1 : 0);
