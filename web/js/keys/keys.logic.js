// The kept keys as text, and the fields to enter one. Pure.
import { aiFields, keyField } from "../create/form.logic.js";
import { plainUsd, usd } from "../spending/money.logic.js";
import { agoInSentence } from "../app/time.logic.js";

export const LABEL = { pointer: "/label", label: "Label", required: true, placeholder: "Anthropic, shop", hint: "Shown only in BotMaker." };
export const PROVIDER = { pointer: "/provider", label: "Provider", required: true };

/** "Anthropic", or "OpenAI-compatible server · https://llm.example.com/v1". */
export function serverOf({ provider, baseUrl }, catalog) {
  const label = catalog?.providers.find(({ id }) => id === provider)?.label ?? provider;
  return baseUrl ? `${label} · ${baseUrl}` : label;
}

/** When the value of a key was entered, as a phrase. */
export const enteredWords = ({ replacedAt }, now) => `entered ${agoInSentence(replacedAt, now)}`;

/** What the last test of a key said, as a phrase. */
export function testWords({ test }, now) {
  if (!test) return "not tested";
  return `${test.works ? "worked" : "did not work"} when tested ${agoInSentence(test.at, now)}`;
}

/** The fields of a new key for a provider of the catalog: its base URL where it has one, and the key. */
export const newKeyFields = (provider) => [
  ...aiFields(provider).filter(({ pointer }) => pointer === "/ai/baseUrl").map((field) => ({ ...field, pointer: "/baseUrl", hint: `${firstSentence(field.hint)} The key is sent to this address only.`.trim() })),
  valueField(provider, provider.key?.label ?? "API key"),
];

/** What a hint says of the field; the rest is about bots. */
const firstSentence = (hint = "") => hint.replace(/(?<=\.) .*$/, "");

/** The field for the value of a key. */
export const valueField = (provider, label) => ({ ...keyField(provider ?? {}), label, pointer: "/apiKey", required: true, hint: "" });

/** The body of POST /api/keys; what is empty is left out, so that the server reports it as missing. */
export const newKey = (values, fields) => Object.fromEntries(fields.map(({ pointer }) => [pointer.slice(1), (values[pointer] ?? "").trim()]).filter(([, value]) => value));

/** The body of POST /api/checks/ai for a typed key; null while there is none. */
export function keyCheck({ provider, baseUrl, apiKey }) {
  return apiKey ? { provider, ...(baseUrl && { baseUrl }), apiKey } : null;
}

export const LIMIT = { pointer: "/budgetMonth", label: "Limit a month in USD", kind: "number", placeholder: "no limit", hint: "For all bots together that use this key. At the limit they say so in their chats." };

/** What was spent with a key in this month, and its limit. @param uses {month, lastUsed} by id; null where they cannot be read */
export function monthWords({ id, budgetMonth }, uses) {
  const amount = uses ? usd(uses.get(id)?.month ?? 0) : "An unknown amount";
  return `${amount} spent this month${budgetMonth ? ` of ${plainUsd(budgetMonth)}` : ", no limit"}`;
}

/** When a key was used for the last time, as a phrase; "" where that cannot be read. */
export function lastUseWords({ id }, uses, locale = undefined) {
  if (!uses) return "";
  return uses.has(id) ? `last used on ${longDay(uses.get(id).lastUsed, locale)}` : "not used yet";
}

const longDay = (date, locale) => new Date(`${date}T00:00:00Z`).toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
