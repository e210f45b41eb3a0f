// Shows the server's validation errors beside their fields, all at once; errors that belong to no field appear in an alert.
import { h, setHidden } from "../app/dom.js";
import { placeErrors } from "./form.logic.js";

/**
 * @param views  () → the visible fields
 * @param reveal (view) → void, expands the section that hides a field
 */
export function formErrors(views, reveal, announce) {
  const element = h("div", { class: "notice", role: "alert", hidden: true });
  return {
    element,
    clear() {
      for (const view of views()) view.showError("");
      setHidden(element, true);
    },

    show(errors) {
      const all = views();
      const { byField, rest } = placeErrors(errors, all.map(({ pointer }) => pointer));
      for (const view of all) {
        view.showError(byField.get(view.pointer) ?? "");
        if (byField.has(view.pointer)) reveal(view);
      }
      element.replaceChildren(...rest.map((message) => h("p", {}, message)));
      setHidden(element, rest.length === 0);
      all.find(({ pointer }) => byField.has(pointer))?.input.focus();
      announce(errors.length === 1 ? "1 field is invalid." : `${errors.length} fields are invalid.`);
    },

    /** Shows a failure that belongs to no field. */
    fail({ title, cause, next }, ...more) {
      element.replaceChildren(h("p", {}, h("strong", {}, title + ".")), h("p", {}, `${cause} ${next}`), ...more);
      setHidden(element, false);
      element.scrollIntoView({ block: "nearest" });
    },
  };
}
