// The pure part of the log view: node --test test/browser/loglogic.test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { nearest, plainText, scan } from "../../web/js/logs/ansi.logic.js";
import { asText, fileName, logAddress, wholeLog } from "../../web/js/logs/address.logic.js";
import { logBuffer } from "../../web/js/logs/buffer.logic.js";
import { eventParser } from "../../web/js/app/sse.logic.js";
import { indexOf, linesOf, offsetsOf, rowAt } from "../../web/js/logs/layout.logic.js";
import { logLine, withGravity } from "../../web/js/logs/line.logic.js";
import { lineFilter, matches, pieces, search } from "../../web/js/logs/search.logic.js";
import { logView } from "../../web/js/logs/view.logic.js";
import { daySeparator, notKept, returned, separator } from "../../web/js/logs/separators.logic.js";

const named = ({ text, spans }) => spans.map(({ from, to, name }) => [text.slice(from, to), name]);

describe("terminal text", () => {
  test("colours and weights become class names, and leave the text", () => {
    const line = scan("\x1b[1;31mred\x1b[0m \x1b[92mgreen\x1b[39m \x1b[44mon blue\x1b[49m\x1b[3;4;9mx\x1b[m.");
    assert.equal(line.text, "red green on bluex.");
    assert.deepEqual(named(line), [["red", "fg-1 bold"], ["green", "fg-10"], ["on blue", "bg-4"], ["x", "italic underline strike"]]);
  });
  test("every colour of 256 or 16 million is one of the sixteen that are legible", () => {
    assert.deepEqual(named(scan("\x1b[38;5;9ma\x1b[38;5;196mb\x1b[38;5;244mc\x1b[38;2;0;0;255md\x1b[38:2::250:250:0me\x1b[38:5:2mf")),
        [["ab", "fg-9"], ["c", "fg-8"], ["d", "fg-12"], ["e", "fg-11"], ["f", "fg-2"]]);
    for (const wrong of ["\x1b[38;5;999mx", "\x1b[38;2;1mx", "\x1b[38mx", "\x1b[38;5mx", "\x1b[38;9;1mx"]) assert.equal(scan(wrong).text, "x");
    assert.deepEqual([nearest(0, 0, 0), nearest(255, 255, 255), nearest(255, 0, 255), nearest(-1, 0, 0), nearest(NaN, 0, 0)], [0, 15, 13, -1, -1]);
  });
  test("every other sequence is written out and not obeyed", () => {
    const line = scan("a\x1b]0;title\x07b\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\x1b[2Jc\x1bPdcs\x1b\\d");
    assert.equal(line.text, "a^[]0;title^Gb^[]8;;http://x^[\\link^[]8;;^[\\^[[2Jc^[Pdcs^[\\d");
    assert.ok(line.spans.every(({ name }) => name === "control"));
  });
  test("\"erase to the end of the line\" is no news", () => assert.equal(plainText("\x1b[Ka\x1b[0K"), "a"));
  test("a sequence that never ends takes its line and no more", () => {
    assert.equal(plainText("a\x1b]0;title without end"), "a^[]0;title without end");
    assert.equal(plainText("a\x1b["), "a^[[");
    assert.equal(plainText("a\x1b"), "a^[");
  });
  test("what turns the reading direction or is not seen is made visible; the tab stays", () => {
    assert.equal(plainText("a\u202eb\tc\r\x00\x85\u2028\u200b\ufeffd"), "a⟨U+202E⟩b\tc^M^@⟨U+0085⟩⟨U+2028⟩⟨U+200B⟩⟨U+FEFF⟩d");
  });
  test("no control character survives, whatever comes", () => {
    let seed = 1;
    const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
    const alphabet = ["\x1b", "[", "]", "m", ";", "3", "8", ":", "\x07", "\\", "P", "K", "a", "\x9b", "\x90", "\x9c", "\u202e", " ", "?"];
    for (let i = 0; i < 20_000; i++) {
      const { text, spans } = scan(Array.from({ length: random(24) }, () => alphabet[random(alphabet.length)]).join(""));
      assert.doesNotMatch(text, /[\x00-\x08\x0a-\x1f\x7f-\x9f\u202e]/);
      let at = 0;
      for (const { from, to } of spans) {
        assert.ok(from >= at && to > from && to <= text.length);
        at = to;
      }
    }
  });
  test("a hundred thousand unfinished sequences take no time", () => {
    const before = performance.now();
    scan("\x1b]".repeat(50_000) + "\x1bP".repeat(50_000) + "\x1b[" + ";1".repeat(50_000) + "m");
    assert.ok(performance.now() - before < 2000);
  });
});

