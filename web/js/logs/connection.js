// The status of a log's connection, and why the server refused it, if it did.
import { h, setAttribute, setHidden, setText } from "../app/dom.js";

const WORDS = { connecting: "connecting", live: "live", paused: "paused while hidden", waiting: "paused while other windows are in use", ended: "ended" };
const QUIET = 1500; // ms

/** @param retry () → void, called by "Retry now" */
export function logConnection(retry) {
  const state = h("p", { class: "link", role: "status" }, h("span", { class: "dot" }), h("span", {}));
  const text = h("p", { role: "alert" });
  const again = h("button", { type: "button", onclick: retry }, "Retry now");
  const notice = h("div", { class: "log-notice", hidden: true }, text, again);
  let phase = "connecting", retryAt = 0, note = "", liveSince = Infinity;

  function words() {
    if (phase !== "reconnecting") return WORDS[phase] + (note ? `, ${note}` : "");
    const wait = Math.ceil((retryAt - Date.now()) / 1000);
    return wait > 0 ? `reconnecting in ${wait} s` : "reconnecting";
  }

  function show() {
    setAttribute(state, "data-phase", phase);
    setText(state.lastChild, words());
  }

  return {
    state, notice,
    get phase() { return phase; },
    /** Whether the connection has been open long enough for the existing lines to have arrived. */
    quiet: () => Date.now() - liveSince > QUIET,
    show(next, at = null, problem = null) {
      // A retry is shown as "reconnecting" until it succeeds.
      if (next !== "connecting" || phase !== "reconnecting") phase = next;
      liveSince = next === "live" ? Date.now() : Infinity;
      retryAt = at ?? 0;
      if (next !== "connecting") {
        setText(text, problem ? problem.detail || problem.title : "");
        setHidden(notice, !problem);
        setHidden(again, next === "ended");
      }
      show();
    },
    remark(words) {
      note = words;
      show();
    },
    tick: show,
  };
}
