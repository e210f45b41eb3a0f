// The pure part of the dashboard's pages: node --test test/browser/pages.test.mjs
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { actionWords, outcomeWords, who, withOlder } from "../../web/js/system/audit.logic.js";
import { bulkPhrase, bulkPlan, countOf, eachOf, groupFailures } from "../../web/js/bots/bulk.logic.js";
import { sharedWarning, verdict } from "../../web/js/create/checks.logic.js";
import { canOpen, switchLabel } from "../../web/js/bot/controlui.logic.js";
import { counts, driftSummary, glance } from "../../web/js/bots/bots.logic.js";
import { differences, isRepairable } from "../../web/js/bot/drift.logic.js";
import { changes, effect, holdsKey, keepingCredentials, keepingKey, legacyText, secretField, secretFile, shownSecrets, valuesOf } from "../../web/js/bot/edit.logic.js";
import { containerFacts, facts } from "../../web/js/bot/facts.logic.js";
import { aiCheck, channelCheck, channelFields, policy, toRequest } from "../../web/js/create/form.logic.js";
import { chosenKey, KEPT_KEY, keyFields, knownServers, NEW_KEY, placedAtKey, usableKeys } from "../../web/js/create/key.logic.js";
import { keyCheck, newKey, newKeyFields, serverOf } from "../../web/js/keys/keys.logic.js";
import { isBrokered, movable, moveResult, proposed, reach, reaches } from "../../web/js/bots/reach.logic.js";
import { commandOf, neighbour, SHORTCUTS } from "../../web/js/app/keys.logic.js";
import { explain } from "../../web/js/app/problem.logic.js";
import { formatRoute, parseRoute } from "../../web/js/app/route.logic.js";
import { warning } from "../../web/js/app/shell.logic.js";
import { eventParser } from "../../web/js/app/sse.logic.js";
import { initialState, waiting, withBot, withoutBot, withPairing, withSelected, withSelection, withSnapshot } from "../../web/js/app/state.logic.js";
import { inTheMaking, steps } from "../../web/js/create/steps.logic.js";
import { buildProgress, imageAction, imageSentence, isDiskShort, orphanKind, systemFacts } from "../../web/js/system/system.logic.js";
import { bytes } from "../../web/js/app/units.logic.js";
import { ceiling, figures, KEPT, points, withSample } from "../../web/js/bot/usage.logic.js";

const ID = "0123456789abcdef";
const bot = (fields = {}) => ({ id: ID, name: "support", status: "running", health: "healthy", ai: { provider: "a", model: "m" },
  channel: { type: "c", settings: {} }, access: { policy: "pairing", allow: [] }, limits: { memory: 2 ** 31, cpus: 2, pids: 512 }, ...fields });

