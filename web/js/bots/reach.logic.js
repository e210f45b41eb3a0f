// How far a bot reaches. Pure. Which reaches a channel allows is in the catalogue, the proposed one first.
import { own } from "../app/own.logic.js";

/** The reach of a bot that holds its API key. */
export const LEGACY = "legacy";

const REACHES = {
  sealed: ["Sealed", "No network. The bot reaches its AI and its channel only, through BotMaker, and never sees the API key or the channel's token."],
  web: ["Web", "No network of its own. The bot reaches its AI, its channel and public addresses through BotMaker, and never sees the API key or the channel's token."],
  open: ["Open", "A network of its own. Its calls to its AI pass through BotMaker and, except for IRC, those to its channel: the bot never sees their key and token."],
  legacy: ["Legacy", "A network of its own, and API key and channel token in files that the bot can read."],
};

/** The name and the meaning of a reach. */
export const reach = (id) => ({ id, label: own(REACHES, id)?.[0] ?? id, meaning: own(REACHES, id)?.[1] ?? "" });

/** True where BotMaker makes the calls to the AI for the bot, so that the bot has no key. */
export const isBrokered = (id) => id !== LEGACY;

/** The reach to propose for a channel of the catalogue: where everyone may write to the bot, one without the web. */
export function proposed({ reaches: allowed = [] }, policy = "") {
  return policy === "open" && allowed.includes("sealed") ? "sealed" : allowed[0] ?? LEGACY;
}

/**
 * The reaches to choose from for a channel of the catalogue; those it does not allow have a `problem`.
 * @param present the reach that the bot has at present, which is always possible
 */
export const reaches = (channel, present = "") => Object.keys(REACHES).map((id) => ({
  ...reach(id), problem: id === present || (channel.reaches ?? [LEGACY]).includes(id) ? ""
    : channel.reachProblems?.[id] ?? `Not available for ${channel.label ?? channel.id}.`,
}));

/** True for a bot that has changed its reach and has not proved itself yet. */
export const isOnTrial = (bot) => Boolean(bot.previousReach);

/** The legacy bots that can be moved, each with the reach proposed for it: [{bot, to}]. */
export const movable = (bots, channels) => [...bots]
    .filter((bot) => bot.reach === LEGACY && !["creating", "deleting"].includes(bot.status))
    .map((bot) => ({ bot, to: proposed(channels.find(({ id }) => id === bot.channel?.type) ?? {}, bot.access?.policy) }))
    .filter(({ to }) => isBrokered(to));

/** How a move ended. @param events the history of the bot, as its own resource has it */
export function moveResult(bot, to, events = []) {
  if (isOnTrial(bot)) return { tone: "idle", text: "On trial until it is started: the bot is stopped." };
  if (bot.reach === to) return { tone: "good", text: `Moved to ${reach(to).label}.` };
  const why = [...events].sort((a, b) => a.at < b.at ? 1 : -1).find(({ what }) => /^rolled back to /.test(what))?.what.replace(/^[^:]*: /, "");
  return { tone: "bad", text: `Stayed ${reach(bot.reach).label}${why ? `: ${why}` : ""}.` };
}
