// The system page: version, Docker, image, orphaned resources, audit log.
import { h, icon, keyedList, setAttribute, setHidden, setText } from "../app/dom.js";
import { isAbsent } from "../app/api.js";
import { helpLink } from "../app/help.js";
import { explain } from "../app/problem.logic.js";
import { formatRoute } from "../app/route.logic.js";
import { isDiskShort, systemFacts } from "./system.logic.js";
import { auditPart } from "./audit.js";
import { card, describe, outcome } from "../app/card.js";
import { brokerPart } from "./broker.js";
import { imagePart } from "./image.js";
import { orphansPart } from "./orphans.js";

export function mountSystem(host, app) {
  let system = null, asking = false, reachable = null;
  const result = outcome();
  const look = h("button", { type: "button", class: "small", onclick: load }, "Refresh");
  const facts = h("dl", {});
  const short = h("p", { class: "warning", hidden: true }, "The disk is almost full. Free some space: BotMaker rejects changes it cannot store, and bots may fail.");
  const overview = card("Installation", { tools: [look], hidden: true, hint: ["Help: ", helpLink("install", "installation"), ", ", helpLink("backup", "backup and restore"), ", ", helpLink("settings", "settings"), "."] }, facts, short);
  const list = h("ul", { class: "warnings" }), warnings = card("Warnings", { hidden: true }, list);
  const keys = card("Keys", { tools: [h("a", { class: "button small", href: formatRoute({ view: "keys" }) }, "Manage keys")], hidden: true,
    hint: "API keys that BotMaker keeps, so that bots can use them without seeing them." });
  const prices = card("Prices", { tools: [h("a", { class: "button small", href: formatRoute({ view: "prices" }) }, "Manage prices")], hidden: true,
    hint: "What models cost, for the spending of bots and their budgets." });
  const broker = brokerPart(app), image = imagePart(app, load), orphans = orphansPart(app, load), audit = auditPart(app);
  const outdated = h("ul", { class: "orphans" });
  const old = card("Upgrades available", { hidden: true, hint: "These bots keep running on an older image. An upgrade keeps a bot’s memory and takes about a minute." }, outdated);
  host.append(h("a", { class: "back", href: "#/" }, icon("back"), "Bots"), h("h1", { tabindex: "-1" }, "System"), result.element,
      warnings, overview, keys, prices, broker.element, image.element, old, orphans.element, audit.element);
  result.show("Loading…");
  load();

  async function load() {
    if (asking) return;
    asking = true;
    setAttribute(look, "aria-disabled", "true");
    try {
      system = await app.api.system();
      result.show("");
      show();
      audit.load();
      broker.load();
    } catch (problem) {
      if (problem.status === 401) return app.signedOut();
      const { cause, next } = explain(problem, "");
      result.show(isAbsent(problem) ? "This server does not provide system information." : `${cause} ${next}`, "bad");
    } finally {
      asking = false;
      setAttribute(look, "aria-disabled", null);
    }
  }

  function show() {
    setHidden(overview, false);
    setHidden(keys, false);
    setHidden(prices, false);
    describe(facts, systemFacts(system, Date.now()));
    setHidden(short, !isDiskShort(system.disk));
    image.show(system.image);
    orphans.show(system.orphans ?? []);
  }

  function showWarnings(all) {
    setHidden(warnings, all.length === 0);
    keyedList(list, all, ({ kind, title }) => `${kind} ${title}`,
        ({ help }) => h("li", {}, h("strong", {}), h("p", {}), help ? helpLink(help, "Help") : ""),
        (item, { title, detail }) => {
          setText(item.children[0], title);
          setText(item.children[1], detail ?? "");
        });
  }

  return {
    title: "System",
    unmount() { image.unmount(); },
    update(state) {
      if (reachable !== null && reachable !== state.engine.reachable) load();
      reachable = state.engine.reachable;
      showWarnings(state.warnings.length > 0 ? state.warnings : system?.warnings ?? []);
      const bots = [...state.bots.values()].filter((bot) => bot.imageOutdated);
      setHidden(old, bots.length === 0);
      keyedList(outdated, bots, ({ id }) => id,
          ({ id }) => h("li", {}, h("div", {}, h("a", { href: `#/bots/${id}` })),
              h("button", { type: "button", class: "small", onclick: () => app.recreate(botOf(id)) }, "Upgrade")),
          (item, bot) => {
            setText(item.firstChild.firstChild, bot.name);
            setAttribute(item.lastChild, "aria-label", `Upgrade ${bot.name}`);
            setAttribute(item.lastChild, "aria-disabled", state.busy.has(bot.id) ? "true" : null);
          });
    },
  };

  function botOf(id) {
    return [...app.bots].find((bot) => bot.id === id);
  }
}
