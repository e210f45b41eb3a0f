// The pane while no bot is selected: a summary, or, without any bots, what a bot is and how to create one.
import { h, icon, keyedList, setAttribute, setHidden, setText } from "../app/dom.js";
import { formatRoute } from "../app/route.logic.js";
import { pauseWords, spentToday } from "../spending/money.logic.js";
import { counts, glance, needsAttention, trouble, visible } from "./bots.logic.js";

/** How many bots that need attention are named; the list beside has them all on top. */
const LISTED = 5;

export function mountOverview(host) {
  const heading = h("h1", { tabindex: "-1" });
  const text = h("p", { class: "lead" });
  const list = h("ul", { class: "troubled" });
  const calm = h("section", { class: "overview" }, heading, text, list);
  const teaching = emptyState();
  host.append(calm, teaching);

  return {
    title: "Bots",
    update({ loaded, bots, engine }) {
      const empty = loaded && bots.size === 0;
      setHidden(teaching, !empty);
      setHidden(calm, empty);
      const all = [...bots.values()];
      const named = loaded && engine.reachable ? visible(all).filter(needsAttention) : [], troubled = named.length;
      const { running, stopped } = counts(all);
      setText(heading, !loaded ? "Loading…" : !engine.reachable ? "Docker is not responding." : troubled === 0 ? "All bots are fine." :
          troubled === 1 ? "1 bot needs attention." : `${troubled} bots need attention.`);
      setText(text, loaded && engine.reachable ? [`${running} running, ${stopped} stopped.`, spentToday(all), "Select a bot for details."].filter(Boolean).join(" ") : "");
      keyedList(list, named.slice(0, LISTED), ({ id }) => id, () => h("li", {}, h("a", {}), h("span", { class: "hint" })), (item, bot) => {
        setAttribute(item.firstChild, "href", formatRoute({ view: "detail", id: bot.id }));
        setText(item.firstChild, bot.name);
        setText(item.lastChild, ` ${trouble(bot) || pauseWords(bot) || glance(bot).word}`);
      });
      setHidden(list, named.length === 0);
    },
  };
}

const emptyState = () => h("section", { class: "empty" },
    h("h1", { tabindex: "-1" }, "Create your first bot"),
    h("p", { class: "lead" }, "A bot is an OpenClaw instance in its own hardened container. It receives messages on one channel, such as Telegram, and replies using the AI model you choose."),
    h("p", {}, "You need two things:"),
    h("ul", { class: "needs" },
        h("li", {}, icon("key"), h("span", {}, h("strong", {}, "An API key"), " from an AI provider such as Anthropic or OpenAI")),
        h("li", {}, icon("key"), h("span", {}, h("strong", {}, "A channel token"), ", such as a Telegram bot token from @BotFather; the web chat needs none"))),
    h("p", {}, h("a", { class: "button primary", href: "#/new" }, icon("plus"), "New bot")));
