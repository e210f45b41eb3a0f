// A bot's log, live: follows while the reader is at the bottom, keeps the last lines, and writes once a frame, so that a
// torrent of lines freezes nothing.
import { h, icon, setAttribute, setHidden, setText } from "../dom.js";
import { logsUrl } from "../api.js";
import { liveStream } from "../events.js";
import { lineFilter, logLine } from "../logic/logline.js";
import { formatRoute } from "../logic/route.js";
import { separator } from "../logic/separators.js";
import { logTime } from "../logic/time.js";

const KEEP = 5000, BLOCK = 100; // Lines, kept in whole blocks.
const WORDS = { connecting: "connecting", live: "live", paused: "paused", ended: "ended", "signed-out": "signed out" };
const AT_BOTTOM = 24; // px

export function mountLogs(host, app, { id }) {
  let bot = null, phase = "connecting", retryAt = null, stream = null;
  let pending = [], frame = 0, total = 0, trimmed = false, matches = lineFilter("");
  let following = true, unseen = 0, lastTop = 0;

  const back = h("a", { class: "back" }, icon("back"), h("span", {}));
  const state = h("p", { class: "link", role: "status" }, h("span", { class: "dot" }), h("span", {}));
  const filter = h("input", { type: "search", placeholder: "Filter lines", "aria-label": "Filter lines", autocomplete: "off", spellcheck: "false",
    oninput: () => { matches = lineFilter(filter.value); refilter(); } });
  const count = h("p", { class: "count" });
  const lines = h("div", { class: "lines" });
  const scroller = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": "Log lines", tabindex: "0", onscroll: onScroll }, lines);
  const newLines = h("button", { type: "button", class: "new-lines", hidden: true, onclick: () => { follow(); scroller.focus(); } });
  const nothing = h("p", { class: "nothing" });

  host.append(h("section", { class: "logs" },
      h("header", { class: "logs-head" }, back, h("h1", { tabindex: "-1" }, "Logs"), state,
          h("div", { class: "tools" },
              h("div", { class: "search" }, icon("search"), filter),
              toggle("Times", "times", true), toggle("Wrap", "wrap", true))),
      h("div", { class: "log-frame" }, scroller, nothing, newLines), count));
  setFollowing(true);
  open();

  function toggle(label, name, on) {
    setAttribute(scroller, `data-${name}`, on ? "on" : "off");
    const button = h("button", { type: "button", class: "toggle", "aria-pressed": String(on), onclick: () => {
      const now = button.getAttribute("aria-pressed") !== "true";
      setAttribute(button, "aria-pressed", String(now));
      setAttribute(scroller, `data-${name}`, now ? "on" : "off");
      if (following) follow();
    } }, label);
    return button;
  }

  function open() {
    const mark = (name) => (data) => add({ separator: separator(name, data) });
    stream = liveStream({
      url: (after) => logsUrl(id, after),
      handlers: {
        message: (line) => { if (line) add(logLine(line)); },
        started: mark("started"), died: mark("died"), gap: mark("gap"), engine: mark("engine"),
        end: (data) => { if (data?.reason === "deleted") ended(); }, // Any other end is BotMaker going down: it is tried again.
      },
      onPhase: (now, at) => {
        phase = now === "connecting" && phase === "reconnecting" ? phase : now;
        retryAt = at ?? null;
        if (phase === "signed-out") app.signedOut();
        showState();
      },
    });
  }

  /** There will be no more lines: the bot is gone. */
  function ended() {
    add({ separator: separator("end") });
    stream.close();
    phase = "ended";
    showState();
  }

  function showState() {
    const wait = Math.ceil((retryAt - Date.now()) / 1000);
    setAttribute(state, "data-phase", phase);
    setText(state.lastChild, phase === "reconnecting" ? (wait > 0 ? `reconnecting in ${wait} s` : "reconnecting") : WORDS[phase]);
    setHidden(nothing, lines.childElementCount > 0);
    setText(nothing, phase === "live" ? "No lines yet. They appear here as the bot writes them." : "");
  }

  function add(entry) {
    pending.push(entry);
    if (pending.length > KEEP) {
      pending = pending.slice(-KEEP);
      trimmed = true;
    }
    frame ||= requestAnimationFrame(write);
  }

  function write() {
    frame = 0;
    for (const entry of pending) {
      const element = entry.separator ? separatorElement(entry.separator) : lineElement(entry);
      if (!entry.separator) {
        element.hidden = !matches(entry);
        if (!following && !element.hidden) unseen++;
      }
      if (!lines.lastElementChild || lines.lastElementChild.childElementCount === BLOCK) lines.append(h("div", { class: "block" }));
      lines.lastElementChild.append(element);
    }
    total += pending.length;
    pending = [];
    while (total > KEEP) {
      total -= BLOCK;
      lines.firstElementChild.remove();
      trimmed = true;
    }
    if (following) follow();
    showCount();
    showState();
  }

  function refilter() {
    for (const element of lines.querySelectorAll(".line")) element.hidden = !matches(element.entry);
    if (following) follow();
    showCount();
  }

  function showCount() {
    const kept = trimmed ? `the last ${total.toLocaleString()} lines; older ones are not kept here` : total === 1 ? "1 line" : `${total.toLocaleString()} lines`;
    setText(count, filter.value.trim()
      ? `${lines.querySelectorAll(".line:not([hidden])").length.toLocaleString()} match, of ${kept}` : kept[0].toUpperCase() + kept.slice(1));
    setText(newLines, unseen === 1 ? "1 new line" : `${unseen.toLocaleString()} new lines`);
    newLines.append(icon("down"));
    setHidden(newLines, following || unseen === 0);
  }

  function onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    // Only a move upwards ends the following: the height of what is out of sight is a guess, and may grow under the reader.
    if (scrollHeight - scrollTop - clientHeight < AT_BOTTOM) setFollowing(true);
    else if (scrollTop < lastTop) setFollowing(false);
    lastTop = scrollTop;
    if (following && unseen > 0) {
      unseen = 0;
      showCount();
    }
  }

  function setFollowing(now) {
    following = now;
    setAttribute(scroller, "data-following", now);
  }

  function follow() {
    setFollowing(true);
    unseen = 0;
    scroller.scrollTop = scroller.scrollHeight;
    lastTop = scroller.scrollTop;
    setHidden(newLines, true);
  }

  const resize = new ResizeObserver(() => { if (following) follow(); });
  resize.observe(scroller);
  resize.observe(lines);

  return {
    get title() { return bot ? `Logs of ${bot.name}` : "Logs"; },
    focusSearch() { filter.focus(); },
    update(known, route) {
      bot = known.bots.get(id) ?? null;
      setAttribute(back, "href", formatRoute({ view: bot || !known.loaded ? "detail" : "overview", id, filter: route.filter }));
      setText(back.lastChild, bot?.name ?? "Bots");
      showState();
    },
    unmount() {
      stream.close();
      resize.disconnect();
      cancelAnimationFrame(frame);
    },
  };
}

const LINE = h("div", { class: "line" }, h("time"), h("span", { class: "stream" }), h("span", { class: "level" }),
    h("span", { class: "text" }, h("span", { class: "subsystem" })));

function lineElement(line) {
  const element = LINE.cloneNode(true);
  const [time, stream, level, text] = element.children;
  element.entry = line;
  element.dataset.stream = line.stream;
  time.textContent = logTime(line.time);
  if (line.stream === "err") stream.textContent = "err";
  if (line.level) {
    element.dataset.level = line.level;
    level.append(h("span", { class: "unseen" }, line.level));
  }
  if (line.subsystem) text.firstChild.textContent = line.subsystem + " ";
  text.append(line.text);
  return element;
}

const separatorElement = ({ kind, text }) => h("div", { class: "separator", "data-kind": kind }, h("span", {}, text));
