// One bot: how it is, what can be done, and what it is made of.
import { h, icon, keyedList, setAttribute, setHidden, setText } from "../dom.js";
import { actionsFor, healthSentence, since } from "../logic/bots.js";
import { plainText, logLine } from "../logic/logline.js";
import { formatRoute } from "../logic/route.js";
import { ago, clock } from "../logic/time.js";
import { facts } from "../logic/facts.js";
import { badge, updateBadge } from "./badge.js";
import { menu } from "./menu.js";

const ACTIONS = { start: ["Start", "starting"], stop: ["Stop", "stopping"], restart: ["Restart", "restarting"] };

export function mountDetail(host, app, { id }) {
  let bot = null;
  const heading = h("h1", { tabindex: "-1" });
  const mark = badge();
  const reason = h("p", { class: "reason" }, h("span", {}), " ", h("span", { class: "when" }));
  const health = h("p", { class: "health" });
  const buttons = Object.fromEntries(Object.entries(ACTIONS).map(([name, [label]]) =>
    [name, h("button", { type: "button", "data-action": name, onclick: () => app.act(bot, name) }, label)]));
  const logs = h("a", { class: "button" }, "Logs");
  const more = menu("More actions", [["Delete…", () => app.remove(bot), "danger"]]);
  const lastLines = h("pre", { tabindex: "0", "aria-label": "Last log lines" });
  const last = h("section", { class: "card" }, h("h2", {}, "Last log lines"), lastLines);
  const configuration = h("dl", {});
  const secrets = h("ul", { class: "secrets" });
  const container = copyable(app);
  const content = h("article", { class: "detail" },
      h("header", { class: "detail-head" }, heading, mark),
      h("div", { class: "sentences" }, reason, health),
      h("div", { class: "actions" }, Object.values(buttons), logs, more),
      last,
      h("section", { class: "card" }, h("h2", {}, "Configuration"), configuration),
      h("section", { class: "card" }, h("h2", {}, "Secrets"),
          h("p", { class: "hint" }, "By name only: a value is in its file and never leaves it again."), secrets),
      h("section", { class: "card" }, h("h2", {}, "Container"), container.element));
  const missing = h("section", { class: "empty" }, h("h1", { tabindex: "-1" }, "There is no such bot"),
      h("p", { class: "lead" }, "It may have been deleted."), h("p", {}, h("a", { class: "button", href: "#/" }, "All bots")));
  host.append(h("a", { class: "back", href: "#/" }, icon("back"), "Bots"), content, missing);

  return {
    get title() { return bot?.name ?? "Bot"; },
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
      const lines = (bot.lastLogLines ?? []).map((line) => line.startsWith("{") ? logLine({ m: line }).text : plainText(line)).join("\n");
      setHidden(last, lines === "");
      setText(lastLines, lines);
      keyedList(configuration, facts(bot, now), ([term]) => term,
          () => h("div", {}, h("dt", {}), h("dd", {})),
          (row, [term, value, isCode]) => { setText(row.firstChild, term); setText(row.lastChild, value); setAttribute(row.lastChild, "data-code", isCode); });
      keyedList(secrets, bot.secrets ?? [], (name) => name,
          (name) => h("li", {}, icon("key"), h("code", {}, name)), () => {});
      container.update(bot);
    },
  };
}

/** "Stopped by you", "Exited with code 1", "Running": the reason where there is one, the status otherwise. */
function sentence(bot) {
  const words = bot.reason || bot.status;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function copyable(app) {
  const id = h("code", { class: "id" });
  const copy = h("button", { type: "button", class: "quiet", onclick: async () => {
    try {
      await navigator.clipboard.writeText(id.textContent);
      app.announce("Container id copied");
      setText(label, "Copied");
      setTimeout(() => setText(label, "Copy"), 2000);
    } catch { // Only a secure context has a clipboard: select it instead.
      getSelection().selectAllChildren(id);
    }
  } }, icon("copy"));
  const label = h("span", {}, "Copy");
  copy.append(label, h("span", { class: "unseen" }, " container id"));
  const none = h("p", { class: "hint" }, "There is none at present.");
  const some = h("p", { class: "copyable" }, id, copy);
  return {
    element: h("div", {}, some, none),
    update(bot) {
      setHidden(some, !bot.containerId);
      setHidden(none, Boolean(bot.containerId));
      setText(id, bot.containerId ?? "");
    },
  };
}
