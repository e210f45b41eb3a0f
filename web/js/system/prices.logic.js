// Prices as text, and the fields to enter one. Pure.
import { amount } from "../spending/budget.logic.js";
import { plainUsd, tokens } from "../spending/money.logic.js";

const RATES = ["input", "output", "cacheRead", "cacheWrite"];

/** The fields of a price: its provider and model, and what a million tokens cost. */
export const priceFields = (providers) => [
  { pointer: "/provider", label: "Provider", required: true, options: providers.map(({ id, label }) => ({ id, label })) },
  { pointer: "/model", label: "Model", required: true, hint: "By the provider’s own name, as in the bot’s form." },
  { pointer: "/input", label: "Input, in USD per million tokens", required: true, kind: "number", placeholder: "3.00", hint: "0 means free." },
  { pointer: "/output", label: "Output, in USD per million tokens", required: true, kind: "number", placeholder: "15.00" },
  { pointer: "/cacheRead", label: "Read from the cache", kind: "number", placeholder: "as input" },
  { pointer: "/cacheWrite", label: "Written to the cache", kind: "number", placeholder: "as input" },
];

/** The price that the form holds; what is empty is left out, so that the server reports it as missing. */
export function priceOf(values) {
  const price = { provider: values["/provider"] ?? "", model: (values["/model"] ?? "").trim() };
  for (const name of RATES) if ((values[`/${name}`] ?? "").trim()) price[name] = Number.isFinite(typed(values[`/${name}`])) ? typed(values[`/${name}`]) : -1;
  return price;
}

/** Unlike an amount, a price may be 0; what is not a number is sent as −1, which the server rejects at that field. */
const typed = (text) => text.trim() === "0" ? 0 : amount(text) || (Number(text.trim().replace(",", ".")) === 0 ? 0 : NaN);

/** The values of the form for a price of the list. */
export function valuesOfPrice({ provider, model, tiers = [] }) {
  const values = { "/provider": provider, "/model": model };
  for (const name of RATES) values[`/${name}`] = tiers[0]?.[name] === undefined ? "" : String(tiers[0][name]);
  return values;
}

/** The operator's own prices, as PUT /api/prices takes them. */
export const ownPrices = (prices) => prices.filter(({ own }) => own).map(({ provider, model, tiers }) => {
  const price = { provider, model };
  for (const name of RATES) if (tiers[0][name] !== undefined) price[name] = tiers[0][name];
  return price;
});

/** The list with one more price, or another in the place of the one of the same model. */
export const withPrice = (own, price) => [...withoutPrice(own, price), price];

export const withoutPrice = (own, { provider, model }) => own.filter((one) => one.provider !== provider || one.model !== model);

/** The server's errors about the price that was entered, at its fields: it is the last of the list. */
export const placedAtPrice = (errors) => errors.map(({ field = "", message }) => ({ field: field.replace(/^\/prices\/\d+/, ""), message }));

const cell = (tier, name) => tier[name] === undefined ? "" : plainUsd(tier[name]).replace(" USD", "");

/** A price as the cells of its row. A price by size of the prompt has several. */
export function priceCells({ model, own, source, tiers }) {
  const each = (name) => tiers.map((tier) => cell(tier, name)).filter((text, index, all) => index === 0 || text !== all[0]).join(" / ");
  return {
    model: model === "*" ? "all models" : model, input: tiers.length ? each("input") : "unknown", output: each("output"), cacheRead: each("cacheRead"), cacheWrite: each("cacheWrite"),
    source: own ? "yours" : source, note: tiers.length > 1 ? `Second price: prompts of ${tokens(tiers[1].from)} tokens or more.` : "",
  };
}
