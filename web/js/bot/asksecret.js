// The dialog that replaces a secret.
import { h } from "../app/dom.js";
import { askFields } from "../create/askfields.js";
import { textField } from "../create/field.js";

/** @param save (value) → promise */
export function askSecret({ label, hint, help, placeholder, effect, made }, save, app) {
  const field = made ? null : textField({ pointer: "/value", label: `New ${label}`, secret: true, required: true, hint, help, placeholder }, "", () => {});
  return askFields({
    title: `Replace the ${label}?`, text: `The old value is overwritten and cannot be restored. ${effect}`,
    views: () => field ? [field] : [], body: [field?.element ?? (hint ? h("p", {}, hint) : "")],
    action: made ? "Generate" : "Replace", careful: made,
  }, () => save(field ? field.input.value.trim() : null), app);
}
