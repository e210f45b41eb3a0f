// The AI key in the form of a bot: one of the bot's own, or one that BotMaker keeps. Pure.
import { isBrokered } from "../bots/reach.logic.js";
import { keyField } from "./form.logic.js";

export const KEPT_KEY = "/ai/key", NEW_KEY = "/ai/apiKey";

const KEPT = "BotMaker keeps it under the bot’s name, and the bot never sees it.";

/** The kept keys for a provider and a base URL: a key is never sent to another server than the one it was entered for. */
export const usableKeys = (keys, provider, baseUrl = "") =>
    keys.filter((key) => key.provider === provider && (key.baseUrl ?? "") === baseUrl.trim());

/** The servers that keys of a provider are kept for. */
export const knownServers = (keys, provider) => [...new Set(keys.filter((key) => key.provider === provider && key.baseUrl).map(({ baseUrl }) => baseUrl))];

/** The kept key to use: the chosen one if it is usable, none ("") if a new one is being entered, else the first. */
export function chosenKey(usable, values) {
  const chosen = values[KEPT_KEY];
  if (usable.length === 0) return undefined;
  if (chosen === "" || usable.some(({ id }) => id === chosen)) return chosen;
  return values[NEW_KEY] ? "" : usable[0].id;
}

/**
 * The fields for the key.
 * @param provider of the catalog
 * @param usable   the kept keys that it could use
 * @param chosen   what chosenKey says
 */
export function keyFields(provider, reach, usable, chosen) {
  const own = provider.key ? [keyField(provider)] : [];
  if (!isBrokered(reach)) return own;
  const entered = own.map((field) => ({ ...field, label: usable.length ? `New ${field.label}` : field.label,
    hint: field.required ? KEPT : [field.hint, KEPT].filter(Boolean).join(" ") }));
  if (usable.length === 0) return entered;
  const choice = { pointer: KEPT_KEY, label: provider.key?.label ?? "API key", required: true,
    options: [...usable.map(({ id, label }) => ({ id, label })), { id: "", label: "Enter a new key" }] };
  return chosen ? [choice] : [choice, ...entered];
}

/**
 * The server's errors about the key, at the field that is shown. While a new key can be entered, no kept key is sent; an error about
 * the kept key then means that no key was entered.
 */
export const placedAtKey = (errors, pointers) => errors.map((error) => {
  if (error.field === KEPT_KEY && pointers.includes(NEW_KEY)) return { field: NEW_KEY, message: "Enter the key." };
  return error.field === NEW_KEY && !pointers.includes(NEW_KEY) ? { ...error, field: KEPT_KEY } : error;
});
