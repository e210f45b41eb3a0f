// What an edit of a bot sends: only what differs from what the bot is. Pure. Fields are named by JSON Pointer, as in form.logic.js.
import { GIB } from "../app/units.logic.js";
import { toRequest } from "../create/form.logic.js";

/** A bot as the values of its form. Secrets are not among them: nobody can read them. */
export function valuesOf({ name, ai = {}, channel = {}, access = {}, limits }) {
  const values = {
    "/name": name, "/ai/provider": ai.provider, "/ai/model": ai.model, "/ai/baseUrl": ai.baseUrl ?? "",
    "/channel/type": channel.type,
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
  { pointer: "/limits/memory", label: "Memory in GiB", required: true, kind: "number", hint: "At least 1.5: OpenClaw dies with less. 2 is comfortable." },
  { pointer: "/limits/cpus", label: "CPUs", required: true, kind: "number", hint: "Parts are fine: 0.5 is half of one." },
  { pointer: "/limits/pids", label: "Processes and threads", required: true, kind: "number", hint: "OpenClaw uses about 40." },
];

/**
 * The body of PATCH /api/bots/{id}, a JSON Merge Patch (RFC 7396): each part of which something changed, as a whole, with
 * null for what was emptied; null when nothing was changed.
 * @param fields the fields that the form shows at present
 */
export function changes(bot, values, fields) {
  const before = toRequest(valuesOf(bot), fields), after = toRequest(values, fields);
  const body = {}, channel = {};
  if (after.name !== before.name) body.name = after.name ?? "";
  if (different(bot.ai, after.ai)) body.ai = whole(bot.ai, after.ai);
  if (different(before.channel.settings, after.channel.settings)) channel.settings = whole(before.channel.settings, after.channel.settings);
  if (different({}, after.channel.credentials)) channel.credentials = after.channel.credentials;
  if (Object.keys(channel).length) body.channel = channel;
  if (different(before.access, after.access)) body.access = { allow: null, ...after.access };
  const limits = numbers(values, fields);
  if (limits && different(limits, numbers(valuesOf(bot), fields))) body.limits = limits;
  return Object.keys(body).length ? body : null;
}

const different = (a, b) => JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b));
const sorted = (value) => value && !Array.isArray(value)
  ? Object.entries(value).filter(([, one]) => one != null && one !== "").sort(([a], [b]) => a < b ? -1 : 1) : value ?? null;

/** What is now, and null for what is not any more. */
function whole(before, after) {
  const gone = Object.keys(before).filter((name) => before[name] && !(name in after));
  return { ...after, ...Object.fromEntries(gone.map((name) => [name, null])) };
}

const KEEP = { placeholder: "unchanged", hint: "Empty keeps the present one; another server wants it again." };

/** The AI fields of an edit: the key of the same provider may stay as it is. */
export const keepingKey = (fields, sameProvider) => fields.map((field) => field.secret && sameProvider ? { ...field, ...KEEP, required: false } : field);

/** The channel fields of an edit; its credentials only where a setting says to which server they go. */
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

/** What is no number is sent as 0, which the server refuses at the right field. */
const number = (text = "") => Number(String(text).trim().replace(",", ".")) || 0;

/** The name of the file of each of a channel's credentials, as the server names it. */
export const secretFile = (channel, key) => (channel.credentials ?? []).length === 1
  ? "channel-token" : `channel-${key.replaceAll(/([A-Z])/g, "-$1").toLowerCase()}`;

/** A secret as people know it: label, hint, and what replacing it does. */
export function secretField(name, channel, provider) {
  if (name === "gateway-token") {
    return { label: "Gateway token", made: true, hint: "Made by BotMaker, to talk to this bot alone.", effect: "The bot restarts with a new one." };
  }
  if (name === "ai-api-key") return { ...provider?.key, label: provider?.key?.label ?? "API key", effect: "The bot takes it up within seconds." };
  const field = channel?.credentials?.find(({ key }) => secretFile(channel, key) === name);
  return { ...field, label: field?.label ?? name, effect: "The bot takes it up at once, or restarts where it must." };
}
