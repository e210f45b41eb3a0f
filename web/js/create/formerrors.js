// Where the server's answer to a form lands: beside the fields, all at once; what belongs to no field in an alert.
import { h, setHidden } from "../app/dom.js";
import { placeErrors } from "./form.logic.js";

/**
 * @param views  () → the fields that are shown
 * @param reveal (view) → void, opens what hides a field
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
      announce(errors.length === 1 ? "One field needs another look." : `${errors.length} fields need another look.`);
    },

    /** A failure that is of no field. */
    fail({ title, cause, next }, ...more) {
      element.replaceChildren(h("p", {}, h("strong", {}, title + ".")), h("p", {}, `${cause} ${next}`), ...more);
      setHidden(element, false);
      element.scrollIntoView({ block: "nearest" });
    },
  };
}
