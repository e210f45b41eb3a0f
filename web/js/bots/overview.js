// The right side while no bot is chosen: one sentence on how all is, or, without any bot, what a bot is and how to make one.
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
      setText(heading, !loaded ? "Looking…" : !engine.reachable ? "The bots are out of sight." : troubled === 0 ? "All is well." :
          troubled === 1 ? "One bot needs attention." : `${troubled} bots need attention.`);
      setText(text, loaded && engine.reachable ? `${running} running, ${stopped} stopped. Choose a bot to see more of it.` : "");
    },
  };
}

const emptyState = () => h("section", { class: "empty" },
    h("h1", { tabindex: "-1" }, "Make your first bot"),
    h("p", { class: "lead" }, "A bot is one OpenClaw in a locked container of its own. It listens on one channel, such as Telegram, and answers with the AI model that you choose."),
    h("p", {}, "You need two things:"),
    h("ul", { class: "needs" },
        h("li", {}, icon("key"), h("span", {}, h("strong", {}, "An API key"), " of an AI provider, such as Anthropic or OpenAI.")),
        h("li", {}, icon("key"), h("span", {}, h("strong", {}, "A channel’s token"), ", such as the one that Telegram’s @BotFather gives."))),
    h("p", {}, h("a", { class: "button primary", href: "#/new" }, icon("plus"), "New bot")));