describe("words for what comes from outside", () => {
  const KEYS = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"];

  /* An action, a policy, a kind or a status named "constructor" was told as "function Object() { [native code] }". */
  test("a name that every object has is told as it is", () => {
    for (const key of KEYS) {
      const own = (text, what) => assert.ok(typeof text === "string" && !/native code|\[object/.test(text), `${what}: ${String(text)}`);
      own(actionWords(key), "action");
      own(outcomeWords({ outcome: key }), "outcome");
      own(orphanKind(key), "orphan");
      own(policy(key).label, "policy");
      own(explain({ status: key, detail: "x" }, "Y").next, "next step");
      own(differences([{ what: key, expected: "1", found: "2" }])[0].term, "drift");
      own(glance(bot({ status: key })).word, "status");
      own(secretField(key, { credentials: [] }, {}).label, "secret");
      assert.equal(Object.keys(counts([bot({ status: key })])).join(), "running,stopped,error");
      assert.equal(Object.values(counts([bot({ status: key })])).join(), "0,0,0", key);
    }
  });
  test("a field of the form named so lands in the request and nowhere else", () => {
    for (const key of KEYS) {
      const fields = channelFields({ settings: [{ key, label: key }] });
      assert.ok(JSON.stringify(toRequest({ [fields[0].pointer]: "typed" }, fields)).includes(`"${key}":"typed"`), key);
      assert.equal({}.typed, undefined);
      assert.equal(Object.prototype[key] === "typed", false);
    }
  });
});

describe("event stream by hand", () => {
  const STREAM = ': hello\n\nevent: delta\ndata: {"text":"a"}\n\ndata: one\ndata: two\r\n\r\nid: 7\nevent: done\ndata\n\nevent: lost\ndata: x';
  const WHOLE = [{ name: "delta", data: { text: "a" }, id: "", text: '{"text":"a"}' }, { name: "message", data: null, id: "", text: "one\ntwo" }, { name: "done", data: null, id: "7", text: "" }];
  test("events end with an empty line; a comment and an unfinished event are none", () => assert.deepEqual(eventParser()(STREAM), WHOLE));
  test("it may be cut anywhere, even inside a line's end", () => {
    for (let cut = 0; cut <= STREAM.length; cut++) {
      const parse = eventParser();
      assert.deepEqual([...parse(STREAM.slice(0, cut)), ...parse(STREAM.slice(cut))], WHOLE, `cut at ${cut}`);
    }
  });
});

describe("control UI", () => {
  test("its switch names the port, and a bot that is not ready gives no link", () => {
    const on = bot({ controlUi: { port: 19100 } });
    assert.equal(switchLabel(on), "Published on port 19100");
    assert.equal(switchLabel(bot({ controlUi: null })), "Publish on a port of this host");
    assert.deepEqual([on, bot({ controlUi: null }), { ...on, health: "starting" }, { ...on, status: "stopped", health: "none" }].map(canOpen), [true, false, false, false]);
  });
});

describe("edit", () => {
  const fields = ["/name", "/ai/provider", "/ai/model", "/ai/baseUrl", "/ai/apiKey", "/channel/settings/host", "/channel/credentials/token",
    "/access/policy", "/access/allow", "/limits/memory", "/limits/cpus", "/limits/pids"].map((pointer) => ({ pointer }));
  const full = bot({ ai: { provider: "a", model: "m", baseUrl: "http://b" }, channel: { type: "c", settings: { host: "h" } } });
  const edit = (typed, of = full) => changes(of, { ...valuesOf(of), ...typed }, fields);

  test("what is as it was is not sent", () => {
    assert.equal(edit({}), null);
    assert.equal(edit({ "/name": " support " }), null);
    assert.equal(edit({ "/limits/memory": "2.0" }), null);
    assert.equal(edit({}, bot({ access: { policy: "open", allow: ["*"] } })), null);
  });
  test("a part of which something changed is sent as a whole", () => {
    assert.deepEqual(edit({ "/ai/model": "n" }), { ai: { provider: "a", model: "n", baseUrl: "http://b" } });
    assert.deepEqual(edit({ "/limits/memory": "1,5" }), { limits: { memory: 1.5 * 2 ** 30, cpus: 2, pids: 512 } });
    assert.deepEqual(edit({ "/access/policy": "allowlist", "/access/allow": "1 2" }), { access: { policy: "allowlist", allow: ["1", "2"] } });
  });
  test("what was emptied is null, and a list that no longer holds goes with its policy", () => {
    assert.deepEqual(edit({ "/ai/baseUrl": "", "/channel/settings/host": "" }),
        { ai: { provider: "a", model: "m", baseUrl: null }, channel: { settings: { host: null } } });
    const listed = bot({ access: { policy: "allowlist", allow: ["1"] } });
    assert.deepEqual(edit({ "/access/policy": "open" }, listed), { access: { policy: "open", allow: null } });
  });
  test("a reach, and a kept key or a typed one in its place", () => {
    const withKey = [...fields, { pointer: "/reach" }, { pointer: "/ai/key" }];
    const legacy = bot({ secrets: ["ai-api-key"] }), sealed = bot({ reach: "sealed", ai: { provider: "a", model: "m", key: "k1" } });
    const sent = (of, typed, shown = withKey) => changes(of, { ...valuesOf(of), ...typed }, shown);
    assert.deepEqual(sent(legacy, { "/reach": "sealed" }), { reach: "sealed" }, "the server moves the bot's own key");
    assert.deepEqual(sent(legacy, { "/reach": "sealed", "/ai/key": "k1" }), { reach: "sealed", ai: { provider: "a", model: "m", key: "k1" } });
    assert.equal(sent(sealed, {}), null);
    assert.deepEqual(sent(sealed, { "/ai/key": "k2" }), { ai: { provider: "a", model: "m", key: "k2" } });
    assert.deepEqual(sent(sealed, { "/ai/key": "", "/ai/apiKey": "new" }), { ai: { provider: "a", model: "m", key: null, apiKey: "new" } });
    assert.deepEqual(sent(sealed, { "/reach": "legacy", "/ai/apiKey": "new" }, [...fields, { pointer: "/reach" }]),
        { reach: "legacy", ai: { provider: "a", model: "m", apiKey: "new" } });
    assert.deepEqual(sent({ ...sealed, budget: { day: 5, onCap: "answer" } }, { "/reach": "legacy" }, [...fields, { pointer: "/reach" }]),
        { reach: "legacy", budget: null }, "the server puts the kept key into the bot, which can have no budget");
    assert.match(effect({ reach: "sealed" }), /container is replaced to apply the new reach.*goes back/);
    assert.doesNotMatch(effect({ reach: "legacy" }), /goes back/);
    assert.doesNotMatch(effect({ ai: {} }), /replaced/);
  });
  test("a stand-in is not shown as a secret, and only a legacy bot holds a key", () => {
    const secrets = ["ai-api-key", "gateway-token"];
    assert.deepEqual([shownSecrets({ secrets }), shownSecrets({ secrets, reach: "sealed" }), shownSecrets({})], [secrets, ["gateway-token"], []]);
    assert.deepEqual([{ secrets }, { secrets, reach: "legacy" }, { secrets, reach: "open" }, {}].map(holdsKey), [true, true, false, false]);
  });
  test("a secret is sent only where one was typed", () => {
    assert.deepEqual(edit({ "/channel/credentials/token": "t" }), { channel: { credentials: { token: "t" } } });
    assert.deepEqual(edit({ "/ai/apiKey": "k" }).ai, { provider: "a", model: "m", baseUrl: "http://b", apiKey: "k" });
  });
  test("what is no number goes to the server as one that it refuses", () => assert.equal(edit({ "/limits/cpus": "many" }).limits.cpus, 0));
  test("the present key may stay with the same server, and credentials are asked for only where they could go elsewhere", () => {
    const holder = bot({ secrets: ["ai-api-key"] });
    const required = (of, typed) => keepingKey([{ secret: true, required: true }], of, { ...valuesOf(of), ...typed })[0].required;
    assert.equal(required(holder, {}), false);
    assert.equal(required(holder, { "/ai/provider": "other" }), true);
    assert.equal(required(holder, { "/reach": "sealed" }), false);
    assert.equal(required(holder, { "/reach": "sealed", "/ai/baseUrl": "http://other" }), true);
    assert.equal(required(bot({ secrets: ["ai-api-key"], reach: "sealed" }), { "/reach": "legacy" }), true, "a stand-in is no key");
    assert.equal(required(bot({ reach: "sealed", ai: { ...bot().ai, key: "k1" } }), { "/reach": "legacy" }), false, "the kept key is put into the bot");
    assert.deepEqual(keepingCredentials([{ secret: true }, { kind: "text" }]), [{ kind: "text" }]);
    assert.equal(keepingCredentials([{ secret: true, required: true }, { kind: "url" }]).length, 2);
  });
  test("a secret's file is named as the server names it", () => {
    assert.equal(secretFile({ credentials: [{ key: "x" }] }, "x"), "channel-token");
    assert.equal(secretFile({ credentials: [{ key: "botToken" }, { key: "appToken" }] }, "botToken"), "channel-bot-token");
    assert.equal(secretField("channel-app-token", { credentials: [{ key: "botToken" }, { key: "appToken", label: "App" }] }).label, "App");
    assert.ok(secretField("gateway-token").made && secretField("ai-api-key").label && secretField("unknown").label === "unknown");
  });
});

describe("reach", () => {
  const CHANNELS = [{ id: "webchat", reaches: ["web", "sealed", "open", "legacy"] }, { id: "irc", label: "IRC", reaches: ["open", "legacy"] }];
  const [webchat, irc] = CHANNELS;
  const ids = (channel, present) => reaches(channel, present).filter(({ problem }) => !problem).map(({ id }) => id).join();
  test("a channel has the reaches of the catalogue, says which it lacks, and a bot keeps what it has", () => {
    assert.equal(ids(webchat), "sealed,web,open,legacy");
    assert.equal(ids(irc), "open,legacy");
    assert.equal(ids({ id: "a channel of the future" }), "legacy");
    const why = (channel) => reaches(channel).find(({ id }) => id === "sealed").problem;
    assert.equal(why(irc), "Not available for IRC.");
    assert.equal(why({ ...irc, reachProblems: { sealed: "IRC is not HTTP." } }), "IRC is not HTTP.");
    assert.equal(ids(irc, "web"), "web,open,legacy");
  });
  test("the widest safe reach is proposed, and a narrower one for a bot that is open to everyone", () => {
    assert.deepEqual([proposed(webchat), proposed(webchat, "open"), proposed(irc, "open"), proposed({})], ["web", "sealed", "open", "legacy"]);
  });
  test("legacy bots whose channel allows it can be moved, and it is told how each fared", () => {
    const bots = [bot({ id: "1", channel: { type: "webchat" } }), bot({ id: "2", channel: { type: "gone" } }), bot({ id: "3", channel: { type: "irc" }, reach: "open" }),
      bot({ id: "4", channel: { type: "irc" }, access: { policy: "open" } }), bot({ id: "5", channel: { type: "irc" }, status: "deleting" })].map((one) => ({ reach: "legacy", ...one }));
    assert.deepEqual(movable(bots, CHANNELS).map(({ bot: { id }, to }) => id + to), ["1web", "4open"]);
    assert.deepEqual(moveResult(bot({ reach: "web" }), "web"), { tone: "good", text: "Moved to Web." });
    assert.equal(moveResult(bot({ reach: "web", previousReach: "legacy" }), "web").tone, "idle");
    const events = [{ at: "2", what: "rolled back to legacy: the broker refused its call: no" }, { at: "1", what: "rolled back to legacy: earlier" }, { at: "3", what: "started" }];
    assert.deepEqual(moveResult(bot({ reach: "legacy" }), "web", events), { tone: "bad", text: "Stayed Legacy: the broker refused its call: no." });
  });
  test("every reach has a name and a sentence", () => {
    for (const { label, meaning } of reaches(webchat)) assert.ok(label && meaning.endsWith("."));
    assert.deepEqual(["legacy", "sealed", "web", "open"].map(isBrokered), [false, true, true, true]);
    assert.equal(reach("constructor").label, "constructor");
  });
});

describe("kept keys", () => {
  const keys = [{ id: "1", label: "one", provider: "a" }, { id: "2", label: "two", provider: "a", baseUrl: "http://x" }, { id: "3", label: "three", provider: "b" },
    { id: "4", label: "four", provider: "a" }];
  const provider = { id: "a", key: { key: "apiKey", label: "API key", required: true, hint: "Kept in a file that only this bot can read." } };
  const found = (...where) => usableKeys(keys, ...where).map(({ id }) => id).join("");
  const pointers = (...how) => keyFields(provider, ...how).map(({ pointer }) => pointer);

  test("a key is offered for its own provider and server only", () => {
    assert.deepEqual([found("a"), found("a", " http://x "), found("a", "http://y"), found("b"), found("c")], ["14", "2", "", "3", ""]);
    assert.deepEqual(knownServers(keys, "a"), ["http://x"]);
  });
  test("the first is proposed, unless another was chosen or a new one typed", () => {
    const usable = usableKeys(keys, "a");
    assert.deepEqual([{}, { [KEPT_KEY]: "4" }, { [KEPT_KEY]: "2" }, { [KEPT_KEY]: "" }, { [NEW_KEY]: "typed" }].map((values) => chosenKey(usable, values)), ["1", "4", "1", "", ""]);
    assert.equal(chosenKey([], { [KEPT_KEY]: "1" }), undefined);
  });
  test("a legacy bot has a key of its own, any other chooses or enters one that is kept", () => {
    const usable = usableKeys(keys, "a");
    assert.deepEqual([pointers("legacy", usable, "1"), pointers("sealed", usable, "1"), pointers("sealed", usable, ""), pointers("sealed", [], undefined)],
        [[NEW_KEY], [KEPT_KEY], [KEPT_KEY, NEW_KEY], [NEW_KEY]]);
    const [choice, entered] = keyFields(provider, "sealed", usable, "");
    assert.deepEqual(choice.options.map(({ id }) => id), ["1", "4", ""]);
    assert.doesNotMatch(entered.hint, /only this bot can read/);
    assert.ok(entered.secret);
    assert.match(keyFields(provider, "legacy", [], undefined)[0].hint, /only this bot can read/);
  });
  test("an error about the key lands at the field that is there", () => {
    const at = (field, ...shown) => placedAtKey([{ field, message: "x" }], shown)[0];
    assert.deepEqual([at(KEPT_KEY, NEW_KEY).field, at(KEPT_KEY, KEPT_KEY).field, at(KEPT_KEY, KEPT_KEY, NEW_KEY).field, at(NEW_KEY, KEPT_KEY).field, at("/name", NEW_KEY).field],
        [NEW_KEY, KEPT_KEY, NEW_KEY, KEPT_KEY, "/name"]);
    assert.deepEqual([at(KEPT_KEY, NEW_KEY).message, at(NEW_KEY, NEW_KEY).message], ["Enter the key.", "x"]);
  });
  test("a new key is sent with what was typed, and tested only then", () => {
    const fields = [{ pointer: "/label" }, { pointer: "/provider" }, ...newKeyFields({ ...provider, baseUrl: { key: "baseUrl", required: false } })];
    assert.deepEqual(fields.map(({ pointer }) => pointer), ["/label", "/provider", "/baseUrl", "/apiKey"]);
    assert.ok(fields.at(-1).secret && fields.at(-1).required && !fields.at(-1).hint);
    const hint = (text) => newKeyFields({ ...provider, baseUrl: { key: "baseUrl", hint: text } })[0].hint;
    assert.deepEqual([hint("The part before /x. For a legacy bot, it is the bot."), hint(undefined)],
        ["The part before /x. The key is sent to this address only.", "The key is sent to this address only."], "the dialog speaks of bots, or says nothing of the field");
    assert.deepEqual(newKey({ "/label": " l ", "/provider": "a", "/apiKey": "k", "/baseUrl": " " }, fields), { label: "l", provider: "a", apiKey: "k" });
    assert.equal(keyCheck({ provider: "a" }), null);
    assert.deepEqual(keyCheck({ id: "1", label: "l", provider: "a", baseUrl: "u", apiKey: "k" }), { provider: "a", baseUrl: "u", apiKey: "k" });
  });
  test("a key is named with its provider and server, and the bot's page links to it", () => {
    assert.equal(serverOf(keys[1], { providers: [{ id: "a", label: "A" }] }), "A · http://x");
    assert.equal(serverOf(keys[0], null), "a");
    const rows = facts(bot({ reach: "sealed", ai: { provider: "a", model: "m", key: "2" } }), 0, null, keys);
    assert.deepEqual(rows.find(([term]) => term === "API key"), ["API key", "two", false, "#/keys"]);
    assert.deepEqual(rows.find(([term]) => term === "Reach"), ["Reach", "Sealed"]);
    assert.equal(facts(bot(), 0).find(([term]) => term === "API key"), undefined);
  });
});

describe("the way to legacy", () => {
  const web = { credentials: [] }, telegram = { credentials: [{ key: "token" }] };
  test("what the bot gets and loses is told, and only that", () => {
    assert.match(legacyText(bot({ ai: { key: "1" }, budget: { day: 1 } }), {}, telegram), /API key into a file.*and its channel’s token\..*its budget is removed/);
    assert.doesNotMatch(legacyText(bot({ ai: {} }), {}, web), /API key|token|budget|lead to/);
  });
  /* Its AI was at 127.0.0.1, which is the bot itself then: it was healthy, and silent. */
  test("an AI on this host is out of reach", () => {
    const warns = (baseUrl, change = {}) => /lead to the bot itself/.test(legacyText(bot({ ai: { baseUrl } }), change, web));
    assert.deepEqual(["http://127.0.0.1:8000/v1", "http://localhost/v1", "http://[::1]:8000", "http://127.0.0.1"].filter((url) => !warns(url)), []);
    assert.deepEqual([undefined, "http://10.0.0.5/v1", "https://localhost.example.org", "https://127.0.0.1.example.org"].filter((url) => warns(url)), []);
    assert.ok(!warns("http://127.0.0.1/v1", { ai: { baseUrl: "http://10.0.0.5/v1" } }) && warns("http://10.0.0.5/v1", { ai: { baseUrl: "http://127.0.0.1/v1" } }));
  });
});

describe("bulk", () => {
  const all = [bot({ name: "a" }), bot({ name: "b", status: "stopped" }), bot({ name: "c", status: "error" }), bot({ name: "d", status: "deleting" })];
  const names = (action) => bulkPlan(all, action).does.map(({ name }) => name).join("");
  test("an action is done to those for which it means something", () => {
    assert.deepEqual([names("start"), names("stop"), names("restart"), names("delete")], ["bc", "ac", "ac", "abc"]);
    assert.equal(bulkPlan(all, "start").skips.length, 2);
  });
  test("counts are words", () => assert.deepEqual([countOf(1), countOf(2), bulkPhrase(3)], ["1 bot", "2 bots", "delete 3 bots"]));
  test("the same cause is told once", () => {
    const full = { status: 507, message: "Full." };
    assert.deepEqual(groupFailures([{ bot: all[0], problem: full }, { bot: all[1], problem: { ...full } }, { bot: all[2], problem: { status: 0, message: "" } }])
        .map(({ names: of }) => of), [["a", "b"], ["c"]]);
  });
  test("only so many at a time, and all of them", async () => {
    let now = 0, most = 0, done = 0;
    await eachOf([1, 2, 3, 4, 5, 6, 7], 3, async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 1));
      now--;
      done++;
    });
    assert.deepEqual([most, done], [3, 7]);
  });
});