describe("log lines", () => {
  test("an OpenClaw line is its message, with level and subsystem", () => {
    const line = logLine({ t: "2026-01-02T03:04:05Z", s: "err", m: '{"time":"x","level":"WARN","subsystem":"gateway","message":"a\\u001b[31mb"}', b: "x" });
    assert.deepEqual([line.text, line.level, line.stream, line.bot, line.at], ["gateway ab", "warn", "err", "x", Date.UTC(2026, 0, 2, 3, 4, 5)]);
    assert.deepEqual(named(line), [["gateway", "subsystem"], ["b", "fg-1"]]);
  });
  test("other JSON is shown as it is, and tells its level in words or in pino's numbers", () => {
    for (const text of ["{not json", '{"message":7}', "{}", '{"a":null}', '{"level":{}}']) assert.equal(logLine({ s: "out", m: text }).text, text);
    assert.deepEqual(['{"level":50}', '{"level":"Warning"}', '{"severity":"INFO"}', '{"level":20}'].map((m) => logLine({ m }).level), ["error", "warn", "info", "debug"]);
  });
  test("plain lines tell their level near their beginning only", () => {
    assert.equal(logLine({ m: "2026-01-02 [ERROR] no" }).level, "error");
    assert.equal(logLine({ m: "x".repeat(60) + " error" }).level, "");
    assert.equal(logLine({ m: "terror" }).level, "");
  });
  test("a stack trace is as grave as the line above it", () => {
    assert.equal(withGravity(logLine({ m: "    at f (x.js:1)" }), "error").gravity, "error");
    assert.equal(withGravity(logLine({ m: "next" }), "error").gravity, "");
    assert.equal(withGravity(logLine({ m: "  info: fine" }), "error").gravity, "info");
  });
  test("a line that was cut says so", () => assert.match(logLine({ m: "abc", cut: 12345 }).text, /^abc … 12,345 more bytes/));
});

describe("search", () => {
  const line = (text) => ({ text });
  const hit = (found, text) => found.of(line(text)).hit;

  test("wants all its words, in any case, and marks each", () => {
    const found = search("POLL tele");
    assert.ok(hit(found, "telegram polling") && !hit(found, "polling") && search("  ").empty);
    assert.deepEqual(found.of(line("telegram polling")).ranges, [[0, 4], [9, 13]]);
  });
  test("takes its words literally", () => assert.ok(hit(search("a.c("), "xa.c(") && !hit(search("a.c"), "abc")));
  test("knows case, and says what is wrong with an expression", () => {
    assert.ok(!hit(search("Poll", { cased: true }), "poll"));
    assert.match(search("(", { regex: true }).problem, /Not a regular expression/);
    assert.ok(search("(", { regex: true }).empty);
  });
  test("marks where an expression matches; an empty match is a hit without a mark", () => {
    assert.deepEqual(matches(/\d+ ms/gu, "took 12 ms, 3 ms"), { hit: true, ranges: [[5, 10], [12, 16]] });
    assert.deepEqual(matches(/x*/gu, "abc"), { hit: true, ranges: [] });
    assert.deepEqual(matches(/x/gu, "abc").hit, false);
  });
  /* ((a+))+$ froze the tab for ever: the guard knew only one form of such expressions. */
  test("an expression is never tried here, whatever its form: its answers are learned", () => {
    for (const query of ["(a+)+$", "((a+))+$", "(a|aa)+$", "(.*a){12}x", "plain"]) {
      const found = search(query, { regex: true }), one = line("a".repeat(50) + "!");
      assert.equal(found.of(one), null, query);
      found.learn(one, { hit: true, ranges: [[0, 1]] });
      assert.deepEqual([found.of(one).hit, found.of(one).ranges], [true, [[0, 1]]]);
      assert.equal(search(query, { regex: true }).of(one), null, "another search took the answer of this one");
    }
  });
  test("a line is shown when its answer has come", () => {
    for (const [mode, before, after] of [["only", [], ["yes"]], ["without", [], ["no"]], ["all", ["yes", "no"], ["yes", "no"]]]) {
      const view = logView(), found = search("y", { regex: true });
      view.choose({ found, mode, level: "", stream: "" });
      view.add([{ name: "message", data: { m: "yes" }, id: "" }, { name: "message", data: { m: "no" }, id: "" }]);
      assert.deepEqual(view.visible.map(({ text }) => text), before);
      const asked = view.unanswered(10);
      assert.deepEqual([asked.length, view.unanswered(10).length], [2, 0]);
      for (const one of asked) found.learn(one, matches(/y/gu, one.text));
      view.answered();
      assert.deepEqual(view.visible.map(({ text }) => text), after);
      assert.equal(view.hits().length, mode === "without" ? 0 : 1);
    }
  });
  test("filters by match, level and stream; separators always stay", () => {
    const line = (text, level, stream = "out") => ({ text, gravity: level, stream });
    const found = search("x");
    assert.deepEqual([lineFilter({ found }), lineFilter({ found, mode: "without" }), lineFilter({ found, mode: "all" })].map((f) => [f(line("x", "")), f(line("y", ""))]),
        [[true, false], [false, true], [true, true]]);
    assert.deepEqual(["error", "warn", "info", ""].map((level) => lineFilter({ level: "warn" })(line("", level))), [true, true, false, false]);
    assert.ok(!lineFilter({ stream: "err" })(line("", "")) && lineFilter({ stream: "err" })({ separator: "gap", text: "" }));
  });
  test("pieces cut a text where marks and colours cross, and lose none of it", () => {
    const parts = pieces("abcdefgh", [{ from: 1, to: 4, name: "fg-1" }, { from: 6, to: 8, name: "dim" }], [[0, 2], [3, 7]]);
    assert.deepEqual(parts.map(({ text, name, mark }) => [text, name, mark]),
        [["a", "", true], ["b", "fg-1", true], ["c", "fg-1", false], ["d", "fg-1", true], ["ef", "", true], ["g", "dim", true], ["h", "dim", false]]);
    assert.deepEqual(pieces("abc", [{ from: 2, to: 9, name: "x" }], []).map(({ text }) => text).join(""), "abc");
  });
});

