// A bot's configuration, read-only or, after "Edit", as a form in the same place.
import { h, setHidden } from "../app/dom.js";
import { holdsKey } from "./edit.logic.js";
import { facts } from "./facts.logic.js";
import { helpLink } from "../app/help.js";
import { card, describe } from "../app/card.js";
import { editForm } from "./edit.js";

export function configurationPart(app, id) {
  let bot = null, catalog = null, keys = null, prices = null, form = null, asked = "";
  const list = h("dl", {});
  const place = h("div", { hidden: true });
  const edit = h("button", { type: "button", class: "small", onclick: open }, "Edit");
  const risk = h("p", { class: "aside", hidden: true }, "The API key is in a file that this bot can read, and so can whoever talks it into revealing it. ", helpLink("keys", "Help: keys and reach"));
  const element = card("Configuration", { tools: [edit] }, list, risk, place);
  app.catalog().then((known) => {
    catalog = known;
    if (bot) show(Date.now());
    if (app.draft(`edit:${id}`).values && bot) open(); // Earlier input is still there.
  }, () => {});

  function show(now) {
    describe(list, facts(bot, now, catalog, keys ?? []));
    setHidden(risk, !holdsKey(bot) || form !== null);
  }

  /** The label of a kept key is its own resource's, and asked for once. */
  async function nameKey() {
    const id = bot.ai.key ?? "";
    if (id === asked) return;
    asked = id;
    if (!id) return;
    keys = await app.api.keys().then((answer) => answer.keys, () => keys);
    if (bot) show(Date.now());
  }

  async function open() {
    try {
      catalog ??= await app.catalog();
      [{ keys }, { prices }] = await Promise.all([app.api.keys(), app.api.prices()]);
    } catch {
      return app.announce("The form could not be loaded.");
    }
    form = editForm(app, bot, catalog, keys, prices, close);
    place.replaceChildren(form.element);
    swap(true);
    if (document.activeElement === edit || document.activeElement === document.body) form.focus();
  }

  function close(saved) {
    form = null;
    swap(false);
    place.replaceChildren();
    edit.focus();
    if (saved) app.announce("Saved");
  }

  function swap(editing) {
    setHidden(list, editing);
    show(Date.now());
    setHidden(edit, editing);
    setHidden(place, !editing);
  }

  return {
    element,
    update(now, _state, time) {
      bot = now;
      show(time);
      nameKey();
      form?.update(bot);
    },
  };
}
