// The toolbar of a log: search, filters, and display options. Display options are remembered, searches are not.
import { h, icon, setAttribute, setHidden, setText } from "../app/dom.js";
import { nothing, search } from "./search.logic.js";
import { panel } from "../app/menu.js";

const KEY = "logs";
const DEFAULTS = { times: "local", wrap: "on" };

/**
 * @param on {search(), filter(), look(), step(direction), jump(time), clear()}: called by the tools
 * @returns {{element, panels, choice, ...}}; choice is {found, mode, level, stream, times, wrap}
 */
export function logTools(on) {
  const look = { ...DEFAULTS, ...stored() };
  const choice = { found: nothing(), mode: "only", level: "", stream: "", ...look };

  const input = h("input", { type: "search", placeholder: "Search", "aria-label": "Search the log", "aria-keyshortcuts": "/", title: "Search (/), next (Enter), previous (Shift+Enter)",
    autocomplete: "off", autocapitalize: "off", spellcheck: "false", oninput: searched, onkeydown: onKey });
  const problem = h("p", { class: "search-problem", role: "status", id: "log-search-problem" });
  const matches = h("span", { class: "matches", role: "status" });
  const previous = step("i-up", "Previous match (Shift+Enter)", -1), next = step("i-down", "Next match (Enter)", 1);
  const regex = toggle(".*", "Regular expression"), cased = toggle("Aa", "Match case");
  const mode = select("Lines", [["only", "Matching lines"], ["all", "All lines"], ["without", "Non-matching lines"]],
      (value) => { choice.mode = value; on.filter(); });
  const level = select("Level", [["", "All levels"], ["debug", "Debug and above"], ["info", "Info and above"], ["warn", "Warnings and above"], ["error", "Errors only"]],
      (value) => { choice.level = value; on.filter(); });
  const stream = select("Stream", [["", "Both streams"], ["out", "stdout only"], ["err", "stderr only"]],
      (value) => { choice.stream = value; on.filter(); });

  const times = select("Timestamps", [["local", "Local time"], ["relative", "Relative time"], ["off", "Hidden"]], (value) => setLook({ times: value }));
  const wrap = h("input", { type: "checkbox", onchange: () => setLook({ wrap: wrap.checked ? "on" : "off" }) });
  const when = h("input", { type: "datetime-local", step: "1", name: "when", required: true });
  const view = panel("View",
      h("label", { class: "panel-field" }, h("span", {}, "Timestamps"), times),
      h("label", { class: "check panel-check" }, wrap, h("span", {}, "Wrap long lines")),
      h("form", { class: "jump", onsubmit: jump }, h("label", { class: "panel-field" }, h("span", {}, "Jump to time"), when), h("button", { type: "submit" }, "Go")),
      h("button", { type: "button", class: "quiet clear", onclick: () => { view.close(); on.clear(); } }, "Clear view"),
      h("p", { class: "hint keys" }, "Keys in the log: ", keys("p", "pause"), keys("n N", "next, previous match"), keys("w", "wrap"), keys("t", "timestamps"), keys("End", "follow")));

  const element = h("div", { class: "logs-tools", role: "search" },
      h("div", { class: "search" }, icon("search"), input, matches, previous, next, regex, cased),
      mode, level, stream, problem);
  mode.hidden = true;
  showLook();

  function toggle(text, label) {
    const button = h("button", { type: "button", class: "small-toggle", "aria-pressed": "false", "aria-label": label, title: label, onclick: () => {
      setAttribute(button, "aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      searched();
    } }, text);
    return button;
  }

  function step(kind, label, direction) {
    return h("button", { type: "button", class: `quiet icon-only step ${kind}`, "aria-label": label, title: label, hidden: true, onclick: () => on.step(direction) }, icon("down"));
  }

  function select(label, options, chosen) {
    const element = h("select", { "aria-label": label, onchange: () => { setAttribute(element, "data-set", element.selectedIndex > 0); chosen(element.value); } },
        options.map(([value, text]) => h("option", { value }, text)));
    return element;
  }

  function searched() {
    const pressed = (button) => button.getAttribute("aria-pressed") === "true";
    choice.found = search(input.value, { regex: pressed(regex), cased: pressed(cased) });
    showProblem(choice.found.problem);
    setHidden(mode, input.value === "");
    on.search();
  }

  function showProblem(words) {
    setText(problem, words);
    setAttribute(input, "aria-invalid", words !== "" && "true");
    setAttribute(input, "aria-describedby", words !== "" && problem.id);
  }

  function onKey(event) {
    if (event.key === "Enter") {
      event.preventDefault();
      on.step(event.shiftKey ? -1 : 1);
    }
  }

  function jump(event) {
    event.preventDefault();
    const time = new Date(when.value);
    if (Number.isNaN(time.getTime())) return;
    view.close();
    on.jump(time);
  }

  function setLook(part) {
    Object.assign(look, part);
    Object.assign(choice, part);
    try {
      localStorage.setItem(KEY, JSON.stringify(look));
    } catch {
      // Without storage the choice holds for this log.
    }
    showLook();
    on.look();
  }

  function showLook() {
    times.value = look.times;
    wrap.checked = look.wrap === "on";
  }

  return {
    element, view, choice, showProblem,
    toggleWrap: () => setLook({ wrap: look.wrap === "on" ? "off" : "on" }),
    nextTimes: () => setLook({ times: { local: "relative", relative: "off", off: "local" }[look.times] }),
    focus() {
      input.focus();
      input.select();
    },
    get focused() { return document.activeElement === input; },
    /** @param at the index of the current match, from 1, or 0 */
    showMatches(at, count) {
      const some = !choice.found.empty && choice.mode !== "without";
      setText(matches, !some ? "" : at ? `${at.toLocaleString()} of ${count.toLocaleString()}` : count.toLocaleString());
      setAttribute(matches, "aria-label", some ? `${count} matching lines` : null);
      setHidden(previous, !some);
      setHidden(next, !some);
    },
    /** Sets the initial time unless the reader has typed one. */
    suggestTime(ms) {
      if (when.value || !Number.isFinite(ms)) return;
      const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
      when.value = local.toISOString().slice(0, 19);
    },
  };
}

const keys = (key, meaning) => h("span", {}, h("kbd", {}, key), ` ${meaning} `);

function stored() {
  try {
    const { times, wrap } = JSON.parse(localStorage.getItem(KEY)) ?? {};
    return { ...["local", "relative", "off"].includes(times) && { times }, ...["on", "off"].includes(wrap) && { wrap } };
  } catch {
    return {};
  }
}