describe("lines that nobody foresaw", () => {
  const deep = (open, close) => open.repeat(60_000) + close.repeat(60_000);
  const odd = [
    '{"level":{"toString":1},"message":"hi"}', '{"level":{"toString":null,"valueOf":null},"message":"hi"}', '{"level":["warn"],"message":"hi"}', '{"level":true,"message":"hi"}',
    '{"severity":{"toString":1},"message":"hi"}', '{"level":1e999,"message":"hi"}', '{"level":-1,"message":"hi"}', '{"__proto__":{"level":"error"},"message":"hi"}',
    '{"message":{"toString":1}}', '{"message":["hi"]}', '{"subsystem":{"toString":1},"message":"hi"}', '{"subsystem":"","message":""}', "{", "{}", "[]", "null", "{\"a\":", "",
    '{"a":' + deep("[", "]") + "}", deep('{"a":', "}"), '{"message":"' + "\\ud800".repeat(100) + '"}', "\u2028", "\ud800", '{"length":-1}', "toString", "constructor: x",
    ...["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"].map((level) => `{"level":"${level}","message":"hi"}`),
    ...["constructor", "__proto__", "toString"].map((level) => `{"severity":"${level}","message":"hi"}`),
  ];

  /* {"level":{"toString":1}} threw and took the other lines of its batch with it; "constructor" gave a function as level. */
  test("each is a line with a text and a level of ours, and costs no other", () => {
    const view = logView(), event = (m) => ({ name: "message", data: { t: "2026-01-01T00:00:00Z", s: "out", m }, id: "x" });
    view.add(odd.flatMap((m) => [event(m), event("the next")]));
    assert.equal(view.lines.filter(({ text }) => text === "the next").length, odd.length);
    assert.equal(view.lineCount, 2 * odd.length);
    for (const line of view.lines) {
      if (line.separator) continue;
      assert.equal(typeof line.text, "string");
      assert.ok(["", "debug", "info", "warn", "error"].includes(line.level), `${line.level} is no level`);
    }
  });
  test("what is no line of OpenClaw's is shown as it is", () => {
    for (const m of ['{"level":{"toString":1},"message":"hi"}', '{"level":["warn"],"message":"hi"}', '{"message":["hi"]}', "{}", "{"]) assert.equal(logLine({ m }).text, m);
    assert.deepEqual([logLine({ m: '{"level":"constructor","message":"hi"}' }).text, logLine({ m: '{"level":"WARN","message":"hi"}' }).level], ["hi", "warn"]);
  });
  test("an event whose fields have other types, or whose data is no JSON, is a line too", () => {
    for (const data of [null, 1, "text", [], {}, { m: 7 }, { m: null }, { m: { toString: 1 } }, { t: { toString: 1 }, m: "x" }, { s: {}, b: {}, cut: {}, m: "x" }, { cut: "<b>", m: "x" }]) {
      const view = logView();
      view.add([{ name: "message", data, id: "", text: "as it came" }, { name: "message", data: { m: "the next" }, id: "" }]);
      assert.equal(view.lines.at(-1).text, "the next", JSON.stringify(data));
      assert.equal(view.lineCount, 2, JSON.stringify(data));
    }
    assert.equal(logView().add([{ name: "message", data: null, id: "", text: "as it came" }]).added[0].text, "as it came");
  });
  /* An event that a later server sends was told as "The bot was deleted." */
  test("an event of an unknown name adds nothing", () => assert.equal(logView().add([{ name: "heartbeat", data: {}, id: "" }, { name: "constructor", data: {}, id: "" }]).added.length, 0));
  test("an event with fields that this page does not know costs no other", () => {
    for (const name of ["constructor", "__proto__", "gap", "died", "engine", "end"]) for (const data of [null, 1, [], { t: {}, b: {}, detail: {}, exitCode: {} }]) {
      const view = logView();
      view.add([{ name, data, id: "" }, { name: "message", data: { m: "the next" }, id: "" }]);
      assert.equal(view.lines.at(-1).text, "the next", `${name} ${JSON.stringify(data)}`);
    }
  });
});

