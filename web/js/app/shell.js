// The frame of every view: the connection status in the top bar, and the strip that says what is unavailable and since when.
import { h, setAttribute, setHidden, setText } from "./dom.js";
import { warning } from "./shell.logic.js";

const WORDS = { connecting: "connecting", live: "live", reconnecting: "reconnecting", paused: "paused", "signed-out": "signed out" };

/** @param entries view name → its link in the bar */
export function mountShell(link, strip, entries) {
  const word = h("span", {});
  link.append(h("span", { class: "dot" }), word);
  const lead = h("strong", {}), rest = h("span", {}), more = h("a", { href: "#/system" });
  strip.append(lead, " ", rest, " ", more);

  return {
    update(state, route, now) {
      setAttribute(link, "data-phase", state.link.phase);
      setText(word, WORDS[state.link.phase]);
      const [title, text, label = ""] = warning(state, now);
      setHidden(strip, !title);
      setText(lead, title);
      setText(rest, text);
      setText(more, label);
      setHidden(more, label === "" || route.view === "system");
      for (const [view, entry] of Object.entries(entries)) setAttribute(entry, "aria-current", route.view === view && "page");
    },
  };
}
