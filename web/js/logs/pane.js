// The lines of a live log: incoming events, visible rows, and the reader's position. It renders at most once per frame and then
// pauses, so that a flood of lines does not freeze the page. view.logic.js decides which lines are kept.
import { keepOpen } from "../app/stream.js";
import { h, icon, setAttribute, setHidden, setText } from "../app/dom.js";
import { logAddress } from "./address.logic.js";
import { KEEP, logView } from "./view.logic.js";
import { nothing } from "./search.logic.js";
import { expressionSearch } from "./search.js";
import { returned } from "./separators.logic.js";
import { logRow, writeTime } from "./row.js";
import { mountRows } from "./rows.js";

const REST = 4; // After rendering, the page gets this many times as long for everything else.
const SETTLED = 1500; // ms without events after a reconnection, after which no lines are missing.
const RECENT = 5000; // ms

/**
 * @param merged  whether the lines come from several bots and name them
 * @param who     bot id → {name, colour}
 * @param onFailed (problem) → void: the search was stopped
 * @param choice  the search and filters, as tools.js keeps them
 * @param live    the window's connection to the hub
 * @param onPhase (phase, {retryAt, problem}) → void; the phases of stream.js, "paused" while hidden, or "waiting" for other windows
 * @param onShown () → void: called after each update of the view
 */
