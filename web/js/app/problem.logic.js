// Failure messages: what failed, why, and what to do next. Pure.
import { own } from "./own.logic.js";

const NEXT = {
  0: "Check that BotMaker is running and reachable, then try again.",
  401: "Sign in again.",
  403: "Reload the page and try again.",
  404: "It may have been deleted in the meantime.",
  409: "Check its current state, then try again.",
  429: "Wait a moment, then try again.",
  500: "See BotMaker’s log for details.",
  503: "Check that Docker is running, then try again.",
  507: "Free some disk space, then try again.",
};

/** The reasons of the fields that were refused, in the place of "One field is invalid", which is true but helps nobody. */
const reasons = ({ errors = [] }) => errors.map(({ message }) => message).join(" ");

/** @param wanted the operator's action, such as "Stopping support" */
export function explain(problem, wanted) {
  const cause = (reasons(problem) || problem.detail || problem.title || "An unexpected error occurred.").trim();
  const wait = Number(problem.retryAfter);
  const next = wait > 0 ? `Try again in ${wait} s.` : own(NEXT, problem.status) ?? "";
  return { title: `${wanted} failed`, cause: /[.!?]$/.test(cause) ? cause : cause + ".", next };
}
