// The request of an edit: only what differs from the bot. Pure. Fields are named by JSON Pointer, as in form.logic.js.
import { GIB } from "../app/units.logic.js";
import { toRequest } from "../create/form.logic.js";
import { budgetChange, budgetValues } from "../spending/budget.logic.js";
import { LEGACY, isBrokered } from "../bots/reach.logic.js";

/** The values of the form for a bot. Secrets are not included; they cannot be read back. */
export function valuesOf({ name, ai = {}, channel = {}, access = {}, reach = LEGACY, limits, budget }) {
  const values = {
    ...budgetValues({ budget }),
    "/name": name, "/ai/provider": ai.provider, "/ai/model": ai.model, "/ai/baseUrl": ai.baseUrl ?? "", "/ai/key": ai.key ?? "",
    "/channel/type": channel.type, "/reach": reach,
    "/access/policy": access.policy, "/access/allow": (access.allow ?? []).join("\n"),
  };
  for (const [key, value] of Object.entries(channel.settings ?? {})) {
    values[`/channel/settings/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`] = String(value);
  }
  if (limits) Object.assign(values, { "/limits/memory": amount(limits.memory / GIB), "/limits/cpus": amount(limits.cpus), "/limits/pids": String(limits.pids) });
  return values;
}

const amount = (number) => String(Number(number.toFixed(3)));

export const LIMITS = [
  { pointer: "/limits/memory", label: "Memory in GiB", required: true, kind: "number", hint: "At least 1.5; OpenClaw runs out of memory below that. 2 is recommended." },
  { pointer: "/limits/cpus", label: "CPUs", required: true, kind: "number", hint: "Fractions are allowed, such as 0.5." },
  { pointer: "/limits/pids", label: "Process limit", required: true, kind: "number", hint: "Counts processes and threads. OpenClaw uses about 40." },
];

/**
 * The body of PATCH /api/bots/{id}, a JSON Merge Patch (RFC 7396): every part with a change, in full, with null for emptied
 * values. Null when nothing was changed.
 * @param fields the fields that the form shows at present
 */
export function changes(bot, values, fields) {
  const before = toRequest(valuesOf(bot), fields), after = toRequest(values, fields);
  const body = {}, channel = {};
  if (after.name !== before.name) body.name = after.name ?? "";
  if (after.reach !== before.reach) body.reach = after.reach;
  const ai = isBrokered(after.reach ?? LEGACY) ? bot.ai : { ...bot.ai, key: undefined }; // A legacy bot gets its kept key by itself.
  if (different(ai, after.ai)) body.ai = whole(ai, after.ai);
  if (different(before.channel.settings, after.channel.settings)) channel.settings = whole(before.channel.settings, after.channel.settings);
  if (different({}, after.channel.credentials)) channel.credentials = after.channel.credentials;
  if (Object.keys(channel).length) body.channel = channel;
  if (different(before.access, after.access)) body.access = { allow: null, ...after.access };
  const budget = budgetChange(bot, isBrokered(values["/reach"]) ? values : {});
  if (budget !== undefined) body.budget = budget;
  const limits = numbers(values, fields);
  if (limits && different(limits, numbers(valuesOf(bot), fields))) body.limits = limits;
  return Object.keys(body).length ? body : null;
}

/** True for a change after which the bot holds its API key. */
export const putsKeyIn = (bot, { reach }) => reach === LEGACY && isBrokered(bot.reach);

/** What a bot gets, and what it loses, with the reach Legacy. @param channel of the catalogue */
export function legacyText({ ai, budget }, change, { credentials = [] }) {
  const baseUrl = change.ai && "baseUrl" in change.ai ? change.ai.baseUrl : ai.baseUrl;
  return [
    ai.key && "BotMaker puts the API key into a file that the bot can read, and so can whoever talks it into revealing it.",
    `The bot gets a network of its own${credentials.length ? " and its channel’s token" : ""}. BotMaker no longer sees its calls, so they are not counted${budget ? " and its budget is removed" : ""}.`,
    isLoopback(baseUrl) && `Its base URL ${baseUrl} will lead to the bot itself, where no AI answers: change that, too.`,
  ].filter(Boolean).join(" ");
}

/** True for an address of the host itself. In a container with a network of its own it is the container. */
const isLoopback = (url) => /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])(?=[:/]|$)/i.test(url ?? "");

