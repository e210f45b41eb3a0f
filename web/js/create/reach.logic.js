// How far a bot reaches, and which channels allow it. Pure.
import { own } from "../app/own.logic.js";

/** The reach of a bot whose request names none; the server has the same default. */
export const DEFAULT_REACH = "legacy";

const REACHES = {
  sealed: ["Sealed", "No network. The bot reaches its AI only, through BotMaker, and never sees the API key."],
  web: ["Web", "No network of its own. The bot reaches its AI and public addresses through BotMaker, and never sees the API key."],
  open: ["Open", "A network of its own. Only calls to its AI pass through BotMaker, so the bot never sees the API key."],
  legacy: ["Legacy", "A network of its own, and the API key in a file that the bot can read."],
};

/** The channels that allow a reach; "all", or their ids. A reach that no channel allows is not offered. */
const CHANNELS = { sealed: ["webchat"], web: ["webchat"], open: ["telegram"], legacy: "all" };

/** The name and the meaning of a reach. */
export const reach = (id) => ({ id, label: own(REACHES, id)?.[0] ?? id, meaning: own(REACHES, id)?.[1] ?? "" });

/** True where BotMaker makes the calls to the AI for the bot, so that the bot has no key. */
export const isBrokered = (id) => id !== "legacy";

const allows = (id, channel) => CHANNELS[id] === "all" || CHANNELS[id].includes(channel.id);

/**
 * The reaches to choose from for a channel; those it does not allow have a `problem`.
 * @param present the reach that the bot has at present, which is always among them
 */
export const reaches = (channel, present = "") => Object.keys(REACHES)
    .filter((id) => id === present || CHANNELS[id].length > 0)
    .map((id) => ({ ...reach(id), problem: id === present || allows(id, channel) ? "" : `Not available for ${channel.label ?? channel.id} yet.` }));
