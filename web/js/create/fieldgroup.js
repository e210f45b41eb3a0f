// Fields that depend on a choice: the common ones visible, the rare ones collapsed.
import { h, setHidden } from "../app/dom.js";
import { isRare } from "./form.logic.js";
import { fieldView } from "./field.js";

/**
 * @param values the input, by pointer; kept up to date while the operator types
 * @param onType called after each change
 * @param foot   an element below the common fields
 */
export function fieldGroup(values, onType = () => {}, foot = "") {
  const common = h("div", { class: "fields" }), rare = h("div", { class: "fields" });
  const more = h("details", { class: "more" }, h("summary", {}, "Advanced settings"), rare);
  let views = [];
  return {
    element: h("div", { class: "group" }, common, foot, more),
    get views() { return views; },
    show(fields) {
      views = fields.map((field) => fieldView(field, values[field.pointer], (value) => {
        values[field.pointer] = value;
        onType(field);
      }));
      common.replaceChildren(...views.filter(({ field }) => !isRare(field)).map(({ element }) => element));
      rare.replaceChildren(...views.filter(({ field }) => isRare(field)).map(({ element }) => element));
      more.open = views.some(({ field }) => isRare(field) && values[field.pointer]);
      setHidden(more, rare.childElementCount === 0);
    },
    /** Expands the section that hides a field. */
    reveal(view) { if (rare.contains(view.element)) more.open = true; },
  };
}
