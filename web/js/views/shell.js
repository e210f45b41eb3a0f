// What surrounds every view: the connection in words at the top, and the strip that tells what is away and since when.
import { h, setAttribute, setHidden, setText } from "../dom.js";
import { agoInSentence, clock } from "../logic/time.js";

const WORDS = { connecting: "connecting", live: "live", reconnecting: "reconnecting", paused: "paused", "signed-out": "signed out" };

export function mountShell(link, strip) {
  const word = h("span", {});
  link.append(h("span", { class: "dot" }), word);
  const lead = h("strong", {}), rest = h("span", {});
  strip.append(lead, " ", rest);

  return {
    update(state, now) {
      setAttribute(link, "data-phase", state.link.phase);
      setText(word, WORDS[state.link.phase]);
      const [title, text] = warning(state, now);
      setHidden(strip, !title);
      setText(lead, title);
      setText(rest, text);
    },
  };
}

function warning({ link, engine, observedAt }, now) {
  if (link.phase === "reconnecting" && now - link.since > 1500) {
    return ["BotMaker does not answer.", `Lost ${agoInSentence(link.since, now)}; what you see is from then. Trying again by itself.`];
  }
  if (!engine.reachable) {
    const from = observedAt ? `Last seen at ${clock(observedAt, now)}; what you see is from then.` : "The bots have not been seen yet.";
    return [engine.problem ?? "Docker does not answer.", `${from} The bots may well be running; actions work again when it is back.`];
  }
  return ["", ""];
}
