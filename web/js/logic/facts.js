// A bot's configuration as pairs of words for people. Pure.
import { clock } from "./time.js";
import { policy } from "./form.js";

const GIB = 2 ** 30;

/** @returns {[term: string, value: string, isCode?: boolean][]} */
export function facts(bot, now) {
  const { ai, channel, access, limits } = bot;
  const rows = [["Provider", ai.provider], ["Model", ai.model]];
  if (ai.baseUrl) rows.push(["Base URL", ai.baseUrl]);
  rows.push(["Channel", channel.type]);
  for (const [key, value] of Object.entries(channel.settings ?? {})) rows.push([key, value]);
  if (access?.policy) {
    const listed = access.allow?.length ? `: ${access.allow.join(", ")}` : "";
    rows.push(["Who may talk to it", policy(access.policy).label + listed]);
  }
  if (limits) rows.push(["Limits", limitsText(limits)]);
  rows.push(["Image", bot.image ?? ""]);
  if (bot.imageDigest) rows.push(["Image digest", bot.imageDigest, true]);
  rows.push(["Created", clock(bot.createdAt, now)], ["Bot id", bot.id, true]);
  return rows.filter(([, value]) => value);
}

function limitsText({ memory, cpus, pids }) {
  return [
    memory && `${Number((memory / GIB).toFixed(2))} GiB of memory`,
    cpus && (cpus === 1 ? "1 CPU" : `${cpus} CPUs`),
    pids && `${pids} processes`,
  ].filter(Boolean).join(", ");
}
