// A bot's configuration, read-only or, after "Edit", as a form in the same place.
import { h, setHidden } from "../app/dom.js";
import { facts } from "./facts.logic.js";
import { card, describe } from "../app/card.js";
import { editForm } from "./edit.js";

export function configurationPart(app, id) {
  let bot = null, catalog = null, form = null;
  const list = h("dl", {});
  const place = h("div", { hidden: true });
  const edit = h("button", { type: "button", class: "small", onclick: open }, "Edit");
  const element = card("Configuration", { tools: [edit] }, list, place);
  app.catalog().then((known) => {
    catalog = known;
    if (bot) describe(list, facts(bot, Date.now(), catalog));
    if (app.draft(`edit:${id}`).values && bot) open(); // Earlier input is still there.
  }, () => {});

  async function open() {
    try {
      catalog ??= await app.catalog();
    } catch {
      return app.announce("The form could not be loaded.");
    }
    form = editForm(app, bot, catalog, close);
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
    setHidden(edit, editing);
    setHidden(place, !editing);
  }

  return {
    element,
    update(now, _state, time) {
      bot = now;
      describe(list, facts(bot, time, catalog));
      form?.update(bot);
    },
  };
}
