// The log page: of one bot, or of several bots merged.
import { h, icon, setAttribute, setText } from "../app/dom.js";
import { asText, fileName, wholeLog } from "./address.logic.js";
import { KEEP } from "./view.logic.js";
import { formatRoute } from "../app/route.logic.js";
import { clock } from "../app/time.logic.js";
import { colourOf, logBots, MOST_BOTS } from "./picker.js";
import { logConnection } from "./connection.js";
import { logPane } from "./pane.js";
import { panel } from "../app/menu.js";
import { logTools } from "./tools.js";

const TICK = 1000, SUMMARY = 10_000; // ms

export function mountLogs(host, app, route) {
  const merged = route.view === "merged";
  let known = null, ids = [], names = "";

  const upward = h("a", { class: "back" }, icon("back"), h("span", {}));
  const title = h("h1", { tabindex: "-1" }, "Logs");
  const connection = logConnection(() => pane.retryNow());
  const tools = logTools({
    search() { pane.choose(); if (tools.choice.mode === "all") pane.step(1); },
    filter: () => pane.choose(), look: () => pane.look(), step: (direction) => pane.step(direction), clear: () => pane.clear(),
    jump(time) { pane.jump(time); pane.scroller.focus(); },
  });
  const pane = logPane({
    live: app.live, merged, who, choice: tools.choice, onShown: showWords, onFailed: (problem) => tools.showProblem(problem),
    onPhase(phase, { retryAt, problem }) {
      if (phase === "signed-out") app.signedOut(); else connection.show(phase, retryAt, problem);
    },
  });
  const bots = logBots();
  const pause = h("button", { type: "button", class: "toggle pause", "aria-pressed": "false", title: "Pause (p)", onclick: () => pane.togglePause() }, "Pause");
  const whole = h("div", {});
  const download = panel("Download", h("button", { type: "button", class: "quiet", onclick: saveShown }, "Lines shown"), whole);
  const count = h("p", { class: "count" });
  const spoken = h("p", { class: "unseen", role: "status" });
  pane.scroller.addEventListener("keydown", onKey);

  host.append(h("section", { class: "logs" },
      h("header", { class: "logs-head" }, upward, title, connection.state, h("div", { class: "tools" }, bots.element, pause, download, tools.view)),
      tools.element, connection.notice, pane.element, count, spoken));
  pane.look();
  if (!merged) open([route.id]);

  function open(wanted) {
    ids = wanted;
    pane.open(ids);
  }

  function who(id) {
    return { name: known?.bots.get(id)?.name ?? id, colour: colourOf(ids, id) };
  }

  function showWords() {
    const { log, paused, since, cleared } = pane, { found, mode, level, stream } = tools.choice;
    const kept = log.lineCount, all = kept === 1 ? "1 line" : `${kept.toLocaleString()} lines`;
    const filtered = (!found.empty && mode !== "all") || level || stream;
    setText(count, [
      filtered ? `${log.shownCount.toLocaleString()} of ${all} shown` : all,
      log.forgotten > 0 && `showing the last ${KEEP.toLocaleString()}; ${log.forgotten.toLocaleString()} earlier lines are available as download`,
      cleared && `cleared at ${clock(cleared, Date.now())}`,
    ].filter(Boolean).join(" · "));
    tools.showMatches(...pane.matches);
    setAttribute(pause, "aria-pressed", String(paused));
    setText(pause, !paused ? "Pause" : log.held > 0 ? `Resume · ${log.held.toLocaleString()} new` : "Resume");
    setAttribute(pause, "title", paused && log.missed > 0 ? `The last ${KEEP.toLocaleString()} are kept` : "Pause or resume (p)");
    connection.remark(paused ? "paused" : since ? `from ${clock(since.toISOString(), Date.now())}` : stoppedWord());
  }

  function stoppedWord() {
    const bot = merged ? null : known?.bots.get(route.id);
    return bot && ["stopped", "error"].includes(bot.status) ? "bot not running" : "";
  }

  function saveShown() {
    download.close();
    const url = URL.createObjectURL(new Blob(asText(pane.log.visible, merged ? (id) => who(id).name : undefined), { type: "text/plain" }));
    h("a", { href: url, download: fileName(merged ? "logs" : who(route.id).name, Date.now()) }).click();
    setTimeout(() => URL.revokeObjectURL(url), SUMMARY);
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== pane.scroller) return;
    const act = { p: pane.togglePause, n: () => pane.step(1), N: () => pane.step(-1), w: tools.toggleWrap, t: tools.nextTimes, End: pane.toLive }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** The browser's own search sees only rendered rows, so Ctrl+F opens this page's search unless all rows are rendered. */
  function onFind(event) {
    if (event.key !== "f" || !(event.ctrlKey || event.metaKey) || event.shiftKey || tools.focused || !pane.partial) return;
    event.preventDefault();
    tools.focus();
  }

  document.addEventListener("keydown", onFind);
  const ticking = setInterval(() => {
    if (document.hidden) return;
    connection.tick();
    if (tools.choice.times === "relative") pane.refreshTimes();
    tools.suggestTime(pane.lastTime);
  }, TICK);
  // A log is too fast for a screen reader: new lines are summarized from time to time.
  const summing = setInterval(() => {
    const { lines, errors } = pane.takeSummary();
    if (lines > 0 && !document.hidden) setText(spoken, `${lines} new lines${errors ? `, ${errors} errors` : ""}`);
  }, SUMMARY);

  return {
    get title() { return merged ? title.textContent : known?.bots.has(route.id) ? `Logs of ${who(route.id).name}` : "Logs"; },
    focusSearch: tools.focus,

    update(state, { bots: asked = [], filter }) {
      known = state;
      const all = [...state.bots.values()].sort((a, b) => a.name.localeCompare(b.name));
      if (merged && state.loaded) {
        const wanted = (asked.length > 0 ? asked : all.map(({ id }) => id).toSorted()).slice(0, MOST_BOTS);
        if (wanted.join() !== ids.join() && wanted.length > 0) open(wanted);
      }
      const inside = !merged && (state.bots.has(route.id) || !state.loaded);
      setText(title, !merged ? "Logs" : asked.length > 0 ? `Logs of ${ids.length} bots` : "Logs of all bots");
      setAttribute(upward, "href", formatRoute({ view: inside ? "detail" : "overview", id: route.id, filter }));
      setText(upward.lastChild, merged ? "Bots" : state.bots.get(route.id)?.name ?? "Bots");
      bots.update(all, ids, filter);
      const now = ids.map((id) => who(id).name).join("\n");
      if (now !== names) {
        names = now;
        whole.replaceChildren(...ids.map((id) => h("a", { class: "button quiet", href: wholeLog(id), download: "" }, merged ? `Complete log of ${who(id).name}` : "Complete log")));
        if (merged) {
          pane.scroller.style.setProperty("--who", `${Math.min(14, Math.max(...ids.map((id) => who(id).name.length)) + 1)}ch`);
          pane.repaint();
        }
      }
      showWords();
    },

    unmount() {
      pane.close();
      clearInterval(ticking);
      clearInterval(summing);
      document.removeEventListener("keydown", onFind);
    },
  };
}
