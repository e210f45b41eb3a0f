// What the strip above the page says, if anything. Pure.
import { agoInSentence, clock } from "./time.logic.js";

const PATIENCE = 1500; // A reconnect within this time is nobody's business, in ms.

/** @returns {[title: string, text: string]} */
export function warning({ link, engine, observedAt, loaded }, now) {
  if (link.phase === "reconnecting" && now - link.since > PATIENCE) {
    return ["Connection lost.", `${loaded ? `BotMaker stopped answering ${agoInSentence(link.since, now)}; what you see is from then. ` : "BotMaker does not answer. "}Reconnecting automatically.`];
  }
  if (!engine.reachable) {
    const from = observedAt ? `Last seen at ${clock(observedAt, now)}; what you see is from then.` : "The bots have not been seen yet.";
    return [sentence(engine.problem) || "Docker does not answer.", `${from} The bots may well be running; actions work again when it is back.`];
  }
  return ["", ""];
}

const sentence = (text) => text && !/[.!?]$/.test(text) ? `${text}.` : text;