describe("event stream", () => {
  const stream = 'id: 1\ndata: {"m":"ä"}\n\n: heartbeat\n\nevent: gap\ndata: {"a":\ndata: 1}\n\ndata:{}\r\n\r\nid: 2\ndata: nonsense\n\n';
  const expected = [{ name: "message", data: { m: "ä" }, id: "1", text: '{"m":"ä"}' }, { name: "gap", data: { a: 1 }, id: "1", text: '{"a":\n1}' },
    { name: "message", data: {}, id: "1", text: "{}" }, { name: "message", data: null, id: "2", text: "nonsense" }];
  test("is read whole", () => assert.deepEqual(eventParser()(stream), expected));
  test("is read the same however it is cut", () => {
    for (let size = 1; size < 20; size++) {
      const parse = eventParser(), events = [];
      for (let i = 0; i < stream.length; i += size) events.push(...parse(stream.slice(i, i + size)));
      assert.deepEqual(events, expected);
    }
  });
});

describe("what is kept", () => {
  const line = (text = "") => ({ text });
  const some = (count) => Array.from({ length: count }, () => line());
  test("is bounded in lines and in text", () => {
    const buffer = logBuffer({ keep: 10, most: 2000 });
    buffer.add(some(25));
    assert.deepEqual([buffer.lines.length, buffer.forgotten, buffer.lines[0].number], [10, 15, 16]);
    buffer.add([line("x".repeat(1500))]);
    assert.ok(buffer.lines.length < 10 && buffer.lines.at(-1).text.length === 1500);
    buffer.add([line("x".repeat(5000))]);
    assert.equal(buffer.lines.length, 1);
  });
  test("does not move under a reader: when it is full, new lines wait", () => {
    const buffer = logBuffer({ keep: 10 });
    buffer.add(some(8));
    buffer.add(some(5), "full");
    assert.deepEqual([buffer.lines.length, buffer.held.length, buffer.lines[0].number], [10, 3, 1]);
    buffer.release(notKept, 2);
    assert.deepEqual([buffer.lines[0].number, buffer.lines.at(-1).number, buffer.held.length], [3, 12, 1]);
  });
  test("while paused everything waits, bounded; what could not wait is told", () => {
    const buffer = logBuffer({ keep: 10 });
    buffer.add(some(1));
    buffer.add(some(15), "all");
    assert.deepEqual([buffer.lines.length, buffer.held.length, buffer.missed], [1, 10, 5]);
    buffer.release(notKept);
    assert.deepEqual([buffer.held.length, buffer.missed, buffer.lines.length], [0, 0, 10]);
    assert.ok(buffer.lines.every((row, i, rows) => i === 0 || row.number > rows[i - 1].number));
  });
});

