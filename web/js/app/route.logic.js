// The URL is the state: which view, which bot, which filter. Pure; the browser's part is in main.js.

export const STATUS_FILTERS = ["running", "stopped", "error"];

const ID = /^[0-9a-f]{16}$/, PAGE = /^[a-z][a-z0-9-]*$/;

/** Reads a location hash such as "#/bots/0123456789abcdef/logs?status=error&q=sup". */
export function parseRoute(hash) {
  const [path, query = ""] = hash.replace(/^#/, "").split("?", 2);
  const parameters = new URLSearchParams(query);
  const status = parameters.get("status");
  const filter = { status: STATUS_FILTERS.includes(status) ? status : "", q: parameters.get("q") ?? "" };
  const parts = path.split("/").filter(Boolean);
  if (parts.length === 0) return { view: "overview", filter };
  if (parts.length === 1 && parts[0] === "logs") return { view: "merged", bots: ids(parameters.get("bots")), filter };
  if (parts.length === 1 && parts[0] === "new") return { view: "create", filter };
  if (parts.length === 1 && parts[0] === "system") return { view: "system", filter };
  if (parts.length === 1 && parts[0] === "keys") return { view: "keys", filter };
  if (parts.length === 1 && parts[0] === "prices") return { view: "prices", filter };
  if (parts[0] === "help" && parts.length <= 3 && (parts.length === 1 || PAGE.test(parts[1]))) {
    return { view: "help", page: parts[1] ?? "", section: decoded(parts[2] ?? ""), filter };
  }
  if (parts[0] === "bots" && ID.test(parts[1] ?? "")) {
    if (parts.length === 2) return { view: "detail", id: parts[1], filter };
    if (parts.length === 3 && parts[2] === "logs") return { view: "logs", id: parts[1], filter };
  }
  return { view: "missing", filter };
}

/** The bots of a merged log; none means all. */
const ids = (text) => [...new Set((text ?? "").split(",").filter((id) => ID.test(id)))];

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Writes what parseRoute reads. */
export function formatRoute({ view, id, bots = [], page, section, filter = {} }) {
  const path = { create: "/new", system: "/system", keys: "/keys", prices: "/prices", detail: `/bots/${id}`, logs: `/bots/${id}/logs`, merged: "/logs",
    help: ["/help", page, page && section && encodeURIComponent(section)].filter(Boolean).join("/") }[view] ?? "/";
  const query = new URLSearchParams();
  if (view === "merged" && bots.length > 0) query.set("bots", bots.join(","));
  if (filter.status) query.set("status", filter.status);
  if (filter.q) query.set("q", filter.q);
  return "#" + path + (query.size > 0 ? "?" + query.toString().replaceAll("%2C", ",") : "");
}
