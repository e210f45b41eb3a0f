// Searching a log, and choosing which of its lines are shown. Pure.

const MOST_MARKS = 200; // In one line; more would help nobody.
const LEVELS = { "": 0, debug: 1, info: 2, warn: 3, error: 4 };

/** A repetition of a repetition may take for ever on a line that almost fits: (a+)+ and the like. */
const NESTED = /\([^()]*[+*}][^()]*\)\s*(?:[+*]|\{\d*,)/;

/**
 * @param query words, all of which must be there, in any order; or one regular expression
 * @returns {{empty: boolean, problem: string, test: (text: string) => boolean, ranges: (text: string) => [number, number][]}}
 *          with a problem, the rest is as for an empty query
 */
export function search(query, { regex = false, cased = false } = {}) {
  const nothing = (problem = "") => ({ empty: true, problem, test: () => true, ranges: () => [] });
  if (regex ? query === "" : query.trim() === "") return nothing();
  const flags = cased ? "gu" : "giu";
  if (regex) {
    if (NESTED.test(query)) return nothing("A repetition inside a repetition may never end. Write it more simply.");
    let one;
    try {
      one = new RegExp(query, flags);
    } catch (error) {
      return nothing(error.message.replace(/^Invalid regular expression: /, "Not a regular expression: "));
    }
    return { empty: false, problem: "", test: (text) => { one.lastIndex = 0; return one.test(text); }, ranges: (text) => ranges(one, text) };
  }
  const words = query.trim().split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  const each = words.map((word) => new RegExp(word, cased ? "u" : "iu"));
  const any = new RegExp(words.toSorted((a, b) => b.length - a.length).join("|"), flags);
  return { empty: false, problem: "", test: (text) => each.every((word) => word.test(text)), ranges: (text) => ranges(any, text) };
}

function ranges(pattern, text) {
  const found = [];
  pattern.lastIndex = 0;
  for (const match of text.matchAll(pattern)) {
    if (match[0] !== "") found.push([match.index, match.index + match[0].length]);
    if (found.length === MOST_MARKS) break;
  }
  return found;
}

/**
 * A test for lines. Separators always pass: they tell why lines are where they are.
 * @param mode   only: lines that match; all: every line; without: those that do not match
 * @param level  the least: debug, info, warn, error; "" for every line
 * @param stream out, err, or "" for both
 */
export function lineFilter({ found = search(""), mode = "only", level = "", stream = "" } = {}) {
  const least = LEVELS[level] ?? 0;
  return (line) => {
    if (line.separator) return true;
    if (stream && line.stream !== stream) return false;
    if (least > 0 && LEVELS[line.gravity] < least) return false;
    if (found.empty || mode === "all") return true;
    return found.test(line.text) === (mode === "only");
  };
}

/** Cuts a text where its look changes: the spans' classes, and marks across them. @returns {{text, name, mark}[]} */
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
