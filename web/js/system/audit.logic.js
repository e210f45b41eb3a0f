// The record of who did what, in words. Pure.
import { own } from "../app/own.logic.js";

const ACTIONS = {
  "POST /api/bots": "Bot made",
  "PATCH /api/bots/{id}": "Bot changed",
  "DELETE /api/bots/{id}": "Bot deleted",
  "POST /api/bots/{id}/start": "Bot started",
  "POST /api/bots/{id}/stop": "Bot stopped",
  "POST /api/bots/{id}/restart": "Bot restarted",
  "POST /api/bots/{id}/recreate": "Bot recreated",
  "POST /api/bots/{id}/repair": "Container repaired",
  "POST /api/bots/{id}/control-ui": "Link to the Control UI made",
  "POST /api/bots/{id}/messages": "Message sent",
  "POST /api/bots/{id}/pairing/{code}": "Pairing answered",
  "PUT /api/bots/{id}/secrets/{name}": "Secret replaced",
  "PUT /api/bots/{id}/instructions": "Instructions written",
  "POST /api/checks/ai": "API key checked",
  "POST /api/checks/channel": "Channel’s credentials checked",
  "POST /api/system/image": "Image built or pulled",
  "DELETE /api/system/orphans/{kind}/{id}": "Left-over thing removed",
  "DELETE /api/session": "Signed out",
  "sign-in": "Sign-in",
  "request-from-another-site": "Request from another site",
  "botmaker-started": "BotMaker started",
  "botmaker-stopped": "BotMaker stopped",
  "botmaker-restored": "Restored from a backup",
};

/** A request without a word of its own is told as it is: `POST /api/…`; what BotMaker did by itself as its words. */
export const actionWords = (action) => own(ACTIONS, action) ?? (action.includes("/") ? action : action.replaceAll("-", " ").replace(/^./, (first) => first.toUpperCase()));

export const who = ({ user, source }) => user ? `${user}, ${source}` : source ? `not signed in, ${source}` : "BotMaker itself";

export const isDone = ({ outcome }) => outcome === "ok";

const REFUSED = ["unauthenticated", "throttled", "denied"];

export const outcomeWords = (record) => isDone(record) ? "done" : REFUSED.includes(record.outcome) ? "refused" : record.outcome.replaceAll("-", " ");

/** The older records behind those already shown; what came twice is taken once. */
export function withOlder(shown, older) {
  const last = shown.at(-1)?.seq ?? Infinity;
  return [...shown, ...older.filter(({ seq }) => seq < last)];
}
