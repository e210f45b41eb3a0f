// The contents of a log view: the lines kept, the visible ones, and how far the reader has read. Pure.
import { logBuffer } from "./buffer.logic.js";
import { indexOf } from "./layout.logic.js";
import { logLine, withGravity } from "./line.logic.js";
import { lineFilter, nothing } from "./search.logic.js";
import { dayOf, daySeparator, notKept, separator, startsAnew } from "./separators.logic.js";

export const KEEP = 5000;

const linesAmong = (rows) => rows.reduce((count, row) => count + (row.separator ? 0 : 1), 0);

/** @param nameOf bot id → its name in a merged log, or "" */
export function logView({ nameOf = () => "", keep = KEEP, today = Date.now() } = {}) {
  const buffer = logBuffer({ keep });
  let visible = [], scanned = 0, seen = 0, filter = () => true, sought = nothing(), marked = false, epoch = 1, day = null;
  const above = new Map(); // The gravity of the last line of each bot and stream, for its continuation lines.

  function entries(event, into) {
    const { name, data, id, entry } = event;
    if (entry) into.push(entry); // Created by the page itself.
    else if (name === "message") {
      const line = logLine(data, event.text), key = line.bot + line.stream;
      above.set(key, withGravity(line, above.get(key)).gravity);
      line.id = id;
      newDay(line.at, into);
      into.push(line);
    } else if (name === "unknown-position") {
      clear();
      into.push(startsAnew());
    } else if (name !== "end" || data?.reason === "deleted") {
      const entry = separator(name, data, nameOf(data?.b));
      if (entry) into.push(entry);
    }
  }

  function newDay(at, into) {
    const now = dayOf(at);
    if (Number.isNaN(now)) return;
    if (day === null ? now !== dayOf(today) : now > day) into.push(daySeparator(at));
    if (day === null || now > day) day = now;
  }

  function passes(line) {
    if (line.looked !== epoch) {
      const answer = sought.empty || line.separator ? null : sought.of(line);
      line.passes = filter(line);
      line.hit = line.passes && marked && answer?.hit === true;
      if (answer || sought.empty || line.separator) line.looked = epoch; // Otherwise the answer is pending.
    }
    return line.passes;
  }

  /** Removes dropped lines from the visible ones and adds new ones. */
  function sync() {
    const first = buffer.lines[0]?.number ?? Infinity;
    const gone = indexOf(visible, first);
    if (gone > 0) visible.splice(0, gone);
    for (let i = indexOf(buffer.lines, scanned + 0.25); i < buffer.lines.length; i++) {
      if (passes(buffer.lines[i])) visible.push(buffer.lines[i]);
    }
    scanned = Math.max(scanned, buffer.lines.at(-1)?.number ?? 0);
  }

  function clear() {
    buffer.clear();
    visible = [];
  }

  return {
    get visible() { return visible; },
    get lines() { return buffer.lines; },
    get held() { return buffer.held.length + buffer.missed; },
    get missed() { return buffer.missed; },
    get forgotten() { return buffer.forgotten; },
    clear() {
      clear();
      day = null;
    },

    /**
     * Adds events.
     * @param hold    see buffer.logic.js
     * @param limited whether to stop when the buffer is full
     * @returns {{added: lines, full: boolean}} full: lines were left out; continue after `lastId` later
     */
    add(events, { hold = "none", limited = false } = {}) {
      const came = [];
      const from = limited ? 0 : Math.max(0, events.length - 2 * keep); // Lines that would be dropped immediately are not parsed.
      buffer.skip(from, hold);
      for (let i = from; i < events.length; i++) entries(events[i], came);
      const added = limited ? came.slice(0, buffer.room) : came;
      buffer.add(added, hold);
      sync();
      return { added, full: added.length < came.length };
    },

    addSeparator(entry, hold) {
      buffer.add([entry], hold);
      sync();
    },

    get lastId() { return buffer.lines.findLast((line) => line.id)?.id ?? ""; },

    release(most) {
      buffer.release(notKept, most);
      sync();
    },

    forgetHalf() {
      buffer.forgetHalf();
      sync();
    },

    choose({ found, mode, level, stream }) {
      filter = lineFilter({ found, mode, level, stream });
      sought = found;
      marked = !found.empty && mode !== "without";
      epoch++;
      visible = buffer.lines.filter(passes);
    },

    /** Lines that the search has not answered yet, the newest last; each is returned once. */
    unanswered(most) {
      const lines = [];
      if (!sought.expression) return lines;
      for (const list of [buffer.lines, buffer.held]) {
        for (let i = 0; i < list.length && lines.length < most; i++) {
          const line = list[i];
          if (line.separator || line.asked === sought || sought.of(line)) continue;
          line.asked = sought;
          lines.push(line);
        }
      }
      return lines;
    },

    /** Applies newly learned answers. */
    answered() { visible = buffer.lines.filter(passes); },

    /** Marks all lines up to this number as seen. */
    sawUpTo(number) { seen = Math.max(seen, number); },
    sawAll() { seen = buffer.lines.at(-1)?.number ?? seen; },

    /** The number of unseen lines that pass the filter. */
    unseen() {
      let count = 0;
      for (let i = indexOf(visible, seen + 0.25); i < visible.length; i++) if (!visible[i].separator) count++;
      for (const line of buffer.held) if (passes(line) && !line.separator) count++;
      return count + buffer.missed;
    },

    /** The numbers of kept and of visible lines, without separators. */
    get lineCount() { return linesAmong(buffer.lines); },
    get shownCount() { return linesAmong(visible); },
    hits: () => visible.filter((row) => row.hit),

    /** The next match from a row, wrapping around. @param number of the row to start from  @param inclusive whether that row counts */
    nextHit(number, direction, inclusive = false) {
      const hits = visible.filter((row) => row.hit);
      if (hits.length === 0) return null;
      const at = direction > 0 ? hits.find((row) => row.number > number || (inclusive && row.number === number))
          : hits.findLast((row) => row.number < number);
      return at ?? (direction > 0 ? hits[0] : hits.at(-1));
    },

    /** The first line at or after a time; null if the kept lines do not reach back that far. */
    lineAt(time) {
      const first = visible.find((row) => !row.separator);
      if (!first || first.at > time) return null;
      return visible.find((row) => !row.separator && row.at >= time) ?? null;
    },
  };
}
