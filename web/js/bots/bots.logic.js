// What a bot's state looks like to a person: word, shape, tone, order. Pure.

/**
 * One glance at a bot.
 *   word  what is said           shape  the outline drawn beside it (never colour alone)
 *   tone  the colour's meaning   rank   lower needs attention sooner
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

/** True for what an operator should look at. */
export const needsAttention = (bot) => glance(bot).rank <= 2;

/** True while a stop or restart would interrupt a start. */
export const isStarting = (bot) => bot.status === "creating" || (bot.status === "running" && bot.health === "starting");

/** The time since which the bot is as it is; null where nobody knows how it is. */
export const since = (bot) => bot.status === "unknown" ? null : bot.since ?? bot.updatedAt;

/** Why a bot needs attention, or "". What is true of all bots at once, an engine that is away, is said elsewhere. */
export const trouble = (bot) => needsAttention(bot) && bot.status !== "unknown" ? bot.reason ?? "" : "";

/** How many are running, stopped and in error: the three counters. */
export function counts(bots) {
  const result = { running: 0, stopped: 0, error: 0 };
  for (const bot of bots) if (Object.hasOwn(result, bot.status)) result[bot.status]++;
  return result;
}

const fold = (text) => String(text ?? "").normalize("NFKC").toLowerCase();

/** The bots that the filter lets through, those that need attention first, then by name. */
export function visible(bots, { status = "", q = "" } = {}) {
  const words = fold(q).split(/\s+/).filter(Boolean);
  const text = (bot) => fold([bot.name, bot.channel?.type, bot.ai?.provider, bot.ai?.model, bot.id, glance(bot).word].join(" "));
  return [...bots]
      .filter((bot) => (!status || bot.status === status) && words.every((word) => text(bot).includes(word)))
      .sort((a, b) => glance(a).rank - glance(b).rank || a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}

/** The health in a sentence of its own, or "" where it says nothing. */
export function healthSentence(bot) {
  if (bot.status !== "running") return "";
  switch (bot.health) {
    case "starting": return "It is starting: OpenClaw usually needs between 15 seconds and a minute before it answers.";
    case "healthy": return "It answers, and its channel is connected.";
    case "unhealthy": return "The container runs, but the bot or its channel does not answer. The logs usually tell why.";
    default: return "";
  }
}

/** What can be done with a bot now, the likeliest first. */
export function actionsFor(bot) {
  switch (bot.status) {
    case "running": return ["stop", "restart"];
    case "stopped": return ["start"];
    case "error": case "unknown": return ["start", "stop", "restart"];
    default: return [];
  }
}

/** In the list, where there is any. */
export function driftSummary({ drift = [] }) {
  return drift.length === 0 ? "" : `Container has drifted (${drift.length})`;
}
