// Money and tokens as text. What is not known is said to be unknown, never shown as 0. Pure.

/** "5.00 USD", "0.0012 USD": cents, and two digits of what is less than a cent. "unknown" where nothing is known. */
export function usd(amount) {
  if (!Number.isFinite(amount)) return "unknown";
  if (amount === 0 || Math.abs(amount) >= 0.01) return `${amount.toFixed(2)} USD`;
  return `${amount.toFixed(Math.min(9, 1 - Math.floor(Math.log10(Math.abs(amount)))))} USD`;
}

/** A limit or a price as it was entered: "5 USD", "0.25 USD". */
export const plainUsd = (amount) => `${Number(amount.toFixed(9))} USD`;

/** "950", "12.3 k", "1.2 M". */
export function tokens(count) {
  if (!Number.isFinite(count)) return "";
  const [value, unit] = count >= 999_950_000 ? [count / 1e9, " G"] : count >= 999_950 ? [count / 1e6, " M"] : count >= 1000 ? [count / 1000, " k"] : [count, ""];
  return `${unit && value < 99.95 ? Number(value.toFixed(1)) : Math.round(value)}${unit}`;
}

/** How long something took: "0.8 s", "12 s", "3 min". */
export function duration(ms) {
  if (!Number.isFinite(ms)) return "";
  const seconds = ms / 1000;
  return seconds < 9.95 ? `${seconds.toFixed(1)} s` : seconds < 119.5 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/**
 * True where a limit of the bot, or of its key, is used up, or what is left of it is too small for the next answer: its AI is not called
 * until that is renewed or raised.
 */
export const isOutOfBudget = ({ spent }) => Boolean(spent?.usedUp || spent?.tooSmall);

/** Why a bot's AI is not called, or "". */
export const pauseWords = (bot) => bot.aiPaused ? "AI paused" : !isOutOfBudget(bot) ? "" : `AI paused: budget ${bot.spent.usedUp ? "used up" : "too small"}`;

/** What a bot has spent today, as the list shows it; "" for a bot that is not counted, or made no call today. */
export function todayWords({ spent }) {
  if (!spent || (!spent.today && spent.tokensToday === 0 && !spent.unknownToday)) return "";
  if (spent.today === undefined) return "cost unknown";
  return `${usd(spent.today)}${spent.unknownToday ? " + unknown" : ""}`;
}

/** What all bots have spent today, as a sentence; "" where none is counted, or none made a call. */
export function spentToday(bots) {
  const counted = bots.filter((bot) => todayWords(bot) !== "").map(({ spent }) => spent);
  if (counted.length === 0) return "";
  const known = counted.filter(({ today }) => today !== undefined);
  const unknown = counted.reduce((sum, { unknownToday = 0 }) => sum + unknownToday, 0);
  return `${costWords({ cost: known.length ? known.reduce((sum, { today }) => sum + today, 0) : undefined, unknown })} spent today.`.replace("unknown spent", "An unknown amount spent");
}

/** The amount of a sum, and what it lacks: "1.20 USD", "1.20 USD + 3 calls of unknown cost". */
export function costWords({ cost, unknown = 0 }) {
  if (cost === undefined) return "unknown";
  return unknown ? `${usd(cost)} + ${unknown} ${unknown === 1 ? "call" : "calls"} of unknown cost` : usd(cost);
}

/** The share of a limit that is used, from 0 to 1; null without a limit. */
export const share = (used, limit) => limit ? Math.min(Math.max((used ?? 0) / limit, 0), 1) : null;
