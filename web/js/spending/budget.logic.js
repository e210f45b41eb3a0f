// The budget of a bot: its fields in a form, and as text. Pure.
import { own } from "../app/own.logic.js";
import { plainUsd, tokens } from "./money.logic.js";

export const DAY = "/budget/day", MONTH = "/budget/month", TOKENS = "/budget/tokensDay", ON_CAP = "/budget/onCap";

/** What the form proposes for a new bot: US dollars a day, or, where the model's price is not known, tokens a day. */
const PROPOSED = { [DAY]: "5", [TOKENS]: "2000000" };

export const BUDGET = [
  { pointer: DAY, label: "Limit a day in USD", kind: "number", placeholder: "no limit", hint: "At the limit the bot says so in the chat, until the next day or until you raise it." },
  { pointer: MONTH, label: "Limit a month in USD", kind: "number", placeholder: "no limit" },
  { pointer: TOKENS, label: "Limit a day in tokens", kind: "number", placeholder: "no limit", hint: "Prompts and answers together; one message takes about 10,000, most of it instructions. Needs no price." },
  { pointer: ON_CAP, label: "At the limit", required: true,
    options: [{ id: "answer", label: "The bot says so in the chat" }, { id: "refuse", label: "Calls fail with an error" }] },
];

/** The values of the form for a bot's budget. */
export const budgetValues = ({ budget = {} }) => ({
  [DAY]: text(budget.day), [MONTH]: text(budget.month), [TOKENS]: text(budget.tokensDay), [ON_CAP]: budget.onCap ?? "answer",
});

const text = (amount) => amount === undefined ? "" : String(amount);

/** A typed amount; anything that is not a number is sent as 0, which the server rejects at that field. */
export const amount = (typed = "") => Number(String(typed).trim().replace(",", ".")) || 0;

/** The budget of the request for a new bot; undefined where there is no limit. */
export function budgetOf(values) {
  const budget = { onCap: values[ON_CAP] };
  for (const [pointer, name] of [[DAY, "day"], [MONTH, "month"], [TOKENS, "tokensDay"]]) {
    if (values[pointer]?.trim()) budget[name] = amount(values[pointer]);
  }
  return Object.keys(budget).length > 1 ? budget : undefined;
}

/** The change of a budget as a merge patch; undefined where nothing was changed. */
export function budgetChange(bot, values) {
  const before = budgetOf(budgetValues(bot)), after = budgetOf(values);
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
  return after ? { day: null, month: null, tokensDay: null, ...after } : null;
}

/** "5 USD a day, 2 M tokens a day", or "none". */
export function budgetWords({ budget = {} }) {
  return [
    budget.day && `${plainUsd(budget.day)} a day`, budget.month && `${plainUsd(budget.month)} a month`,
    budget.tokensDay && `${tokens(budget.tokensDay)} tokens a day`,
  ].filter(Boolean).join(", ") || "none";
}

/** The limits to propose for a new bot, by pointer. Without a model, nothing is proposed. */
export function proposal(prices, provider, model = "") {
  const priced = isPriced(prices, provider, model);
  return { [DAY]: priced ? PROPOSED[DAY] : "", [TOKENS]: priced || !model.trim() ? "" : PROPOSED[TOKENS] };
}

/** OpenRouter passes on the prices of the vendors whose models it offers, under names of its own. */
const RESELLER = "openrouter", VENDORS = { anthropic: "anthropic", openai: "openai", google: "google", "x-ai": "xai" };

/**
 * True where the price of a model seems to be known, so that a limit in US dollars may be proposed. The server decides.
 * @param prices as GET /api/prices lists them
 */
export function isPriced(prices, provider, model = "") {
  const name = model.trim(), plain = name.replace(/-20\d\d-?\d\d-?\d\d$/, "");
  const known = (of) => prices.some((price) => price.provider === provider && price.model === of && price.tiers.length > 0);
  if (!name || known(name) || known(plain) || known("*")) return Boolean(name);
  const [, vendor, resold] = (provider === RESELLER && /^([^/]+)\/(.+)$/.exec(name)) || [];
  return Boolean(own(VENDORS, vendor)) && [resold, resold.replaceAll(".", "-")].some((one) => isPriced(prices, own(VENDORS, vendor), one));
}
