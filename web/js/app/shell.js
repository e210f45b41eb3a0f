// The frame of every view: the connection status in the top bar, and the strip that says what is unavailable and since when.
import { h, setAttribute, setHidden, setText } from "./dom.js";
import { warning } from "./shell.logic.js";

const WORDS = { connecting: "connecting", live: "live", reconnecting: "reconnecting", paused: "paused", "signed-out": "signed out" };

export function mountShell(link, strip, system) {
  const word = h("span", {});
  link.append(h("span", { class: "dot" }), word);
  const lead = h("strong", {}), rest = h("span", {});
  strip.append(lead, " ", rest);

  return {
    update(state, route, now) {
      setAttribute(link, "data-phase", state.link.phase);
      setText(word, WORDS[state.link.phase]);
      const [title, text] = warning(state, now);
      setHidden(strip, !title);
      setText(lead, title);
      setText(rest, text);
      setAttribute(system, "aria-current", route.view === "system" && "page");
    },
  };
}
