// The pane while no bot is selected: a summary, or, without any bots, what a bot is and how to create one.
import { h, icon, setHidden, setText } from "../app/dom.js";
import { counts, needsAttention } from "./bots.logic.js";

export function mountOverview(host) {
  const heading = h("h1", { tabindex: "-1" });
  const text = h("p", { class: "lead" });
  const calm = h("section", { class: "overview" }, heading, text);
  const teaching = emptyState();
  host.append(calm, teaching);

  return {
    title: "Bots",
    update({ loaded, bots, engine }) {
      const empty = loaded && bots.size === 0;
      setHidden(teaching, !empty);
      setHidden(calm, empty);
      const all = [...bots.values()];
      const troubled = all.filter(needsAttention).length;
      const { running, stopped } = counts(all);
      setText(heading, !loaded ? "Loading…" : !engine.reachable ? "Docker is not responding." : troubled === 0 ? "All bots are fine." :
          troubled === 1 ? "1 bot needs attention." : `${troubled} bots need attention.`);
      setText(text, loaded && engine.reachable ? `${running} running, ${stopped} stopped. Select a bot for details.` : "");
    },
  };
}

const emptyState = () => h("section", { class: "empty" },
    h("h1", { tabindex: "-1" }, "Create your first bot"),
    h("p", { class: "lead" }, "A bot is an OpenClaw instance in its own hardened container. It receives messages on one channel, such as Telegram, and replies using the AI model you choose."),
    h("p", {}, "You need two things:"),
    h("ul", { class: "needs" },
        h("li", {}, icon("key"), h("span", {}, h("strong", {}, "An API key"), " from an AI provider such as Anthropic or OpenAI")),
        h("li", {}, icon("key"), h("span", {}, h("strong", {}, "A channel token"), ", such as a Telegram bot token from @BotFather"))),
    h("p", {}, h("a", { class: "button primary", href: "#/new" }, icon("plus"), "New bot")));
