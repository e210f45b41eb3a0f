// The audit log as text. Pure.
import { own } from "../app/own.logic.js";

const ACTIONS = {
  "POST /api/bots": "Bot created",
  "PATCH /api/bots/{id}": "Bot changed",
  "DELETE /api/bots/{id}": "Bot deleted",
  "POST /api/bots/{id}/start": "Bot started",
  "POST /api/bots/{id}/stop": "Bot stopped",
  "POST /api/bots/{id}/restart": "Bot restarted",
  "POST /api/bots/{id}/recreate": "Bot upgraded",
  "POST /api/bots/{id}/repair": "Container repaired",
  "POST /api/bots/{id}/control-ui": "Control UI link created",
  "POST /api/bots/{id}/ai/pause": "AI paused",
  "POST /api/bots/{id}/ai/resume": "AI resumed",
  "PUT /api/prices": "Prices changed",
  "budget-used-up": "AI budget used up",
  "budget-nearly-used-up": "AI budget nearly used up",
  "budget-too-small": "AI budget too small for the next answer",
  "POST /api/bots/{id}/messages": "Message sent",
  "POST /api/bots/{id}/pairing/{code}": "Pairing request answered",
  "PUT /api/bots/{id}/secrets/{name}": "Secret replaced",
  "PUT /api/bots/{id}/instructions": "Instructions saved",
  "POST /api/keys": "Key added",
  "PUT /api/keys/{key}/value": "Key replaced",
  "PATCH /api/keys/{key}": "Key changed",
  "DELETE /api/keys/{key}": "Key deleted",
  "POST /api/checks/ai": "API key tested",
  "POST /api/checks/channel": "Channel credentials tested",
  "POST /api/system/image": "Image built or pulled",
  "DELETE /api/system/orphans/{kind}/{id}": "Orphan removed",
  "DELETE /api/session": "Signed out",
  "sign-in": "Sign-in",
  "request-from-another-site": "Cross-site request",
  "botmaker-started": "BotMaker started",
  "botmaker-stopped": "BotMaker stopped",
  "bot-stopped-for-good": "Bot quarantined after a crash loop",
  "image-put-back": "Image rolled back", // the key in records of earlier versions
  "image-rolled-back": "Image rolled back",
  "broker-lost": "Broker lost",
  "broker-back": "Broker back",
  "broker-restarted": "Broker restarted",
  "foreign-credential-refused": "Foreign credential refused",
  "key-refused-by-provider": "Key refused by the provider",
  "call-refused": "Call refused by the broker",
  "reach-rolled-back": "Change of reach rolled back",
  "botmaker-restored": "Restored from a backup",
};

/** A request without a label is shown unchanged, `POST /api/…`; BotMaker's own actions have names. */
export const actionWords = (action) => own(ACTIONS, action) ?? (action.includes("/") ? action : action.replaceAll("-", " ").replace(/^./, (first) => first.toUpperCase()));

export const who = ({ user, source }) => user ? `${user}, ${source}` : source ? `not signed in, ${source}` : "BotMaker";

export const isDone = ({ outcome }) => outcome === "ok";

const REFUSED = ["unauthenticated", "throttled", "denied", "refused"];

export const outcomeWords = (record) => isDone(record) ? "success" : REFUSED.includes(record.outcome) ? "denied" : `failed: ${record.outcome.replaceAll("-", " ")}`;

/** Appends older records to those shown, without duplicates. */
export function withOlder(shown, older) {
  const last = shown.at(-1)?.seq ?? Infinity;
  return [...shown, ...older.filter(({ seq }) => seq < last)];
}