export function logPane({ live, merged, who, choice, onPhase, onShown, onFailed }) {
  const scroller = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": "Log lines", tabindex: "0" });
  const newLines = h("button", { type: "button", class: "new-lines", hidden: true, onclick: () => { toLive(); scroller.focus(); } }, h("span", {}), icon("down"));
  const emptyNote = h("p", { class: "nothing" });
  const element = h("div", { class: "log-frame" }, scroller, emptyNote, newLines);

  let log = newLog(), bots = [], stream = null, pending = [], frame = 0, timer = 0, stepping = 0;
  let paused = false, since = null, parked = false, liveAt = Infinity; // since: reading from a point in time; parked: the server has more lines.
  let current = 0, cleared = null, lost = null, settle = null, summary = { lines: 0, errors: 0 };

  const rows = mountRows(scroller, {
    build: (row) => logRow(row, { ranges: marks, who: merged ? who : null, onExpand: expand }),
    refresh: (row, line) => {
      writeTime(row, line, choice.times, Date.now());
      setAttribute(row, "data-current", line.number === current);
    },
    onScroll,
  });

  const marks = (line) => choice.found.empty || choice.mode === "without" ? [] : choice.found.of(line)?.ranges ?? [];
  const searcher = expressionSearch({
    next: (most) => log.unanswered(most),
    onAnswer(lines) {
      log.answered();
      for (const line of lines) if (line.answer.ranges.length > 0) rows.renew(line);
      schedule();
    },
    onFailed(problem) {
      choice.found = nothing(problem);
      pane.choose();
      onFailed(problem);
    },
  });
  const lastLine = () => log.lines.findLast((line) => line.id);

  function newLog() {
    const view = logView({ nameOf: (id) => merged && id ? who(id).name : "" });
    view.choose(choice);
    return view;
  }

  // Incoming events.

  const gate = live.gate((now) => {
    if (!stream || now === "closed") return;
    if (now === "open") return stream.go();
    stream.rest();
    onPhase(now === "hidden" ? "paused" : "waiting", {});
  }, () => stream?.nudge());

  /** Opens the log at its last lines, or at a point in time. */
  function open(ids, from = null) {
    stream?.close();
    clearTimeout(settle?.timer);
    settle = lost = cleared = null;
    [bots, since, parked, paused, current, pending, liveAt] = [ids, from, false, false, 0, [], Infinity];
    log = newLog();
    if (since) rows.begin(); else rows.follow(true);
    stream = keepOpen({
      resting: true,
      address: (after) => logAddress({ bots, merged, after, since: since?.toISOString(), tail: Math.ceil(KEEP / bots.length) }),
      onEvents, onPhase: phased,
    });
    if (gate.open) stream.go();
    gate.want(true);
    schedule();
  }

  function phased(phase, details) {
    if (phase === "reconnecting") lost ??= Date.now();
    liveAt = phase === "live" ? Date.now() : Infinity;
    if (phase === "live" && lost) {
      if (log.lines.length > 0) settle = { away: Date.now() - lost, timer: setTimeout(() => tellReturn(true), SETTLED) };
      lost = null;
    }
    onPhase(phase, details);
    schedule();
  }

  /** Adds the entry about the reconnection before the first event after it, which may be a gap. */
  function tellReturn(complete) {
    clearTimeout(settle.timer);
    pending.push({ entry: returned(settle.away, complete) });
    settle = null;
    schedule();
  }

  function onEvents(events) {
    if (settle) tellReturn(!["gap", "unknown-position"].includes(events[0].name));
    for (const event of events) pending.push(event);
    schedule();
  }

  function schedule() {
    if (!frame && !timer) frame = requestAnimationFrame(write);
  }

  function write() {
    frame = 0;
    const begun = performance.now(), events = pending;
    pending = [];
    const { added, full } = log.add(events, { hold: paused ? "all" : since || !rows.following ? "full" : "none", limited: since !== null && !paused });
    if (full && !parked) {
      parked = true;
      stream.rest(log.lastId);
      gate.want(false);
    }
    if (events.some(({ name, data }) => name === "end" && data?.reason === "deleted")) {
      stream.close();
      gate.want(false);
      onPhase("ended", {});
    }
    for (const line of added) {
      if (!line.separator) summary.lines++;
      if (line.level === "error") summary.errors++;
    }
    searcher.ask();
    if (rows.following && !paused) log.sawAll();
    rows.show(log.visible);
    if (stepping && (!searcher.busy || log.hits().length > 0)) takeStep();
    rows.render();
    setAttribute(scroller, "data-count", log.lines.length + log.forgotten);
    showNew();
    onShown();
    const took = performance.now() - begun;
    if (events.length > 0 && took > 4) timer = setTimeout(rested, REST * took);
  }

  function rested() {
    timer = 0;
    schedule();
  }

  function showNew() {
    const unseen = rows.following || paused ? 0 : log.unseen();
    setText(newLines.firstChild, since ? "Jump to newest" : unseen === 1 ? "1 new line" : `${unseen.toLocaleString()} new lines`);
    setHidden(newLines, paused || (!since && unseen === 0));
    setHidden(emptyNote, log.visible.length > 0);
    setText(emptyNote, emptyWords());
  }

  function emptyWords() {
    if (log.lines.length > 0) return "No matching lines.";
    if (paused) return "Paused. New lines appear when you resume.";
    if (cleared) return "Cleared. New lines appear here.";
    if (since) return "No lines since then.";
    return liveAt < Infinity ? "No lines yet. They appear here as the bot writes them." : "";
  }

  // The reader's position.

  function onScroll({ up, bottom }) {
    log.sawUpTo(rows.last);
    if (up) leave();
    else if (bottom && !rows.following) reachBottom();
    schedule();
  }

  /** Keeps the position while there is more to read; follows the log again only at its very end. */
  function reachBottom() {
    if (paused) rows.follow(true);
    else if (since && parked) {
      log.forgetHalf();
      parked = false;
      gate.want(true);
    } else if (since) {
      const read = (lastLine()?.at ?? 0) > Date.now() - RECENT || Date.now() - liveAt > SETTLED;
      if (read) since = null;
      rows.follow(read);
    } else if (log.held > 0) log.release(KEEP / 2);
    else rows.follow(true);
  }

  function leave() {
    if (!rows.following) return;
    log.sawAll();
    rows.follow(false);
  }

  function toLive() {
    if (since) return open(bots);
    log.release();
    rows.follow(true);
    current = 0;
    schedule();
  }

  function takeStep() {
    const hit = log.nextHit(current || rows.first - (stepping > 0 ? 0.5 : 0), stepping);
    stepping = 0;
    if (!hit) return;
    current = hit.number;
    leave();
    rows.reveal(hit);
  }

  function expand(line) {
    line.expanded = true;
    leave();
    rows.renew(line);
    schedule();
    scroller.focus();
  }

  /** Stops following while text is selected. */
  function onSelection() {
    const selection = getSelection();
    if (!selection.isCollapsed && scroller.contains(selection.anchorNode)) leave();
  }

  const resize = new ResizeObserver(() => {
    rows.forgetHeights();
    rows.render();
  });
  resize.observe(scroller);
  document.addEventListener("selectionchange", onSelection);

  const pane = {
    element, scroller, open, toLive, schedule,
    get log() { return log; },
    get paused() { return paused; },
    get since() { return since; },
    get cleared() { return cleared; },
    get lastTime() { return lastLine()?.at ?? NaN; },
    /** [the index of the current match, from 1, or 0; the number of matches]. */
    get matches() {
      const hits = log.hits();
      return [hits.findIndex((row) => row.number === current) + 1, hits.length];
    },
    /** Whether some rows have no element, so that the browser's own search would miss them. */
    get partial() { return scroller.querySelectorAll(".line, .separator").length < log.visible.length; },
    retryNow() { stream?.retryNow(); },

    choose() {
      log.choose(choice);
      current = stepping = 0;
      searcher.begin(choice.found);
      pane.repaint();
    },
    repaint() {
      rows.rebuild();
      schedule();
    },
    look() {
      setAttribute(scroller, "data-times", choice.times);
      setAttribute(scroller, "data-wrap", choice.wrap);
      rows.forgetHeights();
      rows.refresh();
      schedule();
    },
    refreshTimes() { rows.refresh(); },

    /** Goes to the next or previous match, once a running search has found one. */
    step(direction) {
      stepping = direction;
      schedule();
    },

    togglePause() {
      paused = !paused;
      if (!paused && !since) log.release(rows.following ? Infinity : KEEP / 2);
      schedule();
    },

    jump(time) {
      const line = log.lineAt(time.getTime());
      if (!line) return open(bots, time);
      current = line.number;
      leave();
      rows.reveal(line, true);
      schedule();
    },

    clear() {
      log.clear();
      cleared = new Date().toISOString();
      if (since && parked) reachBottom();
      else if (!since) rows.follow(true);
      schedule();
    },

    /** Returns the counts since the last call. */
    takeSummary() {
      const taken = summary;
      summary = { lines: 0, errors: 0 };
      return taken;
    },

    close() {
      stream?.close();
      gate.close();
      searcher.stop();
      resize.disconnect();
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      clearTimeout(settle?.timer);
      document.removeEventListener("selectionchange", onSelection);
    },
  };
  return pane;
}
