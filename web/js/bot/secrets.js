// A bot's secrets by name and date, and how to replace one. Values are never read back.
import { h, icon, keyedList, setAttribute, setText } from "../app/dom.js";
import { secretField, shownSecrets } from "./edit.logic.js";
import { helpLink } from "../app/help.js";
import { own } from "../app/own.logic.js";
import { agoInSentence, clock } from "../app/time.logic.js";
import { card } from "../app/card.js";
import { askSecret } from "./asksecret.js";

export function secretsPart(app, id) {
  let bot = null, catalog = null;
  const list = h("ul", { class: "secrets" });
  const element = card("Secrets", { hint: ["Only names are shown. Values can be replaced but never read back. ", helpLink("security#secrets", "Help")] }, list);
  app.catalog().then((known) => {
    catalog = known;
    if (bot) show(Date.now());
  }, () => {});

  const about = (name) => secretField(name, catalog?.channels.find((one) => one.id === bot.channel.type),
      catalog?.providers.find((one) => one.id === bot.ai.provider));

  async function replace(name) {
    const field = about(name);
    const done = await askSecret(field, async (value) => app.changed(await app.api.replaceSecret(id, name, value)), app);
    if (done) app.announce(`${field.label} replaced`);
  }

  function show(now) {
    keyedList(list, shownSecrets(bot), (name) => name,
        (name) => h("li", {}, icon("key"), h("div", {}, h("strong", {}), h("span", { class: "hint" })), h("code", {}, name),
            h("button", { type: "button", class: "small", onclick: () => replace(name) }, "Replace…")),
        (item, name) => {
          const { label } = about(name);
          const [title, date] = item.children[1].children;
          setText(title, label);
          const at = own(bot.secretsWrittenAt ?? {}, name);
          setText(date, at ? `updated ${agoInSentence(at, now)}` : "");
          setAttribute(date, "title", at && clock(at, now));
          setAttribute(item.lastChild, "aria-label", `Replace the ${label}…`);
        });
  }

  return {
    element,
    update(now, _state, time) {
      bot = now;
      show(time);
    },
  };
}
