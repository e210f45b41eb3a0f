// Searching a log, and choosing which of its lines are shown. Pure.

const MOST_MARKS = 200; // Per line; more would not help the reader.
const LEVELS = { "": 0, debug: 1, info: 2, warn: 3, error: 4 };

/**
 * A search for words, which must all occur, in any order, or for one regular expression. Words are matched immediately. An
 * expression such as (a+)+$ can run for ever on a line that almost matches, so it runs in a worker that can be stopped
 * (search.js), and `learn` records the worker's answers.
 * @returns {{empty: boolean, problem: string, expression: {source, flags} | null, of: (line) => Answer | null, learn: (line, Answer) => void}}
 *          Answer is {hit: boolean, ranges: [from, to][]}, or null while unknown; a query with a problem counts as empty
 */
export function search(query, { regex = false, cased = false } = {}) {
  if (regex ? query === "" : query.trim() === "") return nothing();
  const flags = cased ? "gu" : "giu";
  if (regex) {
    try {
      new RegExp(query, flags);
    } catch (error) {
      return nothing(error.message.replace(/^Invalid regular expression: /, "Not a regular expression: "));
    }
    return found({ source: query, flags }, () => null);
  }
  const words = query.trim().split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  const each = words.map((word) => new RegExp(word, cased ? "u" : "iu"));
  const any = new RegExp(words.toSorted((a, b) => b.length - a.length).join("|"), flags);
  return found(null, (text) => each.every((word) => word.test(text)) ? matches(any, text) : MISS);
}

const MISS = Object.freeze({ hit: false, ranges: Object.freeze([]) });

export const nothing = (problem = "") => ({ empty: true, problem, expression: null, of: () => MISS, learn() {} });

function found(expression, look) {
  const one = {
    empty: false, problem: "", expression,
    of(line) {
      if (line.answer?.found === one) return line.answer;
      const answer = look(line.text);
      if (answer) one.learn(line, answer);
      return answer;
    },
    learn(line, { hit, ranges }) { line.answer = { found: one, hit, ranges }; },
  };
  return one;
}

/** Finds the matches of a pattern in a text. @returns {Answer} */
export function matches(pattern, text) {
  const ranges = [];
  let hit = false;
  pattern.lastIndex = 0;
  for (const match of text.matchAll(pattern)) {
    hit = true;
    if (match[0] !== "") ranges.push([match.index, match.index + match[0].length]);
    if (ranges.length === MOST_MARKS) break;
  }
  return hit ? { hit, ranges } : MISS;
}

/**
 * Returns a predicate for lines. Separators always pass, since they explain the lines around them.
 * @param mode   only: lines that match; all: every line; without: those that do not match
 * @param level  the lowest level to show: debug, info, warn, error; "" for every line
 * @param stream out, err, or "" for both
 */
export function lineFilter({ found = nothing(), mode = "only", level = "", stream = "" } = {}) {
  const least = LEVELS[level] ?? 0;
  return (line) => {
    if (line.separator) return true;
    if (stream && line.stream !== stream) return false;
    if (least > 0 && LEVELS[line.gravity] < least) return false;
    if (found.empty || mode === "all") return true;
    return found.of(line)?.hit === (mode === "only");
  };
}

/** Splits a text wherever its style changes: at the edges of spans and of search marks. @returns {{text, name, mark}[]} */
export function pieces(text, spans, marks) {
  const edges = new Set([0, text.length]);
  for (const { from, to } of spans) edges.add(from).add(to);
  for (const [from, to] of marks) edges.add(from).add(to);
  const points = [...edges].filter((edge) => edge <= text.length).sort((a, b) => a - b);
  const parts = [];
  let span = 0, mark = 0;
  for (let i = 0; i + 1 < points.length; i++) {
    const [from, to] = [points[i], points[i + 1]];
    while (span < spans.length && spans[span].to <= from) span++;
    while (mark < marks.length && marks[mark][1] <= from) mark++;
    parts.push({ text: text.slice(from, to), name: spans[span]?.from <= from ? spans[span].name : "", mark: marks[mark]?.[0] <= from });
  }
  return parts;
}