describe("a log view", () => {
  const event = (m, more = {}) => ({ name: "message", id: more.id ?? m, data: { t: "2026-01-02T03:04:05Z", s: "out", m, ...more } });
  const today = Date.UTC(2026, 0, 2, 3, 4, 5);
  const view = (options) => logView({ today, ...options });
  test("shows what passes, and counts what came since the reader looked", () => {
    const log = view();
    log.choose({ found: search("a"), mode: "only", level: "", stream: "" });
    log.add([event("a1"), event("b1"), event("a2")]);
    log.sawAll();
    log.add([event("a3"), event("b2")], { hold: "full" });
    assert.deepEqual([log.visible.map(({ text }) => text), log.unseen(), log.lineCount, log.shownCount], [["a1", "a2", "a3"], 1, 5, 3]);
    log.choose({ found: search(""), mode: "only", level: "", stream: "" });
    assert.equal(log.unseen(), 2);
  });
  test("steps through matches, around the end", () => {
    const log = view();
    log.choose({ found: search("a"), mode: "all", level: "", stream: "" });
    log.add([event("a1"), event("b"), event("a2")]);
    const texts = [log.nextHit(0, 1), log.nextHit(1, 1), log.nextHit(3, 1), log.nextHit(1, -1)].map(({ text }) => text);
    assert.deepEqual(texts, ["a1", "a2", "a1", "a2"]);
  });
  test("takes no more than there is room for when it reads an earlier part, and knows where to go on", () => {
    const log = view({ keep: 10 });
    const { full } = log.add(Array.from({ length: 25 }, (_, i) => event(`x${i}`)), { limited: true });
    assert.deepEqual([full, log.lineCount, log.lastId, log.forgotten], [true, 10, "x9", 0]);
    log.forgetHalf();
    assert.deepEqual([log.lineCount, log.visible.length], [5, 5]);
  });
  test("a torrent is not even read where it would go at once", () => {
    const log = view({ keep: 10 });
    log.add(Array.from({ length: 1000 }, (_, i) => event(`x${i}`)));
    assert.deepEqual([log.lineCount, log.forgotten, log.lastId], [10, 990, "x999"]);
  });
  test("a new day is announced once; a last line that nobody knows begins anew", () => {
    const log = view();
    log.add([event("1"), event("2", { t: "2026-01-05T03:04:05Z" }), event("3", { t: "2026-01-05T03:04:06Z" }), event("late", { t: "2026-01-02T03:04:05Z" })]);
    assert.deepEqual(log.visible.map(({ separator: kind }) => kind ?? ""), ["", "day", "", "", ""]);
    log.add([{ name: "unknown-position", data: null, id: "" }, event("4", { t: "2026-01-05T03:04:07Z" })]);
    assert.deepEqual(log.visible.map(({ text }) => text.slice(0, 20)), ["The last line shown ", "4"]);
  });
  test("separators name the bot among several, and an end that is no deletion is none", () => {
    const log = view({ nameOf: (id) => id ? `<${id}>` : "" });
    log.add([{ name: "died", data: { exitCode: 3, b: "x" }, id: "" }, { name: "end", data: { reason: "closing" }, id: "" }, { name: "end", data: { reason: "deleted" }, id: "" }]);
    assert.deepEqual(log.visible.map(({ text }) => text), ["<x>: Exited with code 3", "The bot was deleted. End of log."]);
  });
  test("finds the line of a time only where what is kept reaches back to it", () => {
    const log = view();
    log.add([event("1", { t: "2026-01-02T03:00:00Z" }), event("2", { t: "2026-01-02T04:00:00Z" })]);
    assert.equal(log.lineAt(Date.UTC(2026, 0, 2, 3, 30)).text, "2");
    assert.equal(log.lineAt(Date.UTC(2026, 0, 2, 2, 0)), null);
    assert.equal(log.lineAt(Date.UTC(2026, 0, 2, 5, 0)), null);
  });
});

describe("layout", () => {
  const rows = [10, 20, 30].map((height, i) => ({ height, number: 2 * i }));
  const offsets = offsetsOf(rows, (row) => row.height);
  test("knows where each row lies", () => {
    assert.deepEqual([...offsets], [0, 10, 30, 60]);
    assert.deepEqual([-5, 0, 9, 10, 29, 30, 99].map((y) => rowAt(offsets, y)), [0, 0, 0, 1, 1, 2, 2]);
    assert.equal(rowAt(new Float64Array(1), 5), 0);
  });
  test("finds a row by its number, or the next one", () => assert.deepEqual([-1, 0, 1, 4, 9].map((number) => indexOf(rows, number)), [0, 0, 1, 2, 3]));
  test("guesses how many lines a text takes", () => assert.deepEqual([linesOf("", 10), linesOf("x".repeat(11), 10), linesOf("日本語の行だよ", 10), linesOf("\t\t\t", 10)], [1, 2, 2, 2]));
});

