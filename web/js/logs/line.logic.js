// What one event of a log stream becomes: text, what to colour in it, and how grave it is. Pure.
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
 * OpenClaw writes one JSON object a line ({time, level, subsystem, message}); any other text is shown as it is.
 * The subsystem is the beginning of the text, so that whatever searches or saves the text has it too.
 */
export function logLine({ t, s, m = "", b = "", cut = 0 }) {
  const json = m.startsWith("{") ? parse(m) : null;
  const openClaw = typeof json?.message === "string";
  let { text, spans } = scan(openClaw ? json.message : m);
  const level = json ? jsonLevel(json) : wordLevel(text);
  const subsystem = openClaw && typeof json.subsystem === "string" ? plainText(json.subsystem) : "";
  if (subsystem) {
    const by = subsystem.length + 1;
    spans = [{ from: 0, to: subsystem.length, name: "subsystem" }, ...spans.map(({ from, to, name }) => ({ from: from + by, to: to + by, name }))];
    text = `${subsystem} ${text}`;
  }
  if (cut > 0) {
    const rest = ` … ${cut.toLocaleString("en")} more bytes were left out`;
    spans = [...spans, { from: text.length, to: text.length + rest.length, name: "control" }];
    text += rest;
  }
  return { time: t, at: Date.parse(t), stream: s === "err" ? "err" : "out", bot: b, level, gravity: level, text, spans };
}

/** A stack trace belongs to the line above it: it passes a filter of levels together with that line. */
export function withGravity(line, above) {
  if (line.level === "" && above && CONTINUES.test(line.text)) line.gravity = above;
  return line;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // A line that only looks like JSON.
  }
}

const wordLevel = (text) => WORDS[LEVEL_WORD.exec(text)?.[1].toLowerCase()] ?? "";

/** Words, or pino's numbers: 10 is trace, 60 is fatal. */
function jsonLevel(json) {
  const level = json.level ?? json.severity;
  if (typeof level === "number") return level >= 50 ? "error" : level >= 40 ? "warn" : level >= 30 ? "info" : "debug";
  return WORDS[String(level).toLowerCase()] ?? "";
}
