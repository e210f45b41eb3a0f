// How far a new bot has come. Pure: read off what is seen of the bot, so that it is right in every window that shows it.
const STEPS = ["Secrets and configuration", "Container", "Start", "First sign of life"];

/** @returns {{label: string, state: "done"|"now"|"failed"|"todo", note: string}[]} for a bot, or null before there is one */
export function steps(bot) {
  const reached = progress(bot);
  const failed = bot?.status === "error" || bot?.health === "unhealthy";
  return STEPS.map((label, index) => {
    const state = index < reached ? "done" : index > reached ? "todo" : failed ? "failed" : "now";
    return { label, state, note: index === 3 && state === "now" ? "OpenClaw needs 15 seconds to a minute." : "" };
  });
}

function progress(bot) {
  if (!bot) return 0;
  if (bot.status === "running") return bot.health === "healthy" || bot.health === "none" ? STEPS.length : 3;
  if (!bot.containerId) return 0;
  return bot.status === "creating" ? (bot.startedAt ? 3 : 2) : 2;
}

/** The bot that a request under way makes: the one of that name which is being created. */
export const inTheMaking = (bots, name = "") =>
    [...bots].find((bot) => bot.status === "creating" && bot.name.normalize("NFC") === name.normalize("NFC").trim()) ?? null;
