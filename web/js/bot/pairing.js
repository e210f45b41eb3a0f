// The pairing requests of a bot. Listing them costs the bot some work, so they are fetched only while there can be any and the
// page is visible.
import { h, keyedList, setAttribute, setHidden, setText } from "../app/dom.js";
import { isAbsent } from "../app/api.js";
import { explain } from "../app/problem.logic.js";
import { agoInSentence } from "../app/time.logic.js";
import { countOf } from "../bots/bulk.logic.js";
import { outcome } from "../app/card.js";

const AGAIN = 20_000; // ms
const HICCUPS = 2; // A bot that is starting or stopping may not answer; that is not reported.

export function pairingPart(app, id) {
  let bot = null, idle = true, failures = 0, offered = true, asking = false, wasAskable = false, hint, timer = 0, requestsNow = [];
  const busy = new Set();
  const title = h("h2", {});
  const list = h("ul", { class: "requests" });
  const result = outcome();
  const look = h("button", { type: "button", class: "quiet small", onclick: () => { failures = HICCUPS; ask(); } }, "Refresh");
  const element = h("section", { class: "callout pairing", "data-tone": "warn", "aria-label": "Pairing requests", hidden: true },
      h("div", { class: "card-head" }, title, look), list, result.element);
  result.show("");

  const askable = () => offered && idle && bot?.access?.policy === "pairing" && bot.status === "running" && bot.health === "healthy" && !document.hidden;

  async function ask() {
    clearTimeout(timer);
    if (!askable() || asking) return;
    asking = true;
    setAttribute(look, "aria-disabled", "true");
    try {
      const { requests } = await app.api.pairing(id);
      app.pairing(id, requests);
      failures = 0;
      result.show("");
    } catch (problem) {
      failures++;
      if (isAbsent(problem)) offered = false;
      else if (problem.status === 401) app.signedOut();
      else if (askable() && failures > HICCUPS) result.show(`Could not load the pairing requests. ${explain(problem, "").cause}`, "bad");
    } finally {
      asking = false;
      setAttribute(look, "aria-disabled", null);
      if (bot?.pairingRequests === undefined) timer = setTimeout(ask, AGAIN); // Else the bot's state announces each change.
    }
  }

  async function answer({ code, sender }, approve) {
    if (busy.has(code)) return;
    busy.add(code);
    app.pairing(id, requestsNow);
    result.show("");
    try {
      const { requests } = await app.api.answerPairing(id, code, approve);
      busy.delete(code);
      app.pairing(id, requests);
      app.announce(`Pairing request of ${sender} ${approve ? "approved" : "rejected"}`);
    } catch (problem) {
      busy.delete(code);
      app.pairing(id, requestsNow);
      const { cause, next } = explain(problem, "");
      result.show(`${approve ? "Approving" : "Rejecting"} ${code} failed. ${cause} ${next}`, "bad");
    }
  }

  const onVisible = () => { if (!document.hidden) ask(); };
  document.addEventListener("visibilitychange", onVisible);

  const row = (request) => {
    const approve = h("button", { type: "button", class: "primary" }, "Approve");
    const reject = h("button", { type: "button" }, "Reject");
    approve.addEventListener("click", () => answer(request, true));
    reject.addEventListener("click", () => answer(request, false));
    return h("li", {}, h("div", { class: "who" }, h("strong", { class: "name" }), h("span", { class: "hint" })), h("code", { class: "code" }),
        h("div", { class: "row-actions" }, approve, reject));
  };

  return {
    element,
    unmount() {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
    },
    update(now, state, time) {
      bot = now;
      idle = !state.busy.has(id);
      const can = askable();
      if (bot.status !== "running") result.show("");
      if (can && (!wasAskable || hint !== bot.pairingRequests)) ask();
      wasAskable = can;
      hint = bot.pairingRequests;
      requestsNow = bot.access?.policy === "pairing" ? state.pairing.get(id) ?? [] : [];
      setHidden(element, requestsNow.length === 0 && result.element.hidden);
      const name = countOf(requestsNow.length, "pairing request");
      setText(title, requestsNow.length ? name : "Pairing");
      keyedList(list, requestsNow, ({ code }) => code, row, (item, { code, sender, name: called, at }) => {
        const [who, shown, actions] = item.children;
        setText(who.firstChild, called || sender);
        setText(who.lastChild, [called && called !== sender ? sender : "", at ? `requested ${agoInSentence(at, time)}` : ""].filter(Boolean).join(" · "));
        setText(shown, code);
        setAttribute(shown, "aria-label", `Code ${code}`);
        for (const button of actions.children) setAttribute(button, "aria-disabled", busy.has(code) ? "true" : null);
      });
    },
  };
}
