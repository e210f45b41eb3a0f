// The page of the prices: those of the operator, models without one, and those that BotMaker brings along.
import { h, icon, keyedList, setAttribute, setHidden, setText } from "../app/dom.js";
import { card, outcome } from "../app/card.js";
import { helpLink } from "../app/help.js";
import { explain } from "../app/problem.logic.js";
import { formatRoute } from "../app/route.logic.js";
import { askFields } from "../create/askfields.js";
import { fieldView } from "../create/field.js";
import { ownPrices, placedAtPrice, priceCells, priceFields, priceOf, valuesOfPrice, withoutPrice, withPrice } from "./prices.logic.js";

const COLUMNS = ["Model", "Input", "Output", "Cache read", "Cache write", "From"];

export function mountPrices(host, app) {
  let prices = null, unknown = [], catalog = null;
  const loading = outcome(), result = outcome();
  const missing = h("ul", { class: "orphans" });
  const without = card("Models without a price", { hidden: true, hint: "Bots use these models. What they cost is unknown, and no limit in USD can be kept for them." }, missing);
  const lists = h("div", {});
  const add = h("button", { type: "button", class: "small", onclick: () => change(() => ask("Add a price", {}), "The price was saved.") }, icon("plus"), "Add price");
  const all = card("Prices", { hidden: true, tools: [add],
    hint: ["In US dollars per million tokens. Yours win over those that BotMaker brings along. ", helpLink("spending#prices", "Help: prices")] }, lists);
  host.append(h("a", { class: "back always", href: formatRoute({ view: "system" }) }, icon("back"), "System"),
      h("h1", { tabindex: "-1" }, "Prices"), loading.element, result.element, without, all);
  result.show("");
  loading.show("Loading…");
  load();

  async function load() {
    try {
      [catalog, { prices, unknown }] = await Promise.all([app.catalog(), app.api.prices()]);
      loading.show("");
      show();
    } catch (problem) {
      if (problem.status === 401) return app.signedOut();
      const { cause, next } = explain(problem, "");
      loading.show(`The prices could not be loaded. ${cause} ${next}`, "bad");
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
      [text, tone] = [explain(problem, "").cause, "bad"];
    }
    await load();
    result.show(text, tone);
    if (document.activeElement === document.body) host.querySelector("h1").focus(); // The button went with its price.
  }

  function ask(title, values) {
    values["/provider"] ??= catalog.providers[0].id;
    const views = priceFields(catalog.providers).map((field) => fieldView(field, values[field.pointer], (value) => { values[field.pointer] = value; }));
    return askFields({ title, views: () => views, body: views.map(({ element }) => element), action: "Save price" }, async () => {
      const price = priceOf(values);
      try {
        await app.api.savePrices(withPrice(ownPrices(prices), price));
      } catch (problem) {
        if (problem.errors) problem.errors = placedAtPrice(problem.errors);
        throw problem;
      }
    }, app);
  }

  const find = (key) => prices.find(({ provider, model }) => `${provider} ${model}` === key);
  const labelOf = (id) => catalog.providers.find((provider) => provider.id === id)?.label ?? id;

  async function remove(price) {
    await app.api.savePrices(withoutPrice(ownPrices(prices), price));
    return true;
  }

  function show() {
    setHidden(without, unknown.length === 0);
    keyedList(missing, unknown, ({ provider, model }) => `${provider} ${model}`,
        (one) => h("li", {}, h("div", {}, h("strong", {}), h("span", { class: "hint" })),
            h("button", { type: "button", class: "small", onclick: () => change(() => ask(`Price of ${one.model}`, { "/provider": one.provider, "/model": one.model }), "The price was saved.") }, "Enter price…")),
        (item, { provider, model }) => {
          setText(item.firstChild.firstChild, model);
          setText(item.firstChild.lastChild, ` ${labelOf(provider)}`);
          setAttribute(item.lastChild, "aria-label", `Enter price of ${model}`);
        });
    setHidden(all, false);
    const providers = [...new Set(prices.map(({ provider }) => provider))];
    keyedList(lists, providers, (id) => id,
        () => h("section", { class: "price-list" }, h("h3", {}), h("div", { class: "scroll", role: "group" },
            h("table", { class: "prices" }, h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col" }, name)), h("td", {}))), h("tbody", {})))),
        (section, id) => {
          setText(section.firstChild, labelOf(id));
          setAttribute(section.lastChild, "aria-label", `Prices of ${labelOf(id)}`);
          keyedList(section.querySelector("tbody"), prices.filter(({ provider }) => provider === id), ({ provider, model }) => `${provider} ${model}`, row, update);
        });
  }

  function row({ provider, model }) {
    const key = `${provider} ${model}`;
    return h("tr", {}, h("th", { scope: "row" }, h("span", {}), h("span", { class: "hint" })), COLUMNS.slice(1).map((name) => h("td", { "data-label": name })),
        h("td", { class: "row-actions" },
            h("button", { type: "button", class: "small", onclick: () => change(() => ask(`Price of ${priceCells(find(key)).model}`, valuesOfPrice(find(key))), "The price was saved.") }),
            h("button", { type: "button", class: "small", onclick: () => change(() => remove(find(key)), "Your price was removed.") }, "Remove")));
  }

  function update(element, price) {
    const cells = priceCells(price);
    const [name, input, output, cacheRead, cacheWrite, source, actions] = element.children;
    setText(name.firstChild, cells.model);
    setText(name.lastChild, cells.note && ` ${cells.note}`);
    for (const [td, text] of [[input, cells.input], [output, cells.output], [cacheRead, cells.cacheRead], [cacheWrite, cells.cacheWrite], [source, cells.source]]) setText(td, text);
    const [edit, gone] = actions.children;
    setText(edit, price.own ? "Edit…" : "Replace…");
    setAttribute(edit, "aria-label", `${price.own ? "Edit" : "Replace"} price of ${cells.model}`);
    setAttribute(gone, "aria-label", `Remove your price of ${cells.model}`);
    setHidden(gone, !price.own);
    setHidden(edit, price.model === "*" && !price.own);
  }

  return { title: "Prices", update() {} };
}
