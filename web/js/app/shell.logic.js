// The text of the strip above the page, if any. Pure.
import { agoInSentence, clock } from "./time.logic.js";

const PATIENCE = 1500; // ms; a shorter interruption is not reported.

/** @returns {[title: string, text: string, more?: string]} more: the label of a link to the system page */
export function warning({ link, engine, warnings = [], observedAt, loaded }, now) {
  if (link.phase === "reconnecting" && now - link.since > PATIENCE) {
    return ["Connection lost.", `${loaded ? `BotMaker stopped responding ${agoInSentence(link.since, now)}; the state shown is from then. ` : "BotMaker is not responding. "}Reconnecting automatically.`];
  }
  if (!engine.reachable) {
    const from = observedAt ? `Showing the state as of ${clock(observedAt, now)}.` : "The state of the bots is not known yet.";
    return [sentence(engine.problem) || "Docker is not responding.", `${from} The bots may still be running; actions are unavailable until Docker responds again.`];
  }
  if (warnings.length > 0) {
    const [{ kind, title, since }] = warnings;
    return [kind === "broker" && since ? `Broker away since ${clock(since, now)}.` : sentence(title), warnings.length > 1 ? `${warnings.length} warnings in all.`
      : kind === "broker" ? "Bots behind it cannot reach their AI." : "", "Details"];
  }
  return ["", ""];
}

const sentence = (text) => text && !/[.!?]$/.test(text) ? `${text}.` : text;
