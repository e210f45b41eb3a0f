// A row of a log: a line, or a separator between lines.
import { h } from "../app/dom.js";
import { pieces } from "./search.logic.js";
import { agoInSentence, clock, logTime } from "../app/time.logic.js";

const LONG = 6000; // Characters; more are shown on demand.

const LINE = h("div", { class: "line" }, h("time"), h("span", { class: "who" }), h("span", { class: "stream" }),
    h("span", { class: "level" }), h("span", { class: "text" }));

/** @param ranges (line) → [from, to][] to highlight  @param who bot id → {name, colour} in a merged log, or null  @param onExpand (line) → void */
export function logRow(line, { ranges, who, onExpand }) {
  if (line.separator) return h("div", { class: "separator", "data-kind": line.separator }, h("span", {}, line.text));
  const element = LINE.cloneNode(true);
  const [time, bot, stream, level, text] = element.children;
  element.dataset.stream = line.stream;
  if (line.time) time.title = `${clock(line.time, 0)} · ${line.time}`;
  if (who) {
    element.classList.add("of-several");
    const { name, colour } = who(line.bot);
    bot.textContent = bot.title = name;
    bot.dataset.colour = colour;
  }
  if (line.stream === "err") stream.textContent = "err";
  if (line.level) {
    element.dataset.level = line.level;
    level.append(h("span", { class: "unseen" }, line.level));
  }
  const shown = line.expanded || line.text.length <= LONG + 200 ? line.text : line.text.slice(0, LONG);
  const marks = ranges(line).filter(([from]) => from < shown.length).map(([from, to]) => [from, Math.min(to, shown.length)]);
  if (line.spans.length === 0 && marks.length === 0) text.textContent = shown;
  else text.append(...pieces(shown, line.spans, marks).map(piece));
  if (shown.length < line.text.length) {
    text.append(h("button", { type: "button", class: "expand", onclick: () => onExpand(line) }, `Show ${(line.text.length - shown.length).toLocaleString()} more characters`));
  }
  return element;
}

function piece({ text, name, mark }) {
  if (mark) return h("mark", { class: name || null }, text);
  return name ? h("span", { class: name }, text) : document.createTextNode(text);
}

/** Writes the time in the chosen format; call it repeatedly for relative times. @param how local, relative or off */
export function writeTime(element, line, how, now) {
  const time = element.firstChild;
  if (line.separator || how === "off") return;
  const text = how === "relative" ? agoInWords(line.at, now) : logTime(line.time);
  if (time.textContent !== text) time.textContent = text;
}

function agoInWords(at, now) {
  if (Number.isNaN(at)) return "";
  const seconds = Math.max(0, Math.floor((now - at) / 1000));
  return seconds < 60 ? `${seconds} s ago` : agoInSentence(at, now);
}
