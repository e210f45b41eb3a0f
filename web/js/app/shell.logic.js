// The text of the strip above the page, if any. Pure.
import { agoInSentence, clock } from "./time.logic.js";

const PATIENCE = 1500; // ms; a shorter interruption is not reported.

/** @returns {[title: string, text: string]} */
export function warning({ link, engine, observedAt, loaded }, now) {
  if (link.phase === "reconnecting" && now - link.since > PATIENCE) {
    return ["Connection lost.", `${loaded ? `BotMaker stopped responding ${agoInSentence(link.since, now)}; the state shown is from then. ` : "BotMaker is not responding. "}Reconnecting automatically.`];
  }
  if (!engine.reachable) {
    const from = observedAt ? `Showing the state as of ${clock(observedAt, now)}.` : "The state of the bots is not known yet.";
    return [sentence(engine.problem) || "Docker is not responding.", `${from} The bots may still be running; actions are unavailable until Docker responds again.`];
  }
  return ["", ""];
}

const sentence = (text) => text && !/[.!?]$/.test(text) ? `${text}.` : text;
