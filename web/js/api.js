// The HTTP API as functions. Every failure becomes one Problem, whatever went wrong on the way.

/** A failed call: the server's problem JSON (RFC 9457), or the network's silence as status 0. */
export class Problem extends Error {
  constructor({ status = 0, title = "", detail = "", errors = [], retryAfter = null }) {
    super(detail || title);
    Object.assign(this, { status, title, detail, errors, retryAfter });
  }
}

const bot = (id) => `/api/bots/${encodeURIComponent(id)}`;

export const api = {
  session: () => call("GET", "/api/session"),
  catalog: () => call("GET", "/api/catalog"),
  create: (newBot) => call("POST", "/api/bots", newBot),
  start: (id) => call("POST", `${bot(id)}/start`),
  stop: (id) => call("POST", `${bot(id)}/stop`),
  restart: (id) => call("POST", `${bot(id)}/restart`),
  /** @param keepState leaves the bot's memory on the disk */
  remove: (id, keepState) => call("DELETE", bot(id) + (keepState ? "?keep=state" : "")),
};

export const eventsUrl = () => "/api/events";

async function call(method, path, body) {
  const options = { method, cache: "no-store", headers: { Accept: "application/json, application/problem+json" } };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Problem({ title: "BotMaker does not answer", detail: "The connection to BotMaker failed." });
  }
  const isJson = /^application\/(problem\+)?json\b/.test(response.headers.get("Content-Type") ?? "");
  const content = isJson ? await response.json().catch(() => null) : null;
  if (response.ok) return content;
  throw new Problem({ title: response.statusText, ...content, status: response.status, retryAfter: response.headers.get("Retry-After") });
}
