// A bot's spending as text, and as bars of a chart. Pure.
import { own } from "../app/own.logic.js";
import { clock } from "../app/time.logic.js";
import { costWords, duration, plainUsd, share, tokens, usd } from "../spending/money.logic.js";

const DAY = 86_400_000, SHOWN = 30;

/** The last 30 days, the oldest first: those without a call, too. */
export function lastDays({ day, days }) {
  const known = new Map(days.map((one) => [one.day, one]));
  const today = Date.parse(`${day}T00:00:00Z`);
  return Array.from({ length: SHOWN }, (_, index) => {
    const date = new Date(today - (SHOWN - 1 - index) * DAY).toISOString().slice(0, 10);
    return { date, ...known.get(date) ?? { calls: 0, cost: 0, unknown: 0 } };
  });
}

/** "12 Nov". */
export const shortDay = (date, locale = undefined) => new Date(`${date}T00:00:00Z`).toLocaleDateString(locale, { day: "numeric", month: "short", timeZone: "UTC" });

/**
 * The bars of a chart of `width` × `height`: one a day, as high as its cost; a short one where only calls of unknown cost were made.
 * @returns {{x: number, y: number, width: number, height: number, unknown: boolean, text: string}[]}
 */
export function bars(days, most, width, height) {
  const step = width / days.length;
  return days.map(({ date, calls, cost, unknown }, index) => {
    const isUnknown = calls > 0 && cost === undefined;
    const tall = calls === 0 ? 0 : isUnknown ? 6 : Math.max(1.5, height * Math.min((cost ?? 0) / most, 1));
    return { x: index * step + step * 0.14, y: height - tall, width: step * 0.72, height: tall, unknown: isUnknown,
      text: `${shortDay(date)}: ${calls === 0 ? "no calls" : costWords({ cost, unknown })}` };
  });
}

/** The chart in a sentence, for those who do not see it. */
export function chartWords(days) {
  const used = days.filter(({ calls }) => calls > 0);
  if (used.length === 0) return "No calls in the last 30 days.";
  const dearest = used.filter(({ cost }) => cost !== undefined).sort((a, b) => b.cost - a.cost)[0];
  return `Cost a day in the last 30 days: calls on ${used.length} ${used.length === 1 ? "day" : "days"}${dearest ? `, at most ${usd(dearest.cost)} on ${shortDay(dearest.date)}` : ", of unknown cost"}.`;
}

/** An amount beside its limit: with more digits where cents would make the two look the same. */
const usdBelow = (cost, limit) => limit && cost < limit && Number(cost.toFixed(2)) >= limit ? plainUsd(Number(cost.toFixed(4))) : usd(cost);

/** The three figures: amount, limit, and the share that is used (null without a limit). */
export function figuresOf(bot, { today, month }) {
  const budget = bot.budget ?? {};
  const used = today.input + today.cacheRead + today.cacheWrite + today.output;
  const money = (sum, limit) => ({ amount: sum.cost === undefined ? "unknown" : usdBelow(sum.cost, limit), of: limit ? `of ${plainUsd(limit)}` : "",
    missing: sum.cost !== undefined && sum.unknown ? `+ ${sum.unknown} ${sum.unknown === 1 ? "call" : "calls"} of unknown cost` : "", share: share(sum.cost, limit) });
  return {
    today: money(today, budget.day), month: money(month, budget.month),
    tokens: { amount: tokens(used), of: budget.tokensDay ? `of ${tokens(budget.tokensDay)}` : "", missing: "", share: share(used, budget.tokensDay) },
  };
}

/** What the sums of 30 days say besides. @returns {[term, value][]} */
export function spendingFacts({ days, medianMs, medianFirstMs }) {
  const sum = (name) => days.reduce((total, day) => total + day[name], 0);
  const fresh = sum("input") + sum("cacheWrite"), cached = sum("cacheRead"), prompt = fresh + cached, calls = sum("calls");
  if (calls === 0) return [];
  const known = days.filter(({ cost }) => cost !== undefined), estimated = sum("estimated"), unknown = sum("unknown");
  const cost = known.length ? known.reduce((total, day) => total + day.cost, 0) : undefined;
  return [
    ["Cost", costWords({ cost, unknown }) + (estimated > 0 ? `, of it ${usd(estimated)} estimated` : "")],
    ["Calls", String(calls)],
    ["Tokens", `${tokens(prompt)} in${prompt ? ` (${Math.round(100 * cached / prompt)} % from the cache)` : ""}, ${tokens(sum("output"))} out`],
    ["Median time", medianMs === undefined ? "" : `${duration(medianMs)}${medianFirstMs === undefined ? "" : `, the first words after ${duration(medianFirstMs)}`}`],
  ].filter(([, value]) => value);
}

const HOW = { vendor: "exact", price: "by price", estimated: "estimated" };
const ENDS = { open: "under way", broken: "broken off by the provider", left: "broken off by the bot", refused: "refused by the provider", lost: "lost: BotMaker was stopped" };

/** A call as the cells of a row: time, model, tokens, duration, cost. */
export function callCells(call, now) {
  const input = call.input + call.cacheRead + call.cacheWrite;
  const known = call.ended !== "open", priced = known && (call.cost !== 0 || input + call.output > 0); // A list of models has no tokens and costs nothing.
  return {
    at: clock(call.at, now), model: call.model || call.asked || call.route, ended: own(ENDS, call.ended) ?? "",
    tokens: priced ? `${tokens(input)} in${call.cacheRead ? ` (${tokens(call.cacheRead)} cached)` : ""}, ${tokens(call.output)} out` : "",
    took: duration(call.tookMs),
    cost: !priced ? "" : call.cost === undefined ? "unknown" : usd(call.cost), how: priced && call.cost !== undefined ? own(HOW, call.costBy) ?? "" : "",
  };
}

const PERIODS = { day: "today’s budget", month: "this month’s budget", tokensDay: "today’s budget of tokens", key: "this month’s budget of its API key" };

/** Why a bot's AI is not called, as a sentence, and what ends it. */
export function pauseSentence(bot) {
  if (bot.aiPaused) return `The bot answers: “${bot.aiPaused}”`;
  const spent = own(PERIODS, bot.spent?.usedUp), short = own(PERIODS, bot.spent?.tooSmall);
  if (!spent && !short) return "";
  const what = spent ? `${spent.replace("t", "T")} is used up.` : `What is left of ${short} is too small for the next answer.`;
  return `${what} ${bot.budget?.onCap === "refuse" ? "Calls to its AI fail" : "The bot says so in the chat"} until it is renewed or you raise it.`;
}
