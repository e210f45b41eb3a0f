// What a line of a bot's log becomes on the screen. A log line is written by the bot and so by whoever talks to it: it
// is text and nothing else. Control sequences are removed, and what could turn the reading direction is made visible.

/** CSI, OSC, then DCS/SOS/PM/APC up to their end or the line's, then every other escape (ECMA-48). */
const SEQUENCES =
    /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[PX^_][^\x1b\x9c]*(?:\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;
const CONTROLS = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text that is safe to show: no control sequence, no control character but the tab, no hidden change of direction. */
export const plainText = (text) => text
    .replace(SEQUENCES, "").replace(CONTROLS, "")
    .replace(DIRECTIONS, (mark) => `⟨U+${mark.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);

const LEVELS = {
  trace: "debug", debug: "debug", info: "info", notice: "info", warn: "warn", warning: "warn",
  error: "error", err: "error", fatal: "error", critical: "error",
};
const LEVEL_WORD = /^.{0,40}?\b(trace|debug|info|notice|warn|warning|error|fatal|critical)\b/i;

/**
 * Reads one event of the log stream, `{"t": time, "s": "out"|"err", "m": text}`.
 * OpenClaw writes one JSON object a line ({time, level, subsystem, message}); any other text is shown as it is.
 */
export function logLine({ t, s, m }) {
  const line = { time: t, stream: s === "err" ? "err" : "out" };
  const entry = m.startsWith("{") ? openClawEntry(m) : null;
  if (entry) {
    return { ...line, level: LEVELS[String(entry.level).toLowerCase()] ?? "", subsystem: plainText(String(entry.subsystem ?? "")),
      text: plainText(entry.message) };
  }
  const text = plainText(m);
  return { ...line, level: LEVELS[LEVEL_WORD.exec(text)?.[1].toLowerCase()] ?? "", subsystem: "", text };
}

function openClawEntry(text) {
  try {
    const entry = JSON.parse(text);
    return typeof entry?.message === "string" ? entry : null;
  } catch {
    return null; // A line that only looks like JSON.
  }
}

/** A test for lines: all the words, in any order, in any case. */
export function lineFilter(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return (line) => {
    const text = `${line.subsystem} ${line.text}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
