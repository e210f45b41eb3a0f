// A virtual list: only the visible rows have elements. The scroll position is kept as a row and an offset within it, not as
// a number of pixels, so rows that appear, disappear or are measured above it do not move the text being read.
import { h } from "../app/dom.js";
import { indexOf, linesOf, offsetsOf, rowAt } from "./layout.logic.js";

const ALL = 400; // Up to this many rows all have elements, so that the browser's own search finds them.
const BEYOND = 400; // px rendered above and below the viewport.
const MOST_SELECTED = 2000; // Rows kept because they are selected.
const BOTTOM = 24; // px
const SEPARATOR = 34; // px, an estimate.

/**
 * @param build    row → element
 * @param refresh  (element, row) → void, called for every rendered row
 * @param onScroll ({up, bottom}) → void: whether the reader scrolled up, and whether the bottom is reached
 */
export function mountRows(scroller, { build, refresh, onScroll }) {
  const sight = h("div", { class: "lines" });
  const sizer = h("div", { class: "sizer" }, sight);
  const probe = h("span", { class: "probe", "aria-hidden": "true" }, "0".repeat(100));
  scroller.append(sizer, probe);

  let rows = [], offsets = new Float64Array(1), elements = new Map();
  let anchor = { number: 0, below: 0 }, expected = 0, following = true, metrics = null, extraWidth = 0, epoch = 1;

  const wraps = () => scroller.dataset.wrap !== "off";

  /** Measures the width of a character, the height of a line, and a row's height without its text; the reader's font is unknown. */
  function measured() {
    if (metrics) return metrics;
    const box = probe.getBoundingClientRect();
    const row = sight.querySelector(".line");
    const text = row?.lastChild.getBoundingClientRect();
    const width = text?.width ?? scroller.clientWidth - 200;
    metrics = { cell: box.width / 100, line: box.height, columns: Math.max(10, Math.floor(width / (box.width / 100))), beside: 0,
      left: row ? text.left - row.getBoundingClientRect().left : 200, sure: row !== null };
    if (row) metrics.beside = Math.max(0, row.getBoundingClientRect().height - text.height);
    return metrics;
  }

  function heightOf(row) {
    if (row.epoch === epoch) return row.height;
    if (row.separator) return SEPARATOR;
    const { line, columns, beside } = measured();
    return beside + line * (wraps() ? linesOf(row.expanded ? row.text : row.text.slice(0, 6000), columns) : 1);
  }

  /** Renders the visible rows, repeatedly until their heights are known and the scroll position is right. */
  function render() {
    const height = scroller.clientHeight;
    if (metrics && !metrics.sure && sight.querySelector(".line")) forgetHeights();
    for (let round = 0; round < 4; round++) {
      offsets = offsetsOf(rows, heightOf);
      const top = place(height);
      const [from, to] = range(top, height);
      fill(from, to);
      sizer.style.height = `${offsets[rows.length]}px`;
      sight.style.transform = `translateY(${offsets[from]}px)`;
      if (!measure(from, to)) break;
    }
    offsets = offsetsOf(rows, heightOf);
    sizer.style.height = `${offsets[rows.length]}px`;
    if (!wraps()) widen();
    expected = place(height);
    if (Math.abs(scroller.scrollTop - expected) > 0.6) scroller.scrollTop = expected;
    expected = scroller.scrollTop;
    if (following || rows.length === 0) setAnchor();
  }

  function place(height) {
    const most = Math.max(0, offsets[rows.length] - height);
    if (following) return most;
    const i = indexOf(rows, anchor.number);
    return Math.max(0, Math.min(most, rows[i]?.number === anchor.number ? offsets[i] + anchor.below : offsets[Math.min(i, rows.length)]));
  }

  function range(top, height) {
    if (rows.length <= ALL) return [0, rows.length];
    let from = rowAt(offsets, top - BEYOND), to = Math.min(rows.length, rowAt(offsets, top + height + BEYOND) + 1);
    const chosen = selectedRows();
    if (chosen && Math.max(to, chosen[1]) - Math.min(from, chosen[0]) < MOST_SELECTED) {
      from = Math.min(from, chosen[0]);
      to = Math.max(to, chosen[1]);
    }
    return [from, to];
  }

  /** Keeps both ends of a selection rendered when they are scrolled out of view. */
  function selectedRows() {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || !sight.contains(selection.anchorNode) || !sight.contains(selection.focusNode)) return null;
    const at = (node) => indexOf(rows, (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest(".line, .separator")?.row.number ?? 0);
    const ends = [at(selection.anchorNode), at(selection.focusNode)];
    return [Math.min(...ends), Math.min(rows.length, Math.max(...ends) + 1)];
  }

  function fill(from, to) {
    const wanted = new Map();
    for (let i = from; i < to; i++) wanted.set(rows[i], elements.get(rows[i]));
    for (const [row, element] of elements) if (!wanted.has(row)) element.remove();
    let next = sight.firstChild;
    for (const [row, known] of wanted) {
      const element = known ?? build(row);
      if (!known) {
        element.row = row;
        wanted.set(row, element);
      }
      refresh(element, row);
      if (element === next) next = next.nextSibling;
      else sight.insertBefore(element, next);
    }
    elements = wanted;
  }

  /** @returns whether a height differed from its estimate */
  function measure(from, to) {
    let wrong = false;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      if (row.epoch === epoch) continue;
      const guess = offsets[i + 1] - offsets[i];
      row.height = elements.get(row).getBoundingClientRect().height;
      row.epoch = epoch;
      wrong ||= Math.abs(row.height - guess) > 0.1;
    }
    return wrong;
  }

  /** Without wrapping, the longest row determines how far the list scrolls sideways. */
  function widen() {
    const { cell, left } = measured();
    let longest = 0;
    for (const row of rows) if (!row.separator && row.text.length > longest) longest = row.text.length;
    const width = Math.ceil(Math.min(longest, 6100) * cell + left + 32);
    if (width === extraWidth) return;
    extraWidth = width;
    sizer.style.minWidth = `${width}px`;
  }

  function setAnchor() {
    const top = scroller.scrollTop, i = rowAt(offsets, top);
    anchor = rows[i] ? { number: rows[i].number, below: top - offsets[i] } : { number: 0, below: 0 };
  }

  function forgetHeights() {
    metrics = null;
    extraWidth = 0;
    sizer.style.minWidth = "";
    epoch++; // Heights measured before this no longer count.
  }

  scroller.addEventListener("scroll", () => {
    const top = scroller.scrollTop, most = scroller.scrollHeight - scroller.clientHeight;
    // A scroll by this code or by the browser (which moves up after rows became shorter) does not leave the end.
    if (Math.abs(top - Math.min(expected, most)) < 1.5) return;
    const up = top < expected;
    expected = top;
    setAnchor();
    onScroll({ up, bottom: offsets[rows.length] - top - scroller.clientHeight < BOTTOM });
  }, { passive: true });

  return {
    render, forgetHeights,
    /** @param list ascending by `number` */
    show(list) { rows = list; },
    rebuild() {
      for (const element of elements.values()) element.remove();
      elements = new Map();
      epoch++;
    },
    /** Renders a changed row again. */
    renew(row) {
      elements.get(row)?.remove();
      elements.delete(row);
      row.epoch = 0;
    },
    get following() { return following; },
    follow(now) {
      if (following && !now) setAnchor();
      following = now;
    },
    /** Scrolls to the first row and stops following. */
    begin() {
      following = false;
      anchor = { number: 0, below: 0 };
    },
    /** The numbers of the first and last visible rows. */
    get first() { return rows[rowAt(offsets, scroller.scrollTop)]?.number ?? 0; },
    get last() { return rows[rowAt(offsets, scroller.scrollTop + scroller.clientHeight)]?.number ?? 0; },
    get below() { return offsets[rows.length] - scroller.scrollTop - scroller.clientHeight; },
    /** Scrolls a row to a third below the top, unless it is visible. */
    reveal(row, always = false) {
      const i = indexOf(rows, row.number), top = scroller.scrollTop, height = scroller.clientHeight;
      if (!always && offsets[i] >= top && offsets[i + 1] <= top + height) return;
      following = false;
      anchor = { number: row.number, below: -height / 3 };
    },
    refresh() { for (const [row, element] of elements) refresh(element, row); },
    elementOf: (row) => elements.get(row),
  };
}