describe("keys", () => {
  const press = (key, more = {}) => commandOf({ key, place: "", ...more }, true);
  test("each shortcut has its command", () => {
    for (const { key, command } of SHORTCUTS) assert.equal(press(key), command);
    assert.equal(press("q"), null);
  });
  test("none in a field, a dialog, with a modifier, or when switched off", () => {
    for (const more of [{ place: "field" }, { place: "dialog" }, { ctrlKey: true }, { metaKey: true }, { altKey: true }]) assert.equal(press("s", more), null);
    assert.equal(commandOf({ key: "s", place: "" }, false), null);
  });
  test("neighbours stop at both ends", () => {
    const ids = ["a", "b", "c"];
    assert.deepEqual([neighbour(ids, "a", 1), neighbour(ids, "a", -1), neighbour(ids, "c", 1), neighbour(ids, null, 1), neighbour(ids, "x", -1), neighbour([], "a", 1)],
        ["b", "a", "c", "a", "c", null]);
  });
});

describe("state of pages", () => {
  const start = withBot(initialState(0), bot());
  test("the chosen bots are those that are there", () => {
    const chosen = withSelected(withSelection(start, new Set()), ID, true);
    assert.deepEqual([...chosen.selected], [ID]);
    assert.equal(withoutBot(chosen, ID).selected.size, 0);
    assert.equal(withSnapshot(chosen, { bots: [] }).selected.size, 0);
    assert.equal(withSelected(start, ID, true).selected, null, "nothing is chosen while nothing is being chosen");
  });
  test("who waits counts only for a bot that pairs", () => {
    const asked = withPairing(start, ID, [{ code: "1" }, { code: "2" }]);
    assert.equal(waiting(asked, bot()), 2);
    assert.equal(waiting(asked, bot({ access: { policy: "open" } })), 0);
    assert.equal(waiting(start, bot()), 0);
    assert.equal(waiting(withPairing(asked, ID, null), bot()), 0);
  });
  test("the system page has an address", () => assert.equal(parseRoute(formatRoute({ view: "system" })).view, "system"));
  test("the strip is silent for a hiccup, and tells a server from an engine", () => {
    const link = { phase: "reconnecting", since: 0 }, engine = { reachable: true };
    assert.equal(warning({ link, engine, loaded: true }, 1000)[0], "");
    assert.match(warning({ link, engine, loaded: true }, 70_000)[1], /1 min ago/);
    assert.match(warning({ link: { phase: "live" }, engine: { reachable: false, problem: "Gone" }, observedAt: null }, 0).join(" "), /Gone\. .*not known yet/);
  });
});

