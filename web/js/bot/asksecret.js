// The dialog that replaces a secret.
import { ask, choices } from "../app/dialogs.js";
import { h, setAttribute, setHidden, setText } from "../app/dom.js";
import { explain } from "../app/problem.logic.js";
import { textField } from "../create/field.js";

/**
 * Asks for the new value of a secret, and stays open, with what was typed, until it is saved.
 * @param save (value) → promise
 */
export function askSecret({ label, hint, help, placeholder, effect, made }, save) {
  const field = made ? null : textField({ pointer: "/value", label: `New ${label}`, secret: true, required: true, hint, help, placeholder }, "", () => {});
  const failed = h("p", { class: "field-error", role: "alert", hidden: true });
  const submit = h("button", { type: "submit", class: "primary" }, made ? "Generate" : "Replace");
  let busy = false;
  return ask((dialog) => [
    h("h2", { id: "ask-title" }, `Replace the ${label}?`),
    h("p", {}, `The old value is overwritten and cannot be restored. ${effect}`),
    field?.element ?? (hint ? h("p", {}, hint) : ""), failed,
    choices(dialog, submit, made),
  ], async () => {
    if (busy) return null;
    busy = true;
    setAttribute(submit, "aria-disabled", "true");
    setHidden(failed, true);
    field?.showError("");
    try {
      await save(field ? field.input.value.trim() : null);
      return true;
    } catch (problem) {
      const message = problem.errors?.map((error) => error.message).join(" ");
      if (message && field) {
        field.showError(message);
        field.input.focus();
      } else {
        const { cause, next } = explain(problem, "");
        setText(failed, message || `${cause} ${next}`);
        setHidden(failed, false);
      }
      return null;
    } finally {
      busy = false;
      setAttribute(submit, "aria-disabled", null);
    }
  });
}
