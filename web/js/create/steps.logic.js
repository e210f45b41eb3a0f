// The progress of a new bot, derived from its state, so that every window shows the same. Pure.
const STEPS = ["Secrets and configuration", "Container", "Start", "Health check"];

/** @returns {{label: string, state: "done"|"now"|"failed"|"todo", note: string}[]} for a bot, or null before it exists */
export function steps(bot) {
  const reached = progress(bot);
  const failed = bot?.status === "error" || bot?.health === "unhealthy";
  return STEPS.map((label, index) => {
    const state = index < reached ? "done" : index > reached ? "todo" : failed ? "failed" : "now";
    return { label, state, note: index === 3 && state === "now" ? "OpenClaw takes 15 seconds to a minute to become ready." : "" };
  });
}

function progress(bot) {
  if (!bot) return 0;
  if (bot.status === "running") return bot.health === "healthy" || bot.health === "none" ? STEPS.length : 3;
  if (!bot.containerId) return 0;
  return bot.status === "creating" ? (bot.startedAt ? 3 : 2) : 2;
}

/** The bot that a pending request creates, by its name. */
export const inTheMaking = (bots, name = "") =>
    [...bots].find((bot) => bot.status === "creating" && bot.name.normalize("NFC") === name.normalize("NFC").trim()) ?? null;
