// The page of a bot: status, actions, and its sections, the urgent ones first.
import { h, icon, setAttribute, setHidden, setText } from "../app/dom.js";
import { actionsFor, healthSentence, since } from "../bots/bots.logic.js";
import { formatRoute } from "../app/route.logic.js";
import { ago, clock } from "../app/time.logic.js";
import { badge, updateBadge } from "../bots/badge.js";
import { configurationPart } from "./configuration.js";
import { containerPart } from "./container.js";
import { controlUiPart } from "./controlui.js";
import { driftPart } from "./drift.js";
import { historyPart } from "./history.js";
import { instructionsPart } from "./instructions.js";
import { lastLinesPart } from "./lastlines.js";
import { menu } from "../app/menu.js";
import { outdatedPart } from "./outdated.js";
import { pairingPart } from "./pairing.js";
import { pausedPart } from "./pause.js";
import { reachPart } from "./reach.js";
import { secretsPart } from "./secrets.js";
import { spendingPart } from "./spending.js";
import { stepsPart } from "../create/steps.js";
import { talkPart } from "./talk.js";
import { usagePart } from "./usage.js";

const ACTIONS = { start: ["Start", "starting"], stop: ["Stop", "stopping"], restart: ["Restart", "restarting"] };
const PARTS = [stepsPart, lastLinesPart, pairingPart, pausedPart, driftPart, outdatedPart, talkPart, usagePart, spendingPart, configurationPart, reachPart, instructionsPart, secretsPart, controlUiPart, containerPart, historyPart];

export function mountDetail(host, app, { id }) {
  let bot = null, more = null, seen = "";
  const heading = h("h1", { tabindex: "-1" });
  const mark = badge();
  const reason = h("p", { class: "reason" }, h("span", {}), " ", h("span", { class: "when" }));
  const health = h("p", { class: "health" });
  const buttons = Object.fromEntries(Object.entries(ACTIONS).map(([name, [label]]) =>
    [name, h("button", { type: "button", "data-action": name, onclick: () => app.act(bot, name) }, label)]));
  const logs = h("a", { class: "button" }, "Logs");
  const others = menu("More actions", [["Delete…", () => app.remove(bot), "danger"]]);
  const parts = PARTS.map((part) => part(app, id));
  const content = h("article", { class: "detail" },
      h("header", { class: "detail-head" }, heading, mark),
      h("div", { class: "sentences" }, reason, health),
      h("div", { class: "actions" }, Object.values(buttons), logs, others),
      parts.map(({ element }) => element));
  const missing = h("section", { class: "empty" }, h("h1", { tabindex: "-1" }, "Bot not found"),
      h("p", { class: "lead" }, "It may have been deleted."), h("p", {}, h("a", { class: "button", href: "#/" }, "All bots")));
  host.append(h("a", { class: "back", href: "#/" }, icon("back"), "Bots"), content, missing);

  /** Fetches what only the bot's own resource has, whenever its state has changed. */
  async function lookCloser() {
    if (bot.status === "deleting") return;
    const now = [bot.status, bot.health, bot.since, bot.updatedAt, bot.containerId].join(" ");
    if (now === seen) return;
    seen = now;
    more = await app.api.bot(id).catch(() => null) ?? more;
    if (more && bot) for (const part of parts) part.more?.(more);
  }

  return {
    get title() { return bot?.name ?? "Bot"; },
    unmount() { for (const part of parts) part.unmount?.(); },
    update(state, route, now) {
      bot = state.bots.get(id) ?? null;
      setHidden(missing, bot !== null || !state.loaded);
      setHidden(content, bot === null);
      if (!bot) return;
      const action = state.busy.get(id);
      setText(heading, bot.name);
      updateBadge(mark, bot, action);
      setText(reason.firstChild, sentence(bot));
      setText(reason.lastChild, since(bot) ? `since ${clock(since(bot), now)}, ${ago(since(bot), now)}` : "");
      setText(health, healthSentence(bot));
      setHidden(health, health.textContent === "");
      const possible = actionsFor(bot);
      for (const [name, button] of Object.entries(buttons)) {
        setHidden(button, !possible.includes(name));
        setAttribute(button, "class", name === possible[0] && name === "start" ? "primary" : "");
        setAttribute(button, "aria-disabled", action ? "true" : null);
        setText(button, action === ACTIONS[name][1] ? `${ACTIONS[name][0]}…` : ACTIONS[name][0]);
      }
      setAttribute(logs, "href", formatRoute({ view: "logs", id, filter: route.filter }));
      for (const part of parts) part.update(bot, state, now);
      lookCloser();
    },
  };
}

/** The reason where there is one ("Exited with code 1"), else the status. */
function sentence(bot) {
  const words = bot.reason || bot.status;
  return words.charAt(0).toUpperCase() + words.slice(1);
}
