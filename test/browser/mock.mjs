// A stand-in for BotMaker that keeps the HTTP contract in memory: for states and failures that no real engine shows on
// demand. It judges little; the real server's judgement is tested with the real server (dashboard.mjs).
//
//   const mock = await startMock();   mock.url   mock.bots   mock.set(bot)   mock.engine(reachable)   await mock.restart()
//   node mock.mjs [port]              to look at
import { readFileSync } from "node:fs";
import http from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { ANTHROPIC, AUDIT, bot, BROKER, CALLS, CATALOG, DOCS, EVENTS, KEYS, PRICES, SYSTEM, some, USAGE } from "./mockdata.mjs";

const WEB = join(dirname(fileURLToPath(import.meta.url)), "../../web");
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".md": "text/markdown; charset=utf-8" };
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function startMock({ port = 0, empty = false, slow = 150 } = {}) {
  const bots = new Map((empty ? [] : some()).map((one) => [one.id, one]));
  const pairing = new Map([["0000000000000001", [{ code: "KX7P2M4Q", sender: "48151623", name: "Ada Lovelace", at: ago(130) }]]]);
  const keys = new Map((empty ? [] : KEYS()).map((one) => [one.id, one]));
  const instructions = new Map(), readers = new Set(), open = new Set(), sockets = new Set(), calls = [];
  const mock = { slow, bots, keys, pairing, calls, usage: USAGE(), prices: empty ? [] : PRICES(), system: structuredClone(SYSTEM), broker: BROKER(), hosts: { day: "", days: [] }, stays: false, up: true, refuse: null, events: () => readers.size, streams: () => open.size, set, engine, restart, close, warn, talk: "Hello! How can I help you today?" };
  let server = await listen(port);
  mock.url = `http://127.0.0.1:${server.address().port}`;
  return mock;

  function tell(event, data) {
    for (const reader of readers) reader.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  function set(one) {
    bots.set(one.id, one);
    tell("bot", shown(one));
    return one;
  }

  function shown(one) {
    const measured = { ...one, stateBytes: one.much ? 3.4e9 : 58e6 };
    return mock.up ? measured : { ...measured, status: "unknown", health: "none", reason: "The Docker Engine does not answer." };
  }

  function engine(up) {
    mock.up = up;
    tell("engine", engineNow());
    for (const one of bots.values()) tell("bot", shown(one));
  }

  function warn(warnings) {
    mock.system.warnings = warnings;
    tell("warnings", { warnings });
  }

  function engineNow() {
    return mock.up ? { reachable: true, observedAt: ago(0) } : { reachable: false, problem: "The Docker Engine does not answer.", observedAt: ago(40) };
  }

  async function close() {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Goes away, and comes back at the same address after `ms`; in between, what `meanwhile` does is missed by every page. */
  async function restart(ms = 3000, meanwhile = () => {}) {
    const at = server.address().port;
    await close();
    meanwhile();
    await pause(ms);
    server = await listen(at);
  }

  function listen(at) {
    const made = http.createServer((rq, rs) => answer(rq, rs).catch((error) => { console.error(error); rs.destroy(); }));
    made.on("connection", (socket) => { sockets.add(socket); socket.on("close", () => sockets.delete(socket)); });
    return new Promise((resolve) => made.listen(at, "127.0.0.1", () => resolve(made)));
  }

  async function answer(rq, rs) {
    const { pathname } = new URL(rq.url, "http://x");
    rs.setHeader("Content-Security-Policy", CSP);
    if (/^\/api\/(events|bots\/\w+\/(logs|stats))$/.test(pathname)) {
      open.add(rs);
      rs.on("close", () => open.delete(rs));
    }
    if (pathname === "/health") return json(rs, { status: "ok" });
    if (!pathname.startsWith("/api/")) return file(pathname, rs);
    let text = "";
    for await (const piece of rq) text += piece;
    const body = text ? JSON.parse(text) : undefined;
    const call = `${rq.method} ${pathname}`;
    calls.push({ call, body });
    if (mock.refuse?.call === call) return problem(rs, mock.refuse.status, mock.refuse.detail, mock.refuse.errors);
    const [, , part, id, action, last] = pathname.split("/").map(decodeURIComponent);
    if (call === "GET /api/session") return json(rs, { user: "admin" });
    if (call === "DELETE /api/session") return json(rs, undefined, 204);
    if (call === "GET /api/catalog") return json(rs, CATALOG);
    if (call === "GET /api/broker") return json(rs, mock.broker);
    if (call === "GET /api/events") return events(rs);
    if (call === "POST /api/bots") return create(rs, body);
    if (call === "GET /api/audit") return audit(rs, Number(new URL(rq.url, "http://x").searchParams.get("before") ?? Infinity));
    if (part === "prices") return ofPrices(rs, rq.method, body);
    if (part === "usage") return json(rs, { ...mock.usage, bots: [], keys: [{ id: "00000000000000a1", month: 21.4, lastUsed: "2026-09-02" }] });
    if (part === "keys") return ofKeys(rs, rq.method, id, action, body);
    if (part === "checks") return checks(rs, id, body);
    if (part === "system") return system(rs, rq.method, id, action, last);
    const one = bots.get(id);
    return part === "bots" && one ? ofBot(rs, rq.method, one, action, last, body) : problem(rs, 404, "There is no such bot.");
  }

  function events(rs) {
    rs.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    readers.add(rs);
    beating(rs);
    rs.on("close", () => readers.delete(rs));
    rs.write(`event: snapshot\ndata: ${JSON.stringify({ bots: [...bots.values()].map(shown), observedAt: ago(0), engine: engineNow(), warnings: mock.system.warnings })}\n\n`);
  }

  async function create(rs, body) {
    const errors = [];
    if (!body.name) errors.push({ field: "/name", message: "This field is required." });
    if (!body.ai.model) errors.push({ field: "/ai/model", message: "This field is required." });
    if (!/^\d+:.{30,}$/.test(body.channel.credentials.token ?? "") && body.channel.type === "telegram") errors.push({ field: "/channel/credentials/token", message: "This does not have the right form." });
    if (errors.length) return problem(rs, 422, "Some fields are invalid.", errors);
    const made = bot(100 + bots.size, { name: body.name, reach: body.reach, budget: body.budget, ai: { ...body.ai, apiKey: undefined }, channel: { type: body.channel.type, settings: body.channel.settings },
      access: { allow: [], ...body.access }, status: "creating", health: "none", containerId: undefined, startedAt: undefined, since: ago(0), createdAt: ago(0) });
    set(made);
    await pause(mock.slow * 4);
    set({ ...made, containerId: "a".repeat(64) });
    await pause(mock.slow * 4);
    const running = set({ ...made, containerId: "a".repeat(64), status: "running", health: "starting", startedAt: ago(0) });
    json(rs, running, 201);
    await pause(mock.slow * 6);
    if (bots.get(made.id) === running) set({ ...running, health: "healthy" });
  }

  async function ofKeys(rs, method, id, action, body) {
    await pause(mock.slow);
    const shownKey = (key) => ({ ...key, usedBy: [...bots.values()].filter(({ ai }) => ai.key === key.id).map(({ id: bot, name }) => ({ id: bot, name })) });
    const key = keys.get(id);
    if (method === "GET") return json(rs, { keys: [...keys.values()].sort((a, b) => a.label < b.label ? -1 : 1).map(shownKey) });
    if (id && !key) return problem(rs, 404, "There is no such key.");
    if (method === "DELETE") {
      if (shownKey(key).usedBy.length) return problem(rs, 409, "Bots use this key.");
      keys.delete(id);
      return json(rs, undefined, 204);
    }
    const errors = [];
    if ("label" in body || method === "POST") {
      if (!body.label) errors.push({ field: "/label", message: "This field is required." });
      if ([...keys.values()].some((one) => one.id !== id && one.label === body.label)) return problem(rs, 409, "It is taken.", [{ field: "/label", message: "Another key has this label." }]);
    }
    if (method !== "PATCH" && (!body.apiKey || body.apiKey === "wrong")) errors.push({ field: "/apiKey", message: "This does not have the right form." });
    if (body.provider === "openai-compatible" && !body.baseUrl) errors.push({ field: "/baseUrl", message: "This field is required." });
    if (errors.length) return problem(rs, 422, "Some fields are invalid.", errors);
    const now = { ...key ?? { id: String(keys.size).padStart(16, "b"), wasInBot: false, createdAt: ago(0) }, ...body, apiKey: undefined };
    if (method !== "PATCH") Object.assign(now, { replacedAt: ago(0), wasInBot: false, test: undefined });
    keys.set(now.id, now);
    json(rs, shownKey(now), method === "POST" ? 201 : 200);
  }

  function ofPrices(rs, method, body) {
    if (method === "PUT") {
      const errors = body.prices.flatMap((price, index) => price.input >= 0 ? [] : [{ field: `/prices/${index}/input`, message: "Between 0 and 100000 US dollars per million tokens." }]);
      if (errors.length) return problem(rs, 422, "One field is invalid.", errors);
      const own = body.prices.map(({ provider, model, ...rates }) => ({ provider, model, own: true, source: "own", tiers: [{ from: 0, ...rates }] }));
      mock.prices = [...PRICES().filter((one) => !one.own && !own.some(({ model }) => model === one.model)), ...own];
    }
    const known = ({ model }) => mock.prices.some((price) => price.model === model && price.tiers.length);
    json(rs, { prices: mock.prices, unknown: [...new Map([...bots.values()].filter(({ reach, ai }) => reach !== "legacy" && !known(ai)).map(({ ai: { provider, model } }) => [model, { provider, model }])).values()] });
  }

  async function checks(rs, what, body) {
    await pause(mock.slow);
    if (what === "ai" && body.key) keys.get(body.key).test = { at: ago(0), works: true };
    if (what === "ai") return json(rs, body.apiKey === "wrong" ? { ok: false, detail: "Anthropic refuses this key (401).", models: [] } : { ok: true, detail: "The key works.", models: ANTHROPIC });
    const usedBy = [...bots.values()].filter(({ token }) => token && token === body.credentials.token).map(({ name }) => name);
    return json(rs, { ok: true, detail: "This is @example_bot.", usedBy });
  }

  function audit(rs, before) {
    json(rs, { count: AUDIT.length, head: AUDIT.at(-1).hash, records: AUDIT.filter(({ seq }) => seq < before).reverse().slice(0, 20) });
  }

  async function system(rs, method, what, kind, id) {
    if (method === "GET") return json(rs, { ...mock.system, engine: { ...mock.system.engine, ...engineNow() } });
    if (what === "orphans") {
      await pause(mock.slow);
      mock.system.orphans = mock.system.orphans.filter((one) => one.kind !== kind || one.id !== id);
      return json(rs, undefined, 204);
    }
    rs.writeHead(200, { "Content-Type": "text/event-stream" });
    for (let current = 1; current <= 8; current++) {
      rs.write(`data: ${JSON.stringify({ step: `Step ${current} of 8`, detail: "npm install", current, total: 8 })}\n\n`);
      await pause(mock.slow);
    }
    mock.system.image = { ...mock.system.image, present: true, createdAt: ago(0) };
    rs.end("event: done\ndata: {}\n\n");
  }

  async function ofBot(rs, method, one, action, last, body) {
    const { id } = one;
    if (method === "GET" && !action) return json(rs, { ...shown(one), events: EVENTS(ago) });
    if (action === "instructions") {
      if (method === "PUT") instructions.set(id, body.text);
      return json(rs, { text: instructions.get(id) ?? "You are the support desk of a small shop.\nAnswer briefly." });
    }
    if (action === "usage") return json(rs, mock.usage);
    if (action === "hosts") return json(rs, mock.hosts);
    if (action === "calls") {
      const before = Number(new URL(rs.req.url, "http://x").searchParams.get("before") ?? Infinity);
      return json(rs, { calls: CALLS().filter(({ seq }) => seq < before).slice(0, 20) });
    }
    if (action === "ai") return json(rs, set({ ...one, aiPaused: last === "pause" ? body.message ?? "I am paused. Whoever runs me can resume me." : undefined }));
    if (action === "logs") return logs(rs);
    if (!mock.up) return problem(rs, 503, "The Docker Engine does not answer.");
    if (action === "stats") return stats(rs);
    if (action === "pairing") {
      await pause(mock.slow);
      if (method === "POST") pairing.set(id, (pairing.get(id) ?? []).filter(({ code }) => code !== last));
      return json(rs, { requests: pairing.get(id) ?? [] });
    }
    if (action === "messages") {
      rs.writeHead(200, { "Content-Type": "text/event-stream" });
      await pause(mock.slow * 2);
      for (const word of mock.talk.split(/(?<= )/)) {
        rs.write(`event: delta\ndata: ${JSON.stringify({ text: word })}\n\n`);
        await pause(mock.slow / 3);
      }
      return rs.end("event: done\ndata: {}\n\n");
    }
    await pause(mock.slow * 2);
    if (method === "DELETE") {
      bots.delete(id);
      tell("gone", { id });
      return json(rs, undefined, 204);
    }
    if (action === "secrets") {
      if (body.value === "wrong") return problem(rs, 422, "Invalid.", [{ field: "/value", message: "This does not have the right form." }]);
      return json(rs, set({ ...one, secretsWrittenAt: { ...one.secretsWrittenAt, [last]: ago(0) } }));
    }
    if (action === "control-ui") return json(rs, { url: `http://127.0.0.1:${one.controlUi.port}/#bootstrapToken=t`, expiresAt: ago(-600) });
    if (method === "PATCH" && "controlUi" in body) return json(rs, set({ ...one, controlUi: body.controlUi ? { port: 19100 } : null }));
    if (method === "PATCH") {
      if (body.limits && body.limits.memory < 1.5 * 2 ** 30) return problem(rs, 422, "Invalid.", [{ field: "/limits/memory", message: "OpenClaw dies below 1.5 GiB." }]);
      const budget = "budget" in body ? Object.fromEntries(Object.entries({ onCap: "answer", ...one.budget, ...body.budget }).filter(([key, value]) => value !== null && (body.budget || key === "onCap"))) : one.budget;
      const { name = one.name, ai = one.ai, access = one.access, limits = one.limits, reach = one.reach, webHosts = one.webHosts, also = one.also } = body;
      const kept = reach === "legacy" ? null : ai.key ?? (one.reach === "legacy" && reach !== "legacy" ? "00000000000000a3" : null);
      const after = { ...one, name, reach, budget, webHosts, also, ai: { provider: ai.provider, model: ai.model, ...(kept && { key: kept }) }, access: { allow: [], ...access }, limits };
      if (reach === one.reach || reach === "legacy") return json(rs, set(after));
      const trial = set({ ...after, previousReach: one.reach, health: "starting" });
      setTimeout(() => set(mock.stays ? one : { ...trial, previousReach: undefined, health: "healthy" }), mock.slow * 6);
      return json(rs, trial);
    }
    if (action === "repair") return json(rs, set({ ...one, drift: [] }));
    if (action === "recreate") return json(rs, set({ ...one, imageOutdated: false }));
    if (action === "stop") return json(rs, set({ ...one, status: "stopped", health: "none", reason: "stopped by you", since: ago(0) }));
    const running = set({ ...one, status: "running", health: "starting", reason: undefined, lastLogLines: undefined, since: ago(0) });
    setTimeout(() => { if (bots.get(id) === running) set({ ...running, health: "healthy" }); }, mock.slow * 6);
    return json(rs, running);
  }

  function stats(rs) {
    rs.writeHead(200, { "Content-Type": "text/event-stream" });
    let count = 0;
    const send = () => {
      count++;
      rs.write(`data: ${JSON.stringify({ at: new Date(Date.now()).toISOString(), cpu: 0.05 + 0.4 * Math.abs(Math.sin(count / 5)), memory: 8.1e8 + 4e6 * count, memoryLimit: 2 ** 31, rx: count * 4000 + 9000 * (count % 7), tx: count * 900 })}\n\n`);
    };
    send();
    beating(rs);
    const timer = setInterval(send, mock.slow * 3);
    rs.on("close", () => clearInterval(timer));
  }
}

/** A comment every 15 s, as the server sends it. */
function beating(rs) {
  const timer = setInterval(() => rs.write(": heartbeat\n\n"), 15_000);
  rs.on("close", () => clearInterval(timer));
}

function logs(rs) {
  rs.writeHead(200, { "Content-Type": "text/event-stream" });
  beating(rs);
  for (let line = 0; line < 6; line++) rs.write(`id: aaaaaaaaaaaa.${line}.0\ndata: ${JSON.stringify({ t: ago(60), s: "out", m: line < 5 ? `line ${line}` : `${"a".repeat(60)}!` })}\n\n`);
}

function file(pathname, rs) {
  if (Object.hasOwn(DOCS, pathname)) return rs.writeHead(200, { "Content-Type": TYPES[".md"] }).end(DOCS[pathname]);
  const path = join(WEB, normalize(pathname === "/" ? "/index.html" : pathname));
  try {
    const content = readFileSync(path);
    rs.writeHead(200, { "Content-Type": TYPES[extname(path)], "Cache-Control": "no-store" }).end(content);
  } catch {
    problem(rs, 404, "There is no such page.");
  }
}

const json = (rs, content, status = 200) => rs.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" }).end(content === undefined ? "" : JSON.stringify(content));
const problem = (rs, status, detail, errors) =>
    rs.writeHead(status, { "Content-Type": "application/problem+json" }).end(JSON.stringify({ type: "about:blank#mock", title: http.STATUS_CODES[status], status, detail, ...(errors && { errors }) }));
function ago(seconds) {
  return new Date(Date.now() - seconds * 1000).toISOString();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await startMock({ port: Number(process.argv[2] ?? 0), slow: 400 })).url);