/** What a change does to the running bot, as a sentence. */
export function effect({ limits, reach }) {
  if (!limits && !reach) return "Most changes are applied without a restart.";
  if (reach && isBrokered(reach)) return "The container is replaced to apply the new reach, which interrupts the bot for about a minute. Its memory is kept. If the bot does not work there, BotMaker goes back.";
  return `The container is replaced to apply the new ${reach ? "reach" : "limits"}, which interrupts the bot for about a minute. Its memory is kept.`;
}

const different = (a, b) => JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b));
const sorted = (value) => value && !Array.isArray(value)
  ? Object.entries(value).filter(([, one]) => one != null && one !== "").sort(([a], [b]) => a < b ? -1 : 1) : value ?? null;

/** The new values, and null for those that were removed. */
function whole(before, after) {
  const gone = Object.keys(before).filter((name) => before[name] && !(name in after));
  return { ...after, ...Object.fromEntries(gone.map((name) => [name, null])) };
}

const KEEP = { placeholder: "unchanged", hint: "Leave empty to keep the current value. Required again when the server changes." };

/** The key fields of an edit: a key that the bot has in a file of its own may stay, or be kept by BotMaker from now on. */
export function keepingKey(fields, bot, values) {
  const { ai } = bot;
  const moves = isBrokered(values["/reach"]);
  const sameServer = values["/ai/provider"] === ai.provider && (!moves || (values["/ai/baseUrl"] ?? "").trim() === (ai.baseUrl ?? ""));
  if (sameServer && !moves && bot.ai.key) {
    return fields.map((field) => field.secret ? { ...field, ...KEEP, required: false, hint: "Leave empty to put the kept key into the bot." } : field);
  }
  if (!holdsKey(bot) || !sameServer) return fields;
  const kept = moves ? { ...KEEP, hint: "Leave empty to use the bot’s present key. BotMaker then keeps it, and the bot no longer sees it." } : KEEP;
  return fields.map((field) => field.secret ? { ...field, ...kept, required: false } : { ...field, options: field.options.map(presentKey) });
}

const presentKey = (option) => option.id ? option : { ...option, label: "The bot’s present key, or a new one" };

/** The channel fields of an edit; credentials are included only if a setting names the server that receives them. */
export function keepingCredentials(fields) {
  const moves = fields.some(({ kind }) => kind === "url" || kind === "host");
  return fields.filter(({ secret }) => !secret || moves).map((field) => field.secret ? { ...field, ...KEEP, required: false } : field);
}

function numbers(values, fields) {
  if (!fields.some(({ pointer }) => pointer === "/limits/memory")) return null;
  return {
    memory: Math.round(number(values["/limits/memory"]) * GIB), cpus: number(values["/limits/cpus"]), pids: number(values["/limits/pids"]),
  };
}

/** Anything that is not a number is sent as 0, which the server rejects at that field. */
const number = (text = "") => Number(String(text).trim().replace(",", ".")) || 0;

/** The file name of each of a channel's credentials, as the server names it. */
export const secretFile = (channel, key) => (channel.credentials ?? []).length === 1
  ? "channel-token" : `channel-${key.replaceAll(/([A-Z])/g, "-$1").toLowerCase()}`;

/** True for a bot that has the key of its AI in a file of its own. */
export const holdsKey = ({ reach = LEGACY, secrets = [] }) => !isBrokered(reach) && secrets.includes("ai-api-key");

/** The secrets that a bot has. In the place of a kept key it has a stand-in of no use to anyone. */
export const shownSecrets = ({ secrets = [], reach = LEGACY }) => secrets.filter((name) => name !== "ai-api-key" || !isBrokered(reach));

/** A secret's label and hint, and the effect of replacing it. */
export function secretField(name, channel, provider) {
  if (name === "gateway-token") {
    return { label: "Gateway token", made: true, hint: "Generated by BotMaker for its own connection to this bot.", effect: "The bot restarts with the new token." };
  }
  if (name === "ai-api-key") return { ...provider?.key, label: provider?.key?.label ?? "API key", effect: "The bot uses the new key within seconds." };
  const field = channel?.credentials?.find(({ key }) => secretFile(channel, key) === name);
  return { ...field, label: field?.label ?? name, effect: "The bot uses the new value at once, or restarts if it has to." };
}