describe("addresses and files", () => {
  test("one bot, several, and where to go on", () => {
    assert.equal(logAddress({ bots: ["a"], tail: 5000 }), "/api/bots/a/logs?tail=5000");
    assert.equal(logAddress({ bots: ["a"], since: "2026-01-02T03:04:05.000Z", tail: 5 }), "/api/bots/a/logs?since=2026-01-02T03%3A04%3A05.000Z");
    assert.equal(logAddress({ bots: ["a", "b"], merged: true, after: "a:1,b:2", since: "x" }), "/api/logs?bots=a%2Cb&after=a%3A1%2Cb%3A2");
    assert.equal(wholeLog("a/.."), "/api/bots/a%2F../logs.txt");
  });
  test("a file has a harmless name and the text that is seen", () => {
    assert.equal(fileName("../Ä b\u202e?", 0), "A-b-1970-01-01T000000Z.log");
    assert.equal(fileName("???", 0), "bot-1970-01-01T000000Z.log");
    const lines = [{ time: "T", stream: "err", bot: "x", text: "a" }, separator("gap", { detail: "Missing." })];
    assert.deepEqual(asText(lines), ["T err a\n", "# Missing.\n"]);
    assert.equal(asText(lines, () => "Bot")[0], "T Bot err a\n");
  });
});

describe("separators", () => {
  test("say what happened, and when", () => {
    assert.match(separator("died", { exitCode: 137, oom: true }).text, /memory/);
    assert.match(separator("died", { exitCode: 3, t: "2026-01-02T03:04:05Z" }).text, /with code 3 · \d\d:04:05$/);
    assert.equal(separator("gap", { reason: "rotated", detail: "Lines are missing." }).text, "Lines are missing.");
    assert.notEqual(separator("engine", { available: true }).text, separator("engine", { available: false }).text);
    assert.ok(separator("died", null).text && separator("gap").text && separator("end").text);
    assert.match(daySeparator(Date.UTC(2026, 0, 5, 12), "en").text, /Monday, January 5, 2026/);
  });
  test("a return tells that nothing is missing only where that is so", () => {
    assert.match(returned(4200, true).text, /after 4 s\. No lines were lost/);
    assert.equal(returned(200_000, false).text, "Reconnected after 3 min.");
  });
});

describe("colours", () => {
  const css = ["vars", "logs"].map((name) => readFileSync(new URL(`../../web/css/${name}.css`, import.meta.url), "utf8")).join("\n");
  const pair = (text) => /light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/.exec(text)?.slice(1);
  const tokens = Object.fromEntries([...css.matchAll(/--([\w-]+): (light-dark\([^)]*\))/g)].map(([, name, value]) => [name, pair(value)]));
  const light = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = (hex) => light(hex).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);
  function legible(name, text, ground) {
    for (const theme of [0, 1]) {
      const ratio = contrast(text[theme], ground[theme]);
      assert.ok(ratio >= 4.5, `${name}, ${["light", "dark"][theme]}: ${ratio.toFixed(2)}`);
    }
  }
  const texts = [...Array(16).keys()].map((i) => `fg-${i}`).concat("ink", "soft", "warn", "bad", "mark");
  for (const ground of ["surface", "hover", "busy-soft"]) {
    test(`every text of a line is legible on ${ground}`, () => { for (const text of texts) legible(`${text} on ${ground}`, tokens[text], tokens[ground]); });
  }
  test("text on a coloured ground, on a mark and inverse is legible", () => {
    for (const ground of [...Array(8).keys()].map((i) => `bg-${i}`).concat("found")) legible(ground, tokens.ink, tokens[ground]);
    legible("inverse", tokens.surface, tokens.ink);
  });
  test("a bot's name is legible in each of the eight colours, in the log and in the panel", () => {
    const bots = [...css.matchAll(/\[data-colour="(\d)"\] \{ color: (.*); \}/g)];
    assert.equal(bots.length, 8);
    for (const [, number, value] of bots) for (const ground of ["surface", "hover", "busy-soft", "raised"]) legible(`bot ${number} on ${ground}`, pair(value), tokens[ground]);
  });
  test("separators are legible", () => { for (const name of ["good", "warn", "bad", "soft", "ink"]) legible(name, tokens[name], tokens.surface); });
});
