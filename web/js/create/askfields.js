// A dialog with fields, such as the one that replaces a secret.
import { ask, choices } from "../app/dialogs.js";
import { h, setAttribute } from "../app/dom.js";
import { explain } from "../app/problem.logic.js";
import { formErrors } from "./formerrors.js";

/**
 * Asks for the fields' values, and stays open, with what was typed, until they are saved. The server's errors appear beside them.
 * @param text   what the dialog says above the fields
 * @param views  () → the fields
 * @param body   the elements that hold the fields
 * @param reveal (field) → void, expands the section that hides it
 * @param action the label of the button that saves; `careful` puts the focus on Cancel
 * @param save   () → promise
 * @returns {Promise<boolean | null>} true once saved
 */
export function askFields({ title, text, views, body = [], reveal = () => {}, action, careful = false }, save, app) {
  const submit = h("button", { type: "submit", class: "primary" }, action);
  const errors = formErrors(views, reveal, app.announce);
  let busy = false;
  const asked = ask((dialog) => [
    h("h2", { id: "ask-title" }, title), text ? h("p", {}, text) : "", ...body, errors.element, choices(dialog, submit, careful),
  ], async () => {
    if (busy) return null;
    busy = true;
    setAttribute(submit, "aria-disabled", "true");
    errors.clear();
    try {
      await save();
      return true;
    } catch (problem) {
      if (problem.errors?.length) errors.show(problem.errors);
      else errors.fail(explain(problem, action));
      return null;
    } finally {
      busy = false;
      setAttribute(submit, "aria-disabled", null);
    }
  });
  views()[0]?.input.focus();
  return asked;
}