describe("steps of a creation", () => {
  const states = (one) => steps(one).map(({ state }) => state).join(" ");
  test("each is read off what is seen", () => {
    assert.equal(states(null), "now todo todo todo");
    assert.equal(states(bot({ status: "creating" })), "now todo todo todo");
    assert.equal(states(bot({ status: "creating", containerId: "c" })), "done done now todo");
    assert.equal(states(bot({ health: "starting", containerId: "c" })), "done done done now");
    assert.equal(states(bot({ containerId: "c" })), "done done done done");
    assert.equal(states(bot({ health: "unhealthy", containerId: "c" })), "done done done failed");
    assert.equal(states(bot({ status: "error", containerId: "c" })), "done done failed todo");
  });
  test("the bot of a request is found by its name, whatever its form", () => {
    const made = bot({ name: "caf\u00e9", status: "creating" });
    assert.equal(inTheMaking([bot({ name: "caf\u00e9" }), made], " cafe\u0301 "), made);
    assert.equal(inTheMaking([made], ""), null);
  });
});

describe("tests of keys and tokens", () => {
  const fields = [{ pointer: "/ai/provider" }, { pointer: "/ai/apiKey", secret: true, required: true }, { pointer: "/channel/type" },
    { pointer: "/channel/credentials/token", secret: true, required: true }, { pointer: "/channel/settings/apiRoot" }];
  test("what is not typed cannot be tested", () => {
    assert.equal(aiCheck({ "/ai/provider": "a" }, fields), null);
    assert.equal(channelCheck({ "/channel/type": "c", "/channel/credentials/token": " " }, fields), null);
  });
  test("only what the test needs is sent", () => {
    assert.deepEqual(aiCheck({ "/ai/provider": "a", "/ai/apiKey": "k", "/ai/model": "m" }, fields), { provider: "a", apiKey: "k" });
    assert.deepEqual(aiCheck({ "/ai/provider": "a", "/ai/key": "0a1", "/ai/model": "m" }, [...fields, { pointer: "/ai/key" }]), { key: "0a1" });
    assert.deepEqual(channelCheck({ "/channel/type": "c", "/channel/credentials/token": "t", "/name": "n" }, fields), { type: "c", settings: {}, credentials: { token: "t" } });
  });
  test("yes, no and unknown are told apart", () => {
    assert.deepEqual([true, false, null].map((ok) => verdict({ ok }, "key").tone), ["good", "bad", "idle"]);
    const known = { ok: true, detail: "Fine", models: ["a", "b"] };
    assert.deepEqual([verdict(known, "key").text, verdict(known, "key", true).text], ["Fine. 2 models available.", "Fine. 2 models available; see the suggestions above."]);
    assert.equal(sharedWarning([]), "");
    assert.match(sharedWarning(["a", "b"]), /“a”, “b” use/);
  });
});

