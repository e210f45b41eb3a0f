// A choice among radio buttons, each with a sentence that explains it.
import { h, setHidden, setText } from "../app/dom.js";

/**
 * @param field    {pointer}
 * @param onChoice (id) → void
 */
export function radioField(field, onChoice) {
  const radios = h("div", { class: "radios" });
  const error = h("p", { class: "field-error", id: `radios${field.pointer.replaceAll("/", "-")}-error`, hidden: true });

  function showError(message) {
    setText(error, message);
    setHidden(error, !message);
  }

  const radio = ({ id, label, meaning, problem }, checked) => h("label", { class: "radio" },
      h("input", { type: "radio", name: field.pointer, value: id, checked, disabled: Boolean(problem), "aria-describedby": error.id,
        onchange: () => {
          showError("");
          onChoice(id);
        } }),
      h("span", {}, h("strong", {}, label), h("span", { class: "hint" }, meaning), problem ? h("span", { class: "hint problem" }, problem) : ""));

  return {
    field, pointer: field.pointer, element: h("div", { class: "choice" }, radios, error), showError,
    get input() { return radios.querySelector(":checked") ?? radios.querySelector("input"); },
    /** @param entries {id, label, meaning, problem}; one with a problem cannot be chosen */
    show(entries, chosen) {
      showError("");
      radios.replaceChildren(...entries.map((entry) => radio(entry, entry.id === chosen)));
    },
  };
}
