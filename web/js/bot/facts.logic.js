// A bot's configuration as terms and values. Pure.
import { clock } from "../app/time.logic.js";
import { policies, policy } from "../create/form.logic.js";
import { LEGACY, isBrokered, reach } from "../bots/reach.logic.js";
import { formatRoute } from "../app/route.logic.js";
import { budgetWords } from "../spending/budget.logic.js";
import { bytes, GIB } from "../app/units.logic.js";

/**
 * The configuration of a bot.
 * @param catalog names things as people know them; without it their ids must do
 * @param keys    the kept keys, for their labels
 * @returns {[term: string, value: string, isCode?: boolean, href?: string][]}
 */
export function facts(bot, now, catalog = null, keys = []) {
  const { ai, channel, access, limits, createdAt } = bot;
  const provider = catalog?.providers.find(({ id }) => id === ai.provider), service = catalog?.channels.find(({ id }) => id === channel.type);
  const rows = [["Provider", provider?.label ?? ai.provider], ["Model", ai.model]];
  if (ai.baseUrl) rows.push(["Base URL", ai.baseUrl]);
  if (ai.key) rows.push(["API key", keys.find(({ id }) => id === ai.key)?.label ?? "a kept key", false, formatRoute({ view: "keys" })]);
  rows.push(["Channel", service?.label ?? channel.type]);
  for (const [key, value] of Object.entries(channel.settings ?? {})) {
    rows.push([service?.settings?.find((field) => field.key === key)?.label ?? key, value]);
  }
  const admits = !service || policies(service).length > 0; // A web chat has no senders to choose among.
  if (access?.policy && admits) {
    const listed = access.allow?.length ? `: ${access.allow.join(", ")}` : "";
    rows.push(["Access", policy(access.policy).label + listed]);
  }
  rows.push(["Reach", reach(bot.reach ?? LEGACY).label]);
  if (isBrokered(bot.reach ?? LEGACY)) rows.push(["Budget", budgetWords(bot)]);
  if (limits) rows.push(["Limits", limitsText(limits)]);
  rows.push(["Created", clock(createdAt, now)]);
  return rows.filter(([, value]) => value);
}

/** A bot's container. */
export const containerFacts = (bot, stateBytes) => [
  ["Image", bot.image], ["Image digest", bot.imageDigest, true], ["Container ID", bot.containerId, true], ["Bot ID", bot.id, true],
  ["Disk usage", bytes(stateBytes)],
].filter(([, value]) => value);

/** A new bot's state is about 56 MiB; above this size the page warns. */
export const MUCH_STATE = GIB;

function limitsText({ memory, cpus, pids }) {
  return [
    memory && `${Number((memory / GIB).toFixed(2))} GiB of memory`,
    cpus && (cpus === 1 ? "1 CPU" : `${cpus} CPUs`),
    pids && `${pids} processes`,
  ].filter(Boolean).join(", ");
}
