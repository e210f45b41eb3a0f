// The HTTP API as functions. Every failure becomes a Problem.
import { eventParser } from "./sse.logic.js";

/** A failed call: the server's problem JSON (RFC 9457), or status 0 when there was no response. */
export class Problem extends Error {
  constructor({ status = 0, title = "", detail = "", errors = [], retryAfter = null }) {
    super(detail || title);
    Object.assign(this, { status, title, detail, errors, retryAfter });
  }
}

/** True when a failure means that this server lacks the function. */
export const isAbsent = (problem) => [404, 405, 501].includes(problem.status);

const bot = (id) => `/api/bots/${encodeURIComponent(id)}`;
const key = (id) => `/api/keys/${encodeURIComponent(id)}`;

export const api = {
  session: () => call("GET", "/api/session"),
  signOut: () => call("DELETE", "/api/session"),
  catalog: () => call("GET", "/api/catalog"),
  create: (newBot) => call("POST", "/api/bots", newBot),
  bot: (id) => call("GET", bot(id)),
  change: (id, changes) => call("PATCH", bot(id), changes),
  start: (id) => call("POST", `${bot(id)}/start`),
  stop: (id) => call("POST", `${bot(id)}/stop`),
  restart: (id) => call("POST", `${bot(id)}/restart`),
  recreate: (id) => call("POST", `${bot(id)}/recreate`),
  repair: (id) => call("POST", `${bot(id)}/repair`),
  /** @param keepState leaves the bot's memory on the disk */
  remove: (id, keepState) => call("DELETE", bot(id) + (keepState ? "?keep=state" : "")),
  /** @param value null makes a new gateway token */
  replaceSecret: (id, name, value) => call("PUT", `${bot(id)}/secrets/${encodeURIComponent(name)}`, { value }),
  instructions: (id) => call("GET", `${bot(id)}/instructions`),
  saveInstructions: (id, text) => call("PUT", `${bot(id)}/instructions`, { text }),
  pairing: (id) => call("GET", `${bot(id)}/pairing`),
  answerPairing: (id, code, approve) => call("POST", `${bot(id)}/pairing/${encodeURIComponent(code)}`, { approve }),
  /** A one-time link to OpenClaw's own page: {url, expiresAt}. */
  controlUi: (id) => call("POST", `${bot(id)}/control-ui`),
  /** @param message what the bot answers meanwhile; undefined for the usual words */
  pauseAi: (id, message) => call("POST", `${bot(id)}/ai/pause`, { message }),
  resumeAi: (id) => call("POST", `${bot(id)}/ai/resume`),
  spending: (id) => call("GET", `${bot(id)}/usage`),
  /** @param before a call's number; absent for the newest calls */
  aiCalls: (id, before) => call("GET", `${bot(id)}/calls?limit=20` + (before ? `&before=${before}` : "")),
  allSpending: () => call("GET", "/api/usage"),
  prices: () => call("GET", "/api/prices"),
  savePrices: (prices) => call("PUT", "/api/prices", { prices }),
  keys: () => call("GET", "/api/keys"),
  addKey: (newKey) => call("POST", "/api/keys", newKey),
  replaceKey: (id, apiKey) => call("PUT", `${key(id)}/value`, { apiKey }),
  renameKey: (id, label) => call("PATCH", key(id), { label }),
  /** @param budgetMonth in US dollars; null for no limit */
  limitKey: (id, budgetMonth) => call("PATCH", key(id), { budgetMonth }),
  deleteKey: (id) => call("DELETE", key(id)),
  /** The hosts that a bot reached today, through the broker. */
  reached: (id) => call("GET", `${bot(id)}/hosts`),
  /** The broker's state, and what it refused to each bot. */
  broker: () => call("GET", "/api/broker"),
  checkAi: (request) => call("POST", "/api/checks/ai", request),
  checkChannel: (request) => call("POST", "/api/checks/channel", request),
  system: () => call("GET", "/api/system"),
  /** @param before a record's number; absent for the newest records */
  audit: (before) => call("GET", "/api/audit?limit=20" + (before ? `&before=${before}` : "")),
  removeOrphan: (kind, id) => call("DELETE", `/api/system/orphans/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`),

  /** These two read a stream to its end: onEvent(name, data); aborting `signal` ends it and is not a failure. */
  talk: (id, text, session, signal, onEvent) => stream("POST", `${bot(id)}/messages`, { text, session }, signal, onEvent),
  buildImage: (signal, onEvent) => stream("POST", "/api/system/image", {}, signal, onEvent),
};

export const eventsUrl = () => "/api/events";
export const usageUrl = (id) => `${bot(id)}/stats`;

async function call(method, path, body) {
  const response = await request(method, path, body, "application/json, application/problem+json");
  return contentOf(response);
}

async function stream(method, path, body, signal, onEvent) {
  try {
    const response = await request(method, path, body, "text/event-stream, application/problem+json", signal);
    const parse = eventParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      for (const { name, data } of parse(piece.value)) onEvent(name, data ?? {});
    }
  } catch (failure) {
    if (signal.aborted) return;
    throw failure instanceof Problem ? failure : new Problem({ title: "The connection to BotMaker was interrupted" });
  }
}

async function request(method, path, body, accept, signal) {
  const options = { method, cache: "no-store", headers: { Accept: accept }, signal };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await (method === "GET" ? patiently(() => fetch(path, options), RETRIES) : watched(() => patiently(() => fetch(path, options), [])));
  if (response.ok) return response;
  throw new Problem({ title: response.statusText, ...await contentOf(response), status: response.status, retryAfter: response.headers.get("Retry-After") });
}

// A browser on the engine's host aborts its requests whenever a container network appears or disappears. Reads are retried.
const RETRIES = [300, 1200]; // ms

async function patiently(ask, waits) {
  try {
    return await ask();
  } catch (failure) {
    if (failure.name !== "AbortError" && waits.length) {
      await new Promise((resolve) => setTimeout(resolve, waits[0]));
      return patiently(ask, waits.slice(1));
    }
    throw new Problem({ title: "BotMaker is not responding", detail: "The connection to BotMaker failed." });
  }
}

const STUCK = 10_000; // ms
let onStuck = () => () => {};

/**
 * Reports an action that is waiting although nothing works on it: the browser has no free connection, or the server is away.
 * @param listener () → a function that withdraws the report
 */
export const whenStuck = (listener) => { onStuck = listener; };

async function watched(work) {
  let timer = setTimeout(look, STUCK), ended = false, withdraw = null;

  async function look() {
    const answers = await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(STUCK / 2) }).then(() => true, () => false);
    if (ended) return;
    if (!answers) withdraw ??= onStuck();
    else withdraw = withdraw?.() ?? null;
    timer = setTimeout(look, STUCK);
  }

  try {
    return await work();
  } finally {
    ended = true;
    clearTimeout(timer);
    withdraw?.();
  }
}

async function contentOf(response) {
  const isJson = /^application\/(problem\+)?json\b/.test(response.headers.get("Content-Type") ?? "");
  return isJson ? response.json().catch(() => null) : null;
}
