// A button that tests a key or token and shows the result beside it. What was typed is not stored.
import { h, setAttribute, setHidden, setText } from "../app/dom.js";
import { isAbsent } from "../app/api.js";
import { sharedWarning, verdict } from "./checks.logic.js";
import { explain } from "../app/problem.logic.js";
import { outcome } from "../app/card.js";

/**
 * @param request  () → the request, or null while there is nothing to test
 * @param missing  the text shown in that case
 * @param send     (request) → promise of the answer
 * @param onAnswer (answer) → void, suggests its models; optional
 */
export function checkLine({ label, what, request, missing, send, onAnswer = null, signedOut }) {
  let turn = 0, busy = false;
  const button = h("button", { type: "button", class: "small", onclick: test }, label);
  const result = outcome(), shared = h("p", { class: "warning", hidden: true });
  const element = h("div", { class: "check-line" }, button, result.element, shared);
  result.show("");

  async function test() {
    if (busy) return;
    reset();
    const asked = request();
    if (!asked) return result.show(missing, "idle");
    const mine = ++turn;
    setBusy(true);
    result.show("Testing…", "busy");
    try {
      const answer = await send(asked);
      if (mine !== turn) return; // The input has changed meanwhile; this answer is stale.
      const { tone, text } = verdict(answer, what, onAnswer !== null);
      result.show(text, tone);
      setText(shared, sharedWarning(answer.usedBy));
      setHidden(shared, !shared.textContent);
      onAnswer?.(answer);
    } catch (problem) {
      if (mine !== turn) return;
      if (problem.status === 401) signedOut();
      if (isAbsent(problem)) setHidden(element, true);
      const { cause, next } = explain(problem, "");
      result.show(`${cause} ${next}`.trim(), "bad");
    } finally {
      if (mine === turn) setBusy(false);
    }
  }

  function setBusy(now) {
    busy = now;
    setAttribute(button, "aria-disabled", now ? "true" : null);
  }

  /** Clears the result, which no longer applies. */
  function reset() {
    turn++;
    setBusy(false);
    result.show("");
    setHidden(shared, true);
  }

  return { element, reset };
}
