// How far a bot reaches, the way out of Legacy, and what the broker refused to it.
import { h, keyedList, setAttribute, setHidden, setText } from "../app/dom.js";
import { card, outcome } from "../app/card.js";
import { helpLink } from "../app/help.js";
import { explain } from "../app/problem.logic.js";
import { formatRoute } from "../app/route.logic.js";
import { ago, clock } from "../app/time.logic.js";
import { isOnTrial, LEGACY, movable, reach } from "../bots/reach.logic.js";
import { hostsToAllow, needsBroker, permission, reachedToday, refusals, wordsToAllow } from "./refused.logic.js";

/** How many hosts are shown before all are asked for. */
const LISTED = 8;

export function reachPart(app, id) {
  let bot = null, channels = [], entry = null, reached = null, loaded = false, all = false, seen = "";
  const label = h("strong", {}), meaning = h("span", {}), trial = h("p", { class: "hint", hidden: true });
  const move = h("button", { type: "button", class: "small", onclick: () => app.move(bot, target()) });
  const refused = h("ul", { class: "refused" }), none = h("p", { class: "hint" }, "Nothing was refused since the broker started."), result = outcome();
  const look = h("button", { type: "button", class: "quiet small", onclick: load }, "Refresh");
  const granted = h("ul", { class: "refused" }), additional = h("div", { hidden: true }, h("h3", {}, "Also allowed"), granted);
  const hosts = h("ul", { class: "reached" }), noHosts = h("p", { class: "hint" }, "It reached no host today, apart from its AI and its channel.");
  const more = h("button", { type: "button", class: "quiet small", onclick: () => { all = true; show(Date.now()); } });
  const today = h("div", { class: "refusals" }, h("h3", {}, "Hosts reached today"), noHosts, hosts, more);
  const part = h("div", { class: "refusals" }, h("div", { class: "card-head" }, h("h3", {}, "Refused by the broker"), look), none, refused, result.element, additional);
  const element = card("Reach", { tools: [move] }, h("p", {}, label, " ", meaning), trial, h("p", { class: "aside" }, helpLink("keys#reach", "Help: keys and reach")), today, part);
  result.show("");
  app.catalog().then((known) => {
    channels = known.channels;
    if (bot) show(Date.now());
  }, () => {});

  const target = () => movable([bot], channels)[0]?.to ?? LEGACY;

  async function load() {
    if (!needsBroker(bot)) return;
    try {
      const { bots = [] } = await app.api.broker();
      entry = bots.find((one) => one.id === id) ?? null;
      loaded = true;
      if (bot.reach === "web") reached = reachedToday(await app.api.reached(id));
      result.show("");
    } catch (problem) {
      if (problem.status === 401) return app.signedOut();
      result.show("What was refused or reached could not be loaded.", "bad");
    }
    show(Date.now());
  }

  async function change(patch, done) {
    try {
      app.changed(await app.api.change(id, patch));
      result.show(done, "good");
    } catch (problem) {
      if (problem.status === 401) return app.signedOut();
      const { cause, next } = explain(problem, "");
      result.show(`${cause} ${next} `, "bad");
      const priceless = problem.errors?.some(({ field }) => field === "/also");
      if (priceless) result.element.append(h("a", { href: formatRoute({ view: "prices" }) }, "Prices"));
    }
  }

  /** What a refusal can be answered with: [{label, run}]. */
  const answers = ({ kind, words }) => kind === "host"
    ? hostsToAllow(bot, entry, words).map((host) => ({ label: `Allow ${host}`, run: () => change({ webHosts: [...bot.webHosts, host] }, `${host} is allowed from now on.`) }))
    : wordsToAllow(bot, entry, kind).map((word) => ({ label: `Allow ${permission(word)}`, run: () => change({ also: [...bot.also ?? [], word] }, `Allowed from now on: ${permission(word)}.`) }));

  const grant = (word) => h("li", {}, h("span", {}, permission(word)), h("div", { class: "row-actions" }, h("button", { type: "button", class: "quiet small",
    "aria-label": `Take back ${permission(word)}`, onclick: () => change({ also: bot.also.filter((one) => one !== word) }, `No longer allowed: ${permission(word)}.`) }, "Take back")));

  const item = () => h("li", {}, h("strong", {}), h("span", { class: "hint" }), h("p", {}), h("p", { class: "hint" }), h("div", { class: "row-actions" }));

  function fill(row, refusal, now) {
    const { title, words, count, lastAt, advice } = refusal;
    const [name, when, said, what, actions] = row.children;
    setText(name, title);
    setText(when, `${count === 1 ? "once" : `${count.toLocaleString("en")} times`}, last ${ago(lastAt, now) === "just now" ? "just now" : `${ago(lastAt, now)} ago`}`);
    setAttribute(when, "title", clock(lastAt, now));
    setText(said, words);
    setText(what, advice);
    const possible = answers(refusal);
    setHidden(actions, possible.length === 0);
    keyedList(actions, possible, ({ label }) => label, ({ label, run }) => h("button", { type: "button", class: "small", onclick: run }, label), () => {});
  }

  function show(now) {
    const { label: name, meaning: words } = reach(bot.reach ?? LEGACY);
    setText(label, `${name}.`);
    setText(meaning, words);
    setText(trial, isOnTrial(bot) ? `On trial: the bot goes back to ${reach(bot.previousReach).label} unless it becomes healthy and one call to its AI passes.` : "");
    setHidden(trial, !isOnTrial(bot));
    const to = target();
    setHidden(move, to === LEGACY);
    setText(move, `Move to ${reach(to).label}…`);
    setHidden(part, !needsBroker(bot));
    showHosts();
    const latest = refusals(entry);
    setHidden(none, latest.length > 0 || !loaded);
    keyedList(refused, latest, ({ kind, words: said }) => kind === "host" ? `${kind} ${said}` : kind, item, (row, one) => fill(row, one, now));
    setHidden(additional, !bot.also?.length);
    keyedList(granted, bot.also ?? [], (word) => word, grant, () => {});
  }

  function showHosts() {
    setHidden(today, bot.reach !== "web" || !reached);
    const listed = all ? reached ?? [] : (reached ?? []).slice(0, LISTED);
    setHidden(noHosts, listed.length > 0);
    keyedList(hosts, listed, ({ name }) => name, ({ name }) => h("li", {}, h("span", {}, name), h("span", { class: "hint" })), (row, { amount }) => setText(row.lastChild, amount));
    setHidden(more, listed.length === (reached ?? []).length);
    setText(more, `Show all ${reached?.length ?? 0}`);
  }

  return {
    element,
    update(now, state, time) {
      bot = now;
      setAttribute(move, "aria-disabled", state.busy.has(id) ? "true" : null);
      const asItIs = [bot.reach, bot.status, bot.health, bot.updatedAt].join(" ");
      if (asItIs !== seen) {
        seen = asItIs;
        load();
      }
      show(time);
    },
  };
}
