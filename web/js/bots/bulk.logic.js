// One action on several bots. Pure.
import { actionsFor } from "./bots.logic.js";

/** Which of the bots an action would do something to, and which it would not. */
export function bulkPlan(bots, action) {
  const can = (bot) => action === "delete" ? bot.status !== "deleting" : actionsFor(bot).includes(action);
  return { does: bots.filter(can), skips: bots.filter((bot) => !can(bot)) };
}

export const countOf = (count, one = "bot") => `${count} ${one}${count === 1 ? "" : "s"}`;

/** What is to be typed before several bots are deleted at once. */
export const bulkPhrase = (count) => `delete ${countOf(count)}`;

/** Failures of the same cause told once: [{problem, names}]. */
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
