// The composition root of the page: the state, the route, the views, and what connects them.
import { api, eventsUrl } from "./api.js";
import { liveStream } from "./events.js";
import { setText } from "./dom.js";
import { isStarting } from "./logic/bots.js";
import { explain } from "./logic/problem.js";
import { formatRoute, parseRoute } from "./logic/route.js";
import { initialState, isStale, withBot, withBusy, withEngine, withLink, withoutBot, withSnapshot } from "./logic/state.js";
import { mountCreate } from "./views/create.js";
import { mountDetail } from "./views/detail.js";
import { confirmAction, confirmDelete } from "./views/dialogs.js";
import { mountList } from "./views/list.js";
import { mountLogs } from "./views/logs.js";
import { mountOverview } from "./views/overview.js";
import { mountShell } from "./views/shell.js";
import { mountSignedOut } from "./views/signedout.js";
import { mountTheme } from "./views/theme.js";
import { mountToasts } from "./views/toasts.js";

const VIEWS = { overview: mountOverview, create: mountCreate, detail: mountDetail, logs: mountLogs, merged: mountLogs, missing: mountOverview, "signed-out": mountSignedOut };
const VERBS = { start: ["starting", "Starting"], stop: ["stopping", "Stopping"], restart: ["restarting", "Restarting"] };
const WORDS_AGE = 15_000; // How often "4 min" is looked at again, in ms.

const element = (id) => document.getElementById(id);
const main = element("main"), frame = element("frame");
let state = initialState(Date.now());
let route = parseRoute(location.hash);
let view = null, scheduled = false;

/** What a view may ask of the rest of the page. */
const app = {
  api, announce, signedOut, setFilter,
  created(bot) {
    change(withBot(state, bot));
    announce(`${bot.name} was created`);
    location.hash = formatRoute({ view: "detail", id: bot.id });
  },

  async act(bot, action) {
    const [busy, verb] = VERBS[action];
    if (!bot || state.busy.has(bot.id)) return;
    if (action !== "start" && isStarting(bot) && !await confirmAction({
      title: `${action === "stop" ? "Stop" : "Restart"} ${bot.name}?`,
      text: "It is still starting. Interrupting that is safe, but it will need the whole start again.",
      action: action === "stop" ? "Stop it" : "Restart it",
    })) return;
    await whileBusy(bot, busy, verb, async () => {
      const now = await api[action](bot.id);
      if (state.bots.has(bot.id)) change(withBot(state, now));
      announce(`${now.name} is ${now.status}`);
    });
  },

  async remove(bot) {
    const answer = bot && await confirmDelete(bot);
    if (!answer) return;
    await whileBusy(bot, "deleting", "Deleting", async () => {
      await api.remove(bot.id, answer.keepState);
      change(withoutBot(state, bot.id));
      announce(`${bot.name} was deleted`);
      if (route.id === bot.id) location.hash = formatRoute({ view: "overview", filter: route.filter });
    });
  },
};

async function whileBusy(bot, busy, verb, work) {
  change(withBusy(state, bot.id, busy));
  try {
    await work();
  } catch (problem) {
    if (problem.status === 401) signedOut();
    else toasts.fail(explain(problem, `${verb} ${bot.name}`));
  } finally {
    change(withBusy(state, bot.id, null));
  }
}

function announce(text) {
  setText(element("announce"), "");
  requestAnimationFrame(() => setText(element("announce"), text));
}

/** The filter is part of the address; typing into it makes no history. */
function setFilter(part) {
  route = { ...route, filter: { ...route.filter, ...part } };
  history.replaceState(null, "", formatRoute(route));
  render();
}

function signedOut() {
  events.close();
  change(withLink(state, "signed-out", Date.now()));
  show({ view: "signed-out", filter: route.filter });
}

/** Takes a new state; the views follow at the next frame, however many changes come before it. */
function change(next) {
  state = next;
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => { scheduled = false; render(); });
}

function render() {
  const now = Date.now();
  shell.update(state, now);
  list.update(state, route, now);
  view?.update(state, route, now);
  document.body.classList.toggle("stale", isStale(state));
  document.title = view?.title ? `${view.title} · BotMaker` : "BotMaker";
}

/** Shows a route: the same view of the same bot is updated, any other is made anew and gets the focus. */
function show(next) {
  const first = view === null;
  const same = !first && next.view === route.view && next.id === route.id;
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

function onKey(event) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  event.preventDefault();
  (view.focusSearch ? view : list).focusSearch();
}

const shell = mountShell(element("link"), element("strip"));
const toasts = mountToasts(element("toasts"));
const list = mountList(element("side"), app);
mountTheme(element("theme"));

const events = liveStream({
  url: eventsUrl,
  handlers: {
    snapshot: (data) => { if (data) change(withSnapshot(state, data)); },
    bot: (data) => { if (data) change(withBot(state, data)); },
    gone: (data) => { if (data) change(withoutBot(state, data.id)); },
    engine: (data) => { if (data) change(withEngine(state, data)); },
  },
  onPhase: (phase, retryAt) => phase === "signed-out" ? signedOut() : change(withLink(state, phase, Date.now(), retryAt)),
});

addEventListener("hashchange", () => { if (route.view !== "signed-out") show(parseRoute(location.hash)); });
addEventListener("keydown", onKey);
element("skip").addEventListener("click", (event) => { // The hash is a route, so the link cannot jump by itself.
  event.preventDefault();
  main.focus();
});
setInterval(() => { if (!document.hidden) render(); }, WORDS_AGE);
show(route);
