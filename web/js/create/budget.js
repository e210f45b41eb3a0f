// The budget in the form of a bot: the limit a day, and, collapsed, the others. Only calls that go through BotMaker can be limited.
import { h, setHidden } from "../app/dom.js";
import { helpLink } from "../app/help.js";
import { formatRoute } from "../app/route.logic.js";
import { BUDGET, budgetOf, isPriced, ON_CAP, proposal } from "../spending/budget.logic.js";
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
    if (field.pointer !== ON_CAP) values.budgetTyped = true;
    onType();
  }));
  const [day, ...others] = views;
  const more = h("details", { class: "more" }, h("summary", {}, "More limits"), h("div", { class: "fields" }, others.map(({ element }) => element)));
  const note = h("p", { class: "hint", hidden: true }, "The price of this model is not known, so only tokens can be limited. For a limit in USD, enter the price on the page ",
      h("a", { href: formatRoute({ view: "prices" }) }, "Prices"), " first.");
  const element = h("fieldset", {}, h("legend", {}, "Budget"), day.element, note, more, h("p", { class: "aside" }, helpLink("spending", "Help: spending and budgets")));
  let offered = false;
  const hasMore = () => others.some(({ pointer, field }) => !field.options && Boolean(values[pointer]));
  more.open = hasMore();

  return {
    element,
    get views() { return offered ? views : []; },
    /** Expands the section that hides a field. */
    reveal(view) { if (more.contains(view.element)) more.open = true; },
    /** @param propose whether a limit a day may be filled in, until somebody types one */
    show(propose = false) {
      offered = isBrokered(values["/reach"]);
      setHidden(element, !offered);
      const provider = values["/ai/provider"], model = values["/ai/model"];
      setHidden(note, isPriced(prices, provider, model) || !model?.trim());
      if (!propose || values.budgetTyped) return;
      for (const [pointer, limit] of Object.entries(proposal(prices, provider, model))) {
        values[pointer] = limit;
        views.find((view) => view.pointer === pointer).input.value = limit;
      }
      more.open ||= hasMore();
    },
    /** The budget of the request; undefined where there is none. */
    request: () => offered ? budgetOf(values) : undefined,
  };
}
