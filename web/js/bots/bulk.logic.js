// Bulk actions. Pure.
import { actionsFor } from "./bots.logic.js";

/** The bots that an action affects, and those that it skips. */
export function bulkPlan(bots, action) {
  const can = (bot) => action === "delete" ? bot.status !== "deleting" : actionsFor(bot).includes(action);
  return { does: bots.filter(can), skips: bots.filter((bot) => !can(bot)) };
}

export const countOf = (count, one = "bot") => `${count} ${one}${count === 1 ? "" : "s"}`;

/** The phrase to type before several bots are deleted. */
export const bulkPhrase = (count) => `delete ${countOf(count)}`;

/** Groups failures with the same cause: [{problem, names}]. */
export function groupFailures(failures) {
  const groups = new Map();
  for (const { bot, problem } of failures) {
    const key = `${problem.status} ${problem.message}`;
    if (!groups.has(key)) groups.set(key, { problem, names: [] });
    groups.get(key).names.push(bot.name);
  }
  return [...groups.values()];
}

/** Runs `work` on each item, at most `width` at a time; work must not throw. */
export async function eachOf(items, width, work) {
  const queue = [...items];
  await Promise.all(Array.from({ length: Math.min(width, queue.length) }, async () => {
    while (queue.length) await work(queue.shift());
  }));
}