describe("usage", () => {
  const at = (second) => new Date(1_800_000_000_000 + second * 1000).toISOString();
  const sample = (second, rx, more = {}) => ({ at: at(second), cpu: 0.5, memory: 1e9, memoryLimit: 2 ** 31, rx, tx: 0, ...more });
  test("the network's rate comes from two samples, and a restarted counter is no rate", () => {
    const samples = [sample(0, 1000), sample(2, 5000), sample(4, 100)].reduce(withSample, []);
    assert.deepEqual(samples.map(({ network }) => network), [0, 2000, 0]);
  });
  test("only so many are kept", () => {
    let samples = [];
    for (let second = 0; second < KEPT + 20; second++) samples = withSample(samples, sample(second, 0));
    assert.equal(samples.length, KEPT);
  });
  test("the newest value is at the right edge, and none leaves the chart", () => {
    assert.equal(points([0, 5, 50], 10, 89, 40), "87.0,40.0 88.0,20.0 89.0,0.0");
    assert.equal(points([], 1, 89, 40), "");
  });
  test("the axis ends at the limit or at a round figure", () => {
    assert.deepEqual([ceiling([1], 2), ceiling([0.03]), ceiling([]), ceiling([1234])], [2, 0.05, 1, 2000]);
  });
  test("figures are words", () => {
    const [{ cpu, memory }] = [figures({ cpu: 0.034, memory: 2 ** 30, memoryLimit: 2 ** 31, network: 0 }, 2)];
    assert.deepEqual([cpu, memory], [["0.03 of 2", "CPUs"], ["1 GiB", "of 2 GiB"]]);
  });
  test("amounts have three digits at most", () => {
    assert.deepEqual([0, 512, 1023.9, 1536, 58e6, 999.6 * 2 ** 20, 3.4e9, NaN].map(bytes), ["0 bytes", "512 bytes", "1 KiB", "1.5 KiB", "55.3 MiB", "0.98 GiB", "3.2 GiB", ""]);
  });
});

