// What the broker refused to a bot, and what its operator can do about it. Pure.
import { own } from "../app/own.logic.js";
import { bytes } from "../app/units.logic.js";
import { isBrokered } from "../bots/reach.logic.js";

const MODEL = "model:";

/** kind → [title, what to do] */
const KINDS = {
  credential: ["Foreign key", "Somebody may have made the bot use a key of theirs, so that what it sends arrives in their account. Look at its latest conversations."],
  key: ["Key refused by the provider", "Replace the key on the page Keys, or add credit at the provider."],
  model: ["Other model", "A bot uses its own model only. Allow another one if the bot is to use it, too: its calls count towards the same budget."],
  route: ["Other call", "Only calls that a conversation needs pass. One that outlives the bot or makes new credentials needs your permission: allow it only if you had the bot make it."],
  "way-out": ["Tool at the provider", "A sealed bot may not use tools that reach the web from the provider. Choose the reach Web to allow them."],
  kept: ["Data kept at the provider", "Bots with the same key could read each other's data there, so a bot may go on from its own answers only. After a restart of the broker, OpenClaw repeats such a call by itself, with the whole conversation."],
  host: ["Host", "The bot reaches no private addresses, and no hosts that its reach or its list of hosts does not allow."],
  budget: ["Budget", "Raise the budget to let the bot go on today."],
  paused: ["AI paused", "Resume its AI to let the bot go on."],
  busy: ["Too many calls", "The bot makes more calls at once, or a minute, than one bot may. It repeats them by itself."],
  size: ["Too large", "The request is larger than the broker passes on. Shorten what the bot is given."],
  body: ["Malformed request", "The request could be read in two ways, or not at all. OpenClaw sends no such request by itself."],
  unavailable: ["Not reachable", "The provider or the broker could not answer. The bot repeats such calls by itself."],
};

/** The refusals of a bot, the latest first: [{kind, title, words, count, lastAt, advice}]. @param entry of the bot in GET /api/broker */
export const refusals = (entry) => [...entry?.refused ?? []].sort((a, b) => a.lastAt < b.lastAt ? 1 : -1).map((one) => {
  const [title, advice] = own(KINDS, one.kind) ?? [one.kind, ""];
  return { ...one, title, advice };
});

/** The hosts that can be allowed after a refusal with these words: those that the bot asked for and that its list lacks. */
export const hostsToAllow = (bot, entry, words) => bot.reach !== "web" || !(bot.webHosts ?? []).length ? []
  : [...entry?.unlistedHosts ?? []].reverse().filter((host) => !bot.webHosts.includes(host) && words.includes(` ${host}:`));

/** What would have allowed refused calls of a kind, the latest first: words such as `model:claude-haiku-4-5`. */
export const wordsToAllow = (bot, entry, kind) => [...entry?.allowable ?? []].reverse()
  .filter((word) => kind === (word.startsWith(MODEL) ? "model" : "route") && !bot.also?.includes(word));

/** A word of those, as people read it. */
export const permission = (word) => `the ${word.replace(":", " ")}`;

/** The hosts that a bot reached today: [{name, amount}], the most bytes first, and all others last. @param answer of GET /api/bots/{id}/hosts */
export function reachedToday({ day, days = [] }) {
  const { hosts = [], others } = days.find((one) => one.day === day) ?? {};
  const amount = ({ opened, up, down }) => `${opened === 1 ? "once" : `${opened.toLocaleString("en")} times`}, ${bytes(up)} sent, ${bytes(down)} received`;
  return [...hosts.map((host) => ({ name: host.host, amount: amount(host) })), ...others ? [{ name: "All others", amount: amount(others) }] : []];
}

export const needsBroker = (bot) => isBrokered(bot.reach ?? "legacy");
