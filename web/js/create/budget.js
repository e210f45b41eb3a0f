// The budget in the form of a bot: the limit a day, and, collapsed, the others. Only calls that go through BotMaker can be limited.
import { h, setHidden } from "../app/dom.js";
import { helpLink } from "../app/help.js";
import { formatRoute } from "../app/route.logic.js";
import { BUDGET, budgetOf, DAY, isPriced, ON_CAP, PROPOSED } from "../spending/budget.logic.js";
import { fieldView } from "./field.js";
import { isBrokered } from "../bots/reach.logic.js";

/**
 * @param values the input, by pointer
 * @param prices as GET /api/prices lists them; for a proposal
 * @param onType called after each change
 */
export function budgetPart(values, prices, onType) {
  values[ON_CAP] ??= "answer";
  const views = BUDGET.map((field) => fieldView(field, values[field.pointer], (value) => {
    values[field.pointer] = value;
    if (field.pointer === DAY) values.budgetTyped = true;
    onType();
  }));
  const [day, ...others] = views;
  const more = h("details", { class: "more" }, h("summary", {}, "More limits"), h("div", { class: "fields" }, others.map(({ element }) => element)));
  const note = h("p", { class: "hint", hidden: true }, "The price of this model is not known. For a limit in USD, enter it on the page ",
      h("a", { href: formatRoute({ view: "prices" }) }, "Prices"), " first.");
  const element = h("fieldset", {}, h("legend", {}, "Budget"), day.element, note, more, h("p", { class: "aside" }, helpLink("spending", "Help: spending and budgets")));
  let offered = false;
  more.open = others.some(({ pointer, field }) => !field.options && values[pointer]);

  return {
    element,
    get views() { return offered ? views : []; },
    /** Expands the section that hides a field. */
    reveal(view) { if (more.contains(view.element)) more.open = true; },
    /** @param propose whether the limit a day may be filled in, until somebody types one */
    show(propose = false) {
      offered = isBrokered(values["/reach"]);
      setHidden(element, !offered);
      const priced = isPriced(prices, values["/ai/provider"], values["/ai/model"]);
      setHidden(note, priced || !values["/ai/model"]?.trim());
      if (!propose || values.budgetTyped) return;
      values[DAY] = priced ? PROPOSED : "";
      day.input.value = values[DAY];
    },
    /** The budget of the request; undefined where there is none. */
    request: () => offered ? budgetOf(values) : undefined,
  };
}