describe("audit", () => {
  test("an action is told in words, and one without any as it is", () => assert.deepEqual(
      ["POST /api/bots/{id}/stop", "POST /api/new/{thing}", "bot-stopped-for-good"].map(actionWords), ["Bot stopped", "POST /api/new/{thing}", "Bot quarantined after a crash loop"]));
  test("who it was: somebody, a stranger, or BotMaker", () => assert.deepEqual(
      [{ user: "admin", source: "::1" }, { user: "", source: "::1" }, { user: "", source: "" }].map(who), ["admin, ::1", "not signed in, ::1", "BotMaker"]));
  test("how it went", () => assert.deepEqual([{ outcome: "ok" }, { outcome: "engine-down" }, { outcome: "unauthenticated" }].map(outcomeWords), ["success", "failed: engine down", "denied"]));
  test("what is loaded twice is there once", () => assert.deepEqual(withOlder([{ seq: 9 }, { seq: 8 }], [{ seq: 8 }, { seq: 7 }]).map(({ seq }) => seq), [9, 8, 7]));
});

describe("system", () => {
  test("facts leave out what there is not, and root is told from a user", () => {
    const facts = Object.fromEntries(systemFacts({ version: "1", engine: { reachable: false, problem: "away" }, user: "uid 1000" }, 0));
    assert.equal(facts["Docker Engine"], "away");
    assert.match(facts["Running as"], /not protected/);
    assert.ok(!("Disk" in facts || "Host" in facts));
  });
  test("the host's limits are told", () => assert.equal(
    Object.fromEntries(systemFacts({ version: "1", engine: { reachable: true, version: "29", cpus: 1, memory: 2 ** 30 } }, 0)).Host, "1 CPU, 1 GiB of memory"));
  test("an image is there, missing, or unknown", () => {
    assert.equal(new Set([{ present: true }, { present: false }, {}].map((image) => imageSentence(image, 0))).size, 3);
    assert.deepEqual([imageAction({ source: "none" }), imageAction({ source: "registry" }), imageAction({ source: "build", present: true })], ["", "Pull image", "Build image again"]);
  });
  test("progress is between 0 and 1, or unknown", () => {
    assert.deepEqual([{ current: 3, total: 4 }, { current: 9, total: 4 }, { current: 1, total: 0 }, {}].map((event) => buildProgress(event).part), [0.75, 1, null, null]);
    assert.equal(buildProgress({ step: "Step 1", detail: "npm" }).text, "Step 1: npm");
  });
  test("a disk is short by amount or by share", () => {
    assert.deepEqual([{ free: 1e9, total: 4e9 }, { free: 40e9, total: 1000e9 }, { free: 40e9, total: 100e9 }, undefined].map(isDiskShort), [true, true, false, false]);
  });
  test("a container's facts can be copied", () => assert.ok(containerFacts(bot({ containerId: "c" }), 1).some(([, , code]) => code)));
});

