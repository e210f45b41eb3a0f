// The composition root of the page: the state, the route, the views, and what connects them.
import { makeActions } from "../bots/actions.js";
import { api, whenStuck } from "./api.js";
import { liveEvents } from "./live.js";
import { setText } from "./dom.js";
import { keyboard } from "./keyboard.js";
import { actionsFor } from "../bots/bots.logic.js";
import { formatRoute, parseRoute } from "./route.logic.js";
import { initialState, isStale, withBot, withEngine, withLink, withoutBot, withPairing, withSelected, withSelection, withSnapshot, withWarnings } from "./state.logic.js";
import { mountHelp } from "./help.js";
import { mountKeys } from "../keys/keys.js";
import { mountAccount } from "./account.js";
import { mountCreate } from "../create/create.js";
import { mountDetail } from "../bot/detail.js";
import { mountList } from "../bots/list.js";
import { mountLogs } from "../logs/logs.js";
import { mountOverview } from "../bots/overview.js";
import { mountPrices } from "../system/prices.js";
import { mountShell } from "./shell.js";
import { showShortcuts } from "./shortcuts.js";
import { mountSignedOut } from "./signedout.js";
import { mountSystem } from "../system/system.js";
import { mountTheme } from "./themeswitch.js";
import { mountToasts } from "./toasts.js";

const VIEWS = {
  overview: mountOverview, create: mountCreate, detail: mountDetail, logs: mountLogs, merged: mountLogs, system: mountSystem, keys: mountKeys, prices: mountPrices, help: mountHelp,
  missing: mountOverview, "signed-out": mountSignedOut,
};
const WORDS_AGE = 15_000; // How often "4 min" is looked at again, in ms.

const element = (id) => document.getElementById(id);
const main = element("main"), frame = element("frame");
const drafts = new Map(); // What was typed and not yet sent, secrets too: in this page's memory and nowhere else.
let state = initialState(Date.now());
let route = parseRoute(location.hash);
let view = null, scheduled = false, catalog = null;

const toasts = mountToasts(element("toasts"));
whenStuck(() => toasts.fail({
  title: "An action is still waiting",
  cause: "BotMaker has not received it: the browser has no free connection, or cannot reach the server.",
  next: "Close other BotMaker windows and downloads, or check the network. The action runs as soon as it gets through.",
}));
const actions = makeActions({
  api, announce, signedOut, catalog: () => app.catalog(), get state() { return state; },
  change: (step) => change(step(state)),
  fail: (problem) => toasts.fail(problem),
  leave: (id) => { if (route.id === id) go({ view: "overview" }); },
});

/** What views may use of the rest of the page. */
const app = {
  api, announce, signedOut, setFilter, ...actions,
  fresh: new Set(), // Bots made in this page: their first start is shown step by step.
  get bots() { return state.bots.values(); },

  created(bot) {
    app.fresh.add(bot.id);
    change(withBot(state, bot));
    announce(`${bot.name} was created`);
    go({ view: "detail", id: bot.id });
  },
  changed: (bot) => { if (bot?.id && state.bots.has(bot.id)) change(withBot(state, bot)); },
  pairing: (id, requests) => change(withPairing(state, id, requests)),
  select: (ids) => change(withSelection(state, ids)),
  selectOne: (id, on) => change(withSelected(state, id, on)),
  shortcuts: () => showShortcuts(keys),

  /** The catalogue, fetched once, and again after a failure. */
  catalog: () => catalog ??= api.catalog().catch((problem) => {
    catalog = null;
    throw problem;
  }),

  /** Sets the title of the current view. */
  titled: () => render(),

  /** Unsent input, by name. */
  draft(name) {
    if (!drafts.has(name)) drafts.set(name, {});
    return drafts.get(name);
  },
  forget: (name) => drafts.delete(name),
};

function announce(text) {
  setText(element("announce"), "");
  requestAnimationFrame(() => setText(element("announce"), text));
}

function go(next) {
  location.hash = formatRoute({ filter: route.filter, ...next });
}

/** The filter is part of the URL; typing into it adds no history entries. */
function setFilter(part) {
  route = { ...route, filter: { ...route.filter, ...part } };
  history.replaceState(null, "", formatRoute(route));
  render();
}

/** @param wanted "wanted" where the operator asked for it, "forgotten" where the browser has forgotten the password as well */
function signedOut(wanted = "") {
  app.live.close();
  drafts.clear();
  change(withLink(initialState(Date.now()), "signed-out", Date.now())); // Who is signed out sees no bots.
  show({ view: "signed-out", filter: route.filter, wanted });
}

/** Sets a new state; the views update once at the next frame, however many changes precede it. */
function change(next) {
  state = next;
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => { scheduled = false; render(); });
}

function render() {
  const now = Date.now();
  shell.update(state, route, now);
  list.update(state, route, now);
  view?.update(state, route, now);
  document.body.classList.toggle("stale", isStale(state));
  document.title = view?.title ? `${view.title} · BotMaker` : "BotMaker";
}

/** Shows a route: updates the same view of the same bot; creates and focuses any other. */
function show(next) {
  const first = view === null;
  const same = !first && next.view === route.view && next.id === route.id && next.page === route.page;
  route = next;
  if (!same || first) {
    view?.unmount?.();
    main.replaceChildren();
    frame.dataset.view = route.view;
    view = VIEWS[route.view](main, app, route);
  }
  render();
  if (same || first) return;
  scrollTo(0, 0);
  [...main.querySelectorAll("h1")].find((heading) => heading.offsetParent)?.focus();
}

/** The bot that a shortcut applies to: the one whose row has the focus, else the one shown. */
const meant = () => state.bots.get(list.focused() ?? route.id);

const keys = keyboard({
  search: () => (view.focusSearch ? view : list).focusSearch(),
  next: () => list.move(1, route.id),
  previous: () => list.move(-1, route.id),
  create: () => go({ view: "create" }),
  help: () => app.shortcuts(),
  logs: () => { if (meant()) go({ view: "logs", id: meant().id }); },
  toggle: () => {
    const bot = meant(), possible = bot ? actionsFor(bot) : [];
    if (possible.length) app.act(bot, possible[0]);
  },
  select: () => {
    const bot = meant();
    if (!bot) return;
    const on = !state.selected?.has(bot.id);
    change(withSelected(state.selected ? state : withSelection(state, new Set()), bot.id, on));
    announce(`${bot.name} ${on ? "selected" : "no longer selected"}`);
  },
});
const shell = mountShell(element("link"), element("strip"), { system: element("system"), help: element("help") });
const list = mountList(element("side"), app);
mountTheme(element("theme"));
mountAccount(element("account"), app);

app.live = liveEvents({
  handlers: {
    snapshot: (data) => change(withSnapshot(state, data)),
    bot: (data) => change(withBot(state, data)),
    gone: (data) => change(withoutBot(state, data.id)),
    engine: (data) => change(withEngine(state, data)),
    warnings: (data) => change(withWarnings(state, data)),
  },
  onPhase: (phase, retryAt) => phase === "signed-out" ? signedOut() : change(withLink(state, phase, Date.now(), retryAt)),
});

addEventListener("hashchange", () => { if (route.view !== "signed-out") show(parseRoute(location.hash)); });
addEventListener("beforeunload", (event) => { if ([...drafts.values()].some(({ typed }) => typed)) event.preventDefault(); });
element("skip").addEventListener("click", (event) => { // The hash is a route, so the link cannot jump by itself.
  event.preventDefault();
  main.focus();
});
setInterval(() => { if (!document.hidden) render(); }, WORDS_AGE);
show(route);
