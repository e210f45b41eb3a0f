// The broker's state as terms and sentences. Pure.
import { agoInSentence, clock } from "../app/time.logic.js";

const counted = (count, one) => `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;

/** @param broker what GET /api/broker answers */
export function brokerFacts(broker, now) {
  if (!broker.running) {
    return [["State", !broker.needed ? "Not running: no bot needs it" : broker.awaySince ? `Does not answer since ${clock(broker.awaySince, now)}` : "Starting"]];
  }
  const bots = broker.bots ?? [];
  const calls = bots.reduce((sum, bot) => sum + bot.calls, 0);
  return [
    ["State", `Running since ${clock(broker.startedAt, now)}, started ${agoInSentence(broker.startedAt, now)}`],
    ["Open connections", counted(broker.connections ?? 0, "connection")],
    ["Calls to AIs", `${counted(calls, "call")} from ${counted(bots.filter((bot) => bot.calls > 0).length, "bot")} since it started`],
  ];
}

/** What is wrong with it, as sentences. */
export function brokerProblems(broker, bots) {
  const name = (id) => bots.find((bot) => bot.id === id)?.name ?? id;
  return [
    broker.needed && !broker.running && broker.awaySince && "Bots behind the broker cannot reach their AI. BotMaker tries to start it; its log, or that of the service botmaker-broker, says more.",
    broker.policyProblem && `${upper(broker.policyProblem)}. What was allowed before stays allowed.`,
    broker.usageProblem && upper(broker.usageProblem),
    ...(broker.linkProblems ?? []).map(({ id, problem }) => `${name(id)} cannot reach its AI: ${problem}`),
  ].filter(Boolean).map((text) => /[.!?]$/.test(text) ? text : `${text}.`);
}

const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