describe("drift", () => {
  const said = (what, expected, found) => differences([{ what, expected, found }])[0];
  test("figures are said as people say them, and what is no figure as it is", () => {
    assert.equal(said("HostConfig.Memory", "2147483648", "3221225472").words, "expected 2 GiB, found 3 GiB");
    assert.equal(said("HostConfig.NanoCpus", "1500000000", "nothing").words, "missing; expected 1.5");
    assert.equal(said("HostConfig.MemorySwap", "2147483648", "-1").words, "expected 2 GiB, found -1");
    assert.equal(said("HostConfig.Privileged", "nothing", "true").words, "expected off, found on");
  });
  test("what nobody has given words keeps the engine's name", () => {
    assert.equal(said("HostConfig.Unheard.Of", "a", "b").term, "HostConfig.Unheard.Of");
    assert.equal(said("Config.Env.TZ", "as specified", "another value").term, "Environment variable TZ");
  });
  test("repair is offered where it would change something", () =>
    assert.deepEqual([isRepairable([{ repairable: false }]), isRepairable([{ repairable: false }, { what: "Image" }]), isRepairable([{ what: "Image" }]), isRepairable(undefined)], [false, true, true, false]));
  test("the list says it only where it is so", () => {
    assert.deepEqual([driftSummary({}), driftSummary({ drift: [] })], ["", ""]);
    assert.match(driftSummary({ drift: [{}, {}] }), /\(2\)$/);
  });
});
