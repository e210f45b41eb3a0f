// The page of the kept keys. Their values go in and never come out.
import { h, icon, keyedList, setAttribute, setHidden, setText } from "../app/dom.js";
import { card, outcome } from "../app/card.js";
import { checkLine } from "../create/check.js";
import { confirmAction } from "../app/dialogs.js";
import { helpLink } from "../app/help.js";
import { explain } from "../app/problem.logic.js";
import { formatRoute } from "../app/route.logic.js";
import { clock } from "../app/time.logic.js";
import { askLabel, askLimit, askNewKey, askValue } from "./askkey.js";
import { enteredWords, lastUseWords, monthWords, serverOf, testWords } from "./keys.logic.js";

export function mountKeys(host, app) {
  let keys = null, catalog = null, uses = new Map();
  const loading = outcome(), result = outcome();
  const list = h("ul", { class: "kept-keys" });
  const shown = card("API keys", { hidden: true, tools: [addButton("small")],
    hint: ["Bots use these keys through BotMaker and never see them. Values can be replaced but never read back. ", helpLink("keys", "Help")] }, list);
  const empty = h("section", { class: "empty-keys", hidden: true },
      h("h2", {}, "No keys yet"),
      h("p", {}, "Keep an API key here and let bots use it: BotMaker adds it to their calls, so that no bot can read or leak it. Several bots can share a key, and you replace it in one place."),
      h("p", {}, "A key that you enter for a bot is kept here, too, unless the bot’s reach is Legacy. ", helpLink("keys", "Help: keys and reach")),
      h("p", {}, addButton("primary")));
  host.append(h("a", { class: "back always", href: formatRoute({ view: "system" }) }, icon("back"), "System"),
      h("h1", { tabindex: "-1" }, "Keys"), loading.element, result.element, shown, empty);
  result.show("");
  loading.show("Loading…");
  load();

  function addButton(tone) {
    return h("button", { type: "button", class: tone, onclick: () => change(() => askNewKey(app, catalog), "The key was added.") }, icon("plus"), "Add key");
  }

  async function load() {
    try {
      [catalog, { keys }, uses] = await Promise.all([app.catalog(), app.api.keys(), usesByKey()]);
      loading.show("");
      show();
    } catch (problem) {
      if (problem.status === 401) return app.signedOut();
      const { cause, next } = explain(problem, "");
      loading.show(`The keys could not be loaded. ${cause} ${next}`, "bad");
    }
  }

  /** What each key was used for, and when last; unknown where that cannot be read, which must not hide the keys. */
  async function usesByKey() {
    try {
      return new Map((await app.api.allSpending()).keys.map((key) => [key.id, key]));
    } catch (problem) {
      if (problem.status === 401) throw problem;
      return null;
    }
  }

  /** @param work () → promise of true if it was done */
  async function change(work, done) {
    result.show("");
    let text = done, tone = "good";
    try {
      if (!await work()) return;
    } catch (problem) {
      if (problem.status === 401) return app.signedOut();
      const { cause, next } = explain(problem, "");
      [text, tone] = [`${cause} ${next}`, "bad"];
    }
    await load();
    result.show(text, tone);
    if (document.activeElement === document.body) host.querySelector("h1").focus(); // The button went with its key.
  }

  async function testKept(request) {
    const answer = await app.api.checkAi(request);
    await load();
    return answer;
  }

  const find = (id) => keys.find((key) => key.id === id);

  const remove = (id) => async () => {
    const { label } = find(id);
    if (!await confirmAction({ title: `Delete ${label}?`, text: "BotMaker’s copy of the key is deleted, which cannot be undone. The key stays valid until you revoke it at the provider.", action: "Delete key" })) return false;
    await app.api.deleteKey(id);
    return true;
  };

  function item({ id }) {
    const button = (name, label, work, done) => h("button", { type: "button", class: "small", "data-action": name, onclick: () => change(work, done) }, label);
    const used = h("p", { class: "hint", id: `key-${id}-used` }, h("span", {}), h("span", {}), h("span", {}));
    const test = checkLine({ label: "Test", what: "key", request: () => ({ key: id }), send: testKept, signedOut: app.signedOut });
    return h("li", {}, icon("key"),
        h("div", {}, h("strong", {}), h("p", { class: "hint" }, h("span", {}), " · ", h("span", {}), " · ", h("span", {})), used,
            h("p", { class: "hint", "data-what": "spent" }),
            h("p", { class: "warning", hidden: true }, "This key was in a bot, which could read it. Create a new one at the provider, enter it with Replace, and revoke the old one."), test.element),
        h("div", { class: "row-actions" },
            button("replace", "Replace…", () => askValue(app, find(id), catalog), "The key was replaced."),
            button("limit", "Limit…", () => askLimit(app, find(id)), "The limit was saved."),
            button("rename", "Rename…", () => askLabel(app, find(id)), "The key was renamed."),
            h("button", { type: "button", class: "small", "data-action": "delete", "aria-describedby": used.id,
              onclick: () => { if (find(id).usedBy.length === 0) change(remove(id), "The key was deleted."); } }, "Delete…")));
  }

  function update(row, key, now) {
    const [, text, actions] = row.children;
    const [label, server, used, month, warning] = text.children;
    setText(month, [monthWords(key, uses), lastUseWords(key, uses)].filter(Boolean).join(" · "));
    setText(label, key.label);
    const [name, entered, tested] = server.children;
    setText(name, serverOf(key, catalog));
    setText(entered, enteredWords(key, now));
    setAttribute(entered, "title", clock(key.replacedAt, now));
    setText(tested, testWords(key, now));
    setAttribute(tested, "title", key.test ? clock(key.test.at, now) : null);
    setText(used.firstChild, key.usedBy.length ? "Used by " : "Not used by any bot");
    keyedList(used.children[1], key.usedBy, ({ id }) => id, () => h("span", { class: "user" }, h("a", {})), (user, { id, name }) => {
      setAttribute(user.firstChild, "href", formatRoute({ view: "detail", id }));
      setText(user.firstChild, name);
    });
    setText(used.lastChild, key.usedBy.length ? ", so it cannot be deleted" : "");
    setHidden(warning, !key.wasInBot);
    setAttribute(text.querySelector(".check-line button"), "aria-label", `Test ${key.label}`);
    for (const button of actions.querySelectorAll("button")) setAttribute(button, "aria-label", `${button.textContent.replace("…", "")} ${key.label}…`);
    setAttribute(actions.querySelector('[data-action="delete"]'), "aria-disabled", key.usedBy.length ? "true" : null);
  }

  function show() {
    const now = Date.now();
    setHidden(shown, keys.length === 0);
    setHidden(empty, keys.length > 0);
    keyedList(list, keys, ({ id }) => id, item, (row, key) => update(row, key, now));
  }

  return { title: "Keys", update() { if (keys) show(); } };
}
