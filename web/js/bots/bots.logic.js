// How a bot's state is shown: word, shape, tone, order. Pure.
import { isOutOfBudget } from "../spending/money.logic.js";

/**
 * A bot's status as shown.
 *   word  the text                     shape  the outline beside it (never color alone)
 *   tone  the meaning of the color     rank   lower needs attention sooner
 */
export function glance(bot) {
  switch (bot.status) {
    case "error": return { word: "error", shape: "error", tone: "bad", rank: 0 };
    case "unknown": return { word: "unknown", shape: "unknown", tone: "warn", rank: 2 };
    case "creating": return { word: "creating", shape: "busy", tone: "busy", rank: 3 };
    case "deleting": return { word: "deleting", shape: "busy", tone: "idle", rank: 3 };
    case "stopped": return { word: "stopped", shape: "stopped", tone: "idle", rank: 6 };
    case "running": switch (bot.health) {
      case "unhealthy": return { word: "unhealthy", shape: "warn", tone: "warn", rank: 1 };
      case "starting": return { word: "starting", shape: "busy", tone: "busy", rank: 4 };
      case "healthy": return { word: "healthy", shape: "running", tone: "good", rank: 5 };
      default: return { word: "running", shape: "running", tone: "good", rank: 5 };
    }
    default: return { word: String(bot.status), shape: "unknown", tone: "warn", rank: 2 };
  }
}

/** How soon a bot needs attention; lower is sooner. One whose budget is used up does not answer, though it is healthy. */
const rank = (bot) => Math.min(glance(bot).rank, isOutOfBudget(bot) ? 2 : Infinity);

/** True for bots that need attention. */
export const needsAttention = (bot) => rank(bot) <= 2;

/** True while a stop or restart would interrupt the start. */
export const isStarting = (bot) => bot.status === "creating" || (bot.status === "running" && bot.health === "starting");

/** The time of the last state change; null while the state is unknown. */
export const since = (bot) => bot.status === "unknown" ? null : bot.since ?? bot.updatedAt;

/** Why a bot needs attention, or "". An unreachable engine concerns all bots and is reported by the strip. */
export const trouble = (bot) => needsAttention(bot) && bot.status !== "unknown" ? bot.reason ?? "" : "";

/** The counters: how many bots are running, stopped and in error. */
export function counts(bots) {
  const result = { running: 0, stopped: 0, error: 0 };
  for (const bot of bots) if (Object.hasOwn(result, bot.status)) result[bot.status]++;
  return result;
}

const fold = (text) => String(text ?? "").normalize("NFKC").toLowerCase();

/**
 * A bot's channel and AI as text: `short` leaves out the provider, to make room for the model; `full` has it.
 * @param catalog has the names to show; without it, the ids are shown
 */
export function service({ channel, ai }, catalog = null) {
  const label = (entries, id) => entries?.find((entry) => entry.id === id)?.label ?? id;
  const place = label(catalog?.channels, channel?.type);
  return { short: `${place} · ${ai?.model}`, full: `${place} · ${label(catalog?.providers, ai?.provider)} · ${ai?.model}` };
}

/** The bots that match the filter, those that need attention first, then by name. @param catalog as above */
export function visible(bots, { status = "", q = "" } = {}, catalog = null) {
  const words = fold(q).split(/\s+/).filter(Boolean);
  const text = (bot) => fold([bot.name, bot.channel?.type, bot.ai?.provider, bot.ai?.model, service(bot, catalog).full, bot.id, glance(bot).word].join(" "));
  return [...bots]
      .filter((bot) => (!status || bot.status === status) && words.every((word) => text(bot).includes(word)))
      .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}

/** The health as a sentence, or "". */
export function healthSentence(bot) {
  if (bot.status !== "running") return "";
  switch (bot.health) {
    case "starting": return "Starting. OpenClaw usually takes 15 seconds to a minute to become ready.";
    case "healthy": return "The bot responds and its channel is connected.";
    case "unhealthy": return "The container is running, but the bot or its channel is not responding. Check the logs for the cause.";
    default: return "";
  }
}

/** The actions available for a bot, the most likely first. */
export function actionsFor(bot) {
  switch (bot.status) {
    case "running": return ["stop", "restart"];
    case "stopped": return ["start"];
    case "error": case "unknown": return ["start", "stop", "restart"];
    default: return [];
  }
}

/** The drift as shown in the list, or "". */
export function driftSummary({ drift = [] }) {
  return drift.length === 0 ? "" : `Configuration drift (${drift.length})`;
}
