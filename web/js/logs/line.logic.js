// A log line from an event of the stream: text, spans to color, and level. Pure.
import { own } from "../app/own.logic.js";
import { plainText, scan } from "./ansi.logic.js";

export { plainText };

const WORDS = {
  trace: "debug", debug: "debug", info: "info", notice: "info", warn: "warn", warning: "warn",
  error: "error", err: "error", fatal: "error", critical: "error",
};
const LEVEL_WORD = /^.{0,40}?\b(trace|debug|info|notice|warn|warning|error|fatal|critical)\b/i;
const CONTINUES = /^(?:\s+\S|Caused by: |Traceback )/;

/**
 * Reads one event of the log stream, `{"t": time, "s": "out"|"err", "m": text, "b": bot, "cut": bytes}`.
 * OpenClaw writes one JSON object per line ({time, level, subsystem, message}); any other text is shown unchanged. A bot
 * can write anything, so no input makes this throw.
 * The subsystem is the beginning of the text, so that search and download include it.
 * @param raw the event's data as text, shown where the data is no such object
 */
export function logLine(data, raw = "") {
  const { t, s, m, b, cut } = typeof data?.m === "string" ? data : { ...data, m: raw || JSON.stringify(data) };
  const json = m.startsWith("{") ? object(m) : null, openClaw = isOpenClaws(json);
  let { text, spans } = scan(openClaw ? json.message : m);
  const level = json ? jsonLevel(json) : wordLevel(text);
  const subsystem = openClaw && typeof json.subsystem === "string" ? plainText(json.subsystem) : "";
  if (subsystem) {
    const by = subsystem.length + 1;
    spans = [{ from: 0, to: subsystem.length, name: "subsystem" }, ...spans.map(({ from, to, name }) => ({ from: from + by, to: to + by, name }))];
    text = `${subsystem} ${text}`;
  }
  if (cut > 0) {
    const rest = ` … ${cut.toLocaleString("en")} more bytes omitted`;
    spans = [...spans, { from: text.length, to: text.length + rest.length, name: "control" }];
    text += rest;
  }
  const time = typeof t === "string" ? t : "";
  return { time, at: Date.parse(time), stream: s === "err" ? "err" : "out", bot: typeof b === "string" ? b : "", level, gravity: level, text, spans };
}

/** A stack trace belongs to the line above it and passes a level filter together with it. */
export function withGravity(line, above) {
  if (line.level === "" && above && CONTINUES.test(line.text)) line.gravity = above;
  return line;
}

function object(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // A line that only looks like JSON.
  }
}

const levelOf = ({ level, severity }) => level ?? severity ?? "";
const isOpenClaws = (json) => typeof json?.message === "string" && ["string", "number"].includes(typeof levelOf(json));
const wordLevel = (text) => own(WORDS, LEVEL_WORD.exec(text)?.[1].toLowerCase()) ?? "";

/** Level names, or pino's numbers: 10 is trace, 60 is fatal. */
function jsonLevel(json) {
  const level = levelOf(json);
  if (typeof level === "number") return level >= 50 ? "error" : level >= 40 ? "warn" : level >= 30 ? "info" : "debug";
  return typeof level === "string" ? own(WORDS, level.toLowerCase()) ?? "" : "";
}
