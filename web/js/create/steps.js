// How far a new bot has come, step by step, until it answers for the first time; then what to do next.
import { h, icon, keyedList, setAttribute, setHidden, setIcon, setText } from "../app/dom.js";
import { steps } from "./steps.logic.js";
import { card } from "../app/card.js";

const DRAWINGS = { done: "done", now: "busy", failed: "error", todo: "ring" };
const WORDS = { done: "done", now: "under way", failed: "failed", todo: "to come" };

/** The steps as a list. */
export function stepList() {
  const element = h("ol", { class: "steps" });
  return {
    element,
    show(bot) {
      keyedList(element, steps(bot), ({ label }) => label,
          () => h("li", {}, icon("ring"), h("span", {}, h("span", {}), h("span", { class: "unseen" }), h("span", { class: "hint" }))),
          (item, { label, state, note }) => {
            setAttribute(item, "data-state", state);
            setAttribute(item, "aria-current", state === "now" && "step");
            setIcon(item.firstChild, DRAWINGS[state]);
            const [name, word, hint] = item.lastChild.children;
            setText(name, label);
            setText(word, `: ${WORDS[state]}`);
            setText(hint, note);
          });
    },
  };
}

export function stepsPart(app, id) {
  const list = stepList();
  const next = h("p", { class: "next-step" });
  const element = card("Being made", { hidden: true }, list.element, next);
  return {
    element,
    update(bot) {
      const shown = bot.status === "creating" || app.fresh.has(id);
      setHidden(element, !shown || bot.status === "stopped");
      if (element.hidden) return;
      list.show(bot);
      const ready = bot.status === "running" && bot.health === "healthy";
      setText(element.querySelector("h2"), ready ? "It is ready" : "Being made");
      setText(next, ready ? advice(bot) : "");
      setHidden(next, !ready);
    },
  };
}

function advice({ channel, access }) {
  if (channel.type === "webchat") return "Talk to it below.";
  if (access?.policy === "pairing") return "Write to it from your own account now. It answers with a code, and the request appears on this page for you to approve: the first one you approve becomes its owner.";
  return "Write to it, or try it below.";
}
