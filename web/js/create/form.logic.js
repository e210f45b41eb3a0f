// The create form as data: the fields of a provider and a channel, the request, and the fields that the server's errors
// belong to. Pure. Each field is named by the JSON Pointer (RFC 6901) of its value in the request, as in the server's errors.
import { own } from "../app/own.logic.js";

const POLICIES = {
  pairing: ["Pairing", "New senders receive a code; the bot replies only after you approve their pairing request."],
  allowlist: ["Allowlist", "Only the senders you list; everyone else is ignored."],
  open: ["Open to everyone", "Anyone who finds the bot can use it, at the expense of your AI account."],
  disabled: ["Disabled", "Direct messages are ignored."],
};

/** The name and the meaning of each access policy. */
export const policy = (id) => ({ id, label: own(POLICIES, id)?.[0] ?? id, meaning: own(POLICIES, id)?.[1] ?? "" });

export const NAME = { pointer: "/name", label: "Name", required: true, placeholder: "support", hint: "Shown only in BotMaker; people who talk to the bot do not see it." };

/** The field for the allowlist, one entry per line, in the format of the channel. */
export const allowField = ({ allow = {} }) => ({
  label: "Allowed senders", placeholder: "", ...allow, pointer: ALLOW, required: true, multiline: true, kind: "list",
  hint: `${allow.hint ?? ""} One per line; the first is the bot’s owner.`.trim(),
});

const ALLOW = "/access/allow";

const escaped = (key) => key.replaceAll("~", "~0").replaceAll("/", "~1");

const at = (pointer) => (field) => ({ ...field, pointer, required: field.required === true });
const inside = (prefix) => (field) => at(`${prefix}/${escaped(field.key)}`)(field);

/**
 * The AI part of the form for one provider of the catalogue, without its key.
 * @param servers base URLs to suggest
 */
export function aiFields({ models = [], baseUrl }, servers = []) {
  const fields = [{
    pointer: "/ai/model", label: "Model", required: true, suggestions: models, placeholder: models[0],
    hint: models.length ? "Choose a suggestion or type any model the provider offers." : "The model’s name as the server expects it.",
  }];
  if (baseUrl) fields.unshift(at("/ai/baseUrl")({ label: "Base URL", ...baseUrl, suggestions: servers.length ? servers : undefined }));
  return fields;
}

/** The field for the key of a provider of the catalogue. */
export const keyField = ({ key }) => at("/ai/apiKey")({ label: "API key", ...key, secret: true });

export const INSTRUCTIONS = {
  pointer: "/instructions", label: "Instructions", multiline: true, rows: 5, placeholder: "You are the support desk of … Keep answers short.",
  hint: "Describe who the bot is and how it should behave. You can change this at any time.",
};

/** The body of POST /api/checks/ai, from the input; null while there is nothing to test. */
export function aiCheck(values, fields) {
  const { provider, baseUrl, apiKey, key } = toRequest(values, fields).ai;
  if (key) return { key };
  return apiKey || baseUrl ? { provider, ...(baseUrl && { baseUrl }), ...(apiKey && { apiKey }) } : null;
}

/** The body of POST /api/checks/channel; null while a required credential is missing. */
export function channelCheck(values, fields) {
  const { channel } = toRequest(values, fields);
  const missing = fields.some(({ pointer, secret, required }) => secret && required && pointer.startsWith("/channel/") && !values[pointer]?.trim());
  return missing || Object.keys(channel.credentials).length === 0 ? null : channel;
}

/** The channel part of the form for one channel of the catalogue. */
export const channelFields = ({ credentials = [], settings = [] }) => [
  ...credentials.map((field) => ({ ...field, secret: true })).map(inside("/channel/credentials")),
  ...settings.map(inside("/channel/settings")),
];

/** Settings that few people need, collapsed at first. */
export const isRare = (field) => !field.required && !field.secret;

/** The access policies that a channel offers. */
export const policies = (channel) => (channel.access ?? []).map((entry) => policy(entry.id ?? entry));

/**
 * The body of POST /api/bots without its budget. Empty values are omitted, so that the server reports them as missing.
 * @param values the input, by pointer
 * @param fields the visible fields of the form
 */
export function toRequest(values, fields) {
  const body = { ai: {}, channel: { settings: {}, credentials: {} } };
  for (const { pointer } of fields) {
    const value = (values[pointer] ?? "").trim();
    if (value && pointer !== ALLOW && !pointer.startsWith("/budget/")) put(body, pointer, value);
  }
  if (body.access?.policy === "allowlist") body.access.allow = entries(values[ALLOW]);
  return body;
}

const entries = (text = "") => text.split(/[\s,]+/).filter(Boolean);

function put(body, pointer, value) {
  const path = pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = path.pop();
  set(path.reduce((object, key) => own(object, key) ?? set(object, key, {}), body), last, value);
}

/** Sets an own property, whatever its name. */
function set(object, key, value) {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  return value;
}

/**
 * Assigns the server's errors to fields of the form: each to its own field or to the nearest one above it
 * ("/access/allow/3" belongs to "/access/allow"), the others to no field.
 * @returns {{byField: Map<string, string>, rest: string[]}}
 */
export function placeErrors(errors, pointers) {
  const byField = new Map(), rest = [];
  for (const { field = "", message } of errors) {
    let place = field;
    while (place && !pointers.includes(place)) place = place.slice(0, place.lastIndexOf("/"));
    if (!place) rest.push(field ? `${field}: ${message}` : message);
    else byField.set(place, byField.has(place) ? `${byField.get(place)} ${message}` : message);
  }
  return { byField, rest };
}
