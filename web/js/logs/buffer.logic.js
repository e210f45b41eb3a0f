// The lines that the page keeps, limited in number and in text size. While the view must not move under the reader, new lines
// are held back under the same limits. Pure.

/** keep: lines; most: UTF-16 units of text */
export function logBuffer({ keep = 5000, most = 6_000_000 } = {}) {
  let shown = bounded(keep, most), held = bounded(keep, most), number = 0, forgotten = 0, missed = 0;

  return {
    get lines() { return shown.lines; },
    get held() { return held.lines; },
    /** The number of lines dropped so far. */
    get forgotten() { return forgotten; },
    /** The number of held-back lines that were dropped. */
    get missed() { return missed; },
    get room() { return shown.full() ? 0 : keep - shown.lines.length; },

    /** @param hold  none: new lines replace old ones; full: new lines wait when the buffer is full; all: new lines wait */
    add(lines, hold = "none") {
      for (const line of lines) {
        line.number = ++number;
        if (hold === "all" || held.lines.length > 0 || (hold === "full" && shown.full())) held.push(line);
        else shown.push(line);
      }
      if (hold === "none") forgotten += shown.trim();
      else missed += held.trim();
    },

    /** Counts lines that were skipped unread because newer ones would replace them. */
    skip(count, hold = "none") {
      if (hold === "none") forgotten += count; else missed += count;
    },

    /**
     * Adds held-back lines, the oldest first.
     * @param gap  (missed) → a separator about the dropped lines
     * @param most the largest number to add
     */
    release(gap, most = Infinity) {
      if (missed > 0 && shown.lines.length > 0 && held.lines.length > 0) {
        const first = gap(missed);
        first.number = held.lines[0].number - 0.5;
        shown.push(first);
      }
      for (const line of held.take(most)) shown.push(line);
      forgotten += shown.trim() + missed;
      missed = 0;
    },

    /** Drops the older half. */
    forgetHalf() { forgotten += shown.drop(Math.floor(shown.lines.length / 2)); },

    clear() {
      shown = bounded(keep, most);
      held = bounded(keep, most);
      forgotten = missed = 0;
    },
  };
}

function bounded(keep, most) {
  let size = 0;
  const weight = (line) => line.text.length + 64;
  const list = {
    lines: [],
    full: () => list.lines.length >= keep || size >= most,
    push(line) {
      list.lines.push(line);
      size += weight(line);
    },
    drop(count) {
      for (let i = 0; i < count; i++) size -= weight(list.lines[i]);
      list.lines.splice(0, count);
      return count;
    },
    take(count) {
      const taken = list.lines.slice(0, count);
      list.drop(taken.length);
      return taken;
    },
    /** @returns the number of lines dropped */
    trim() {
      let count = Math.max(0, list.lines.length - keep), left = size;
      for (let i = 0; i < count; i++) left -= weight(list.lines[i]);
      while (left > most && count < list.lines.length - 1) left -= weight(list.lines[count++]);
      return list.drop(count);
    },
  };
  return list;
}
