// A form field: label, hint, input and error.
import { h, icon, setAttribute, setHidden, setText } from "../app/dom.js";

/**
 * A bot's secret is not a password of this site, but browsers offer to save every field of type "password" and fill it with
 * saved passwords, whatever autocomplete says. So it is a text field whose characters are drawn as dots (css/form.css); the
 * other attributes keep password managers away.
 */
const SECRET = { class: "secret", "data-1p-ignore": "", "data-bwignore": "", "data-lpignore": "true", "data-form-type": "other", autocorrect: "off" };

/**
 * @param field   as form.logic.js describes it: {pointer, label, required, secret, hint, help, placeholder, suggestions, multiline, kind, options}
 * @param value   the initial value
 * @param onInput (value) → void
 */
export function textField(field, value, onInput) {
  const id = idOf(field);
  const options = (texts) => texts.map((text) => h("option", { value: text }));
  const suggestions = field.suggestions ? h("datalist", { id: `${id}-list` }, options(field.suggestions)) : "";
  const input = h(field.multiline ? "textarea" : "input", {
    placeholder: field.placeholder, required: field.required, spellcheck: "false", autocomplete: "off", autocapitalize: "off",
    rows: field.multiline ? field.rows ?? 3 : null, type: field.multiline ? null : "text", ...(field.secret ? SECRET : {}), inputmode: field.kind === "number" ? "decimal" : null,
    list: suggestions ? suggestions.id : null,
  });
  const view = frame(field, input, value, onInput, "input");
  view.element.append(suggestions);
  view.suggest = (texts) => { if (suggestions) suggestions.replaceChildren(...options(texts)); };
  if (field.secret) input.after(revealButton(input, field.label));
  return view;
}

/** A choice among entries {id, label}. */
export function choiceField(field, entries, value, onChoice) {
  return frame(field, h("select", {}, entries.map(({ id, label }) => h("option", { value: id }, label ?? id))), value, onChoice, "change");
}

const FLAG = [{ id: "", label: "default" }, { id: "true", label: "yes" }, { id: "false", label: "no" }];

/** The control for a field of the catalog. */
export const fieldView = (field, value, onInput) =>
    field.options || field.kind === "flag" ? choiceField(field, field.options ?? FLAG, value, onInput) : textField(field, value, onInput);

const idOf = (field) => "f" + field.pointer.replaceAll(/[^a-zA-Z0-9]/g, "-");

function frame(field, input, value, onInput, event) {
  const id = idOf(field);
  const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const hintText = h("span", {}, field.hint ?? "", " ");
  const hint = h("p", { class: "hint", id: `${id}-hint` }, hintText, help(field.help));
  setAttribute(input, "id", id);
  setAttribute(input, "name", field.pointer);
  setAttribute(input, "aria-describedby", `${id}-error ${id}-hint`);
  input.value = value ?? "";
  input.addEventListener(event, () => {
    showError("");
    onInput(input.value);
  });

  function showError(message) {
    setText(error, message);
    setHidden(error, !message);
    setHidden(hintText, Boolean(field.hint) && message.includes(field.hint)); // The error repeats it.
    setAttribute(input, "aria-invalid", message ? "true" : null);
  }

  const element = h("div", { class: "field" },
      h("label", { for: id }, field.label, field.required ? "" : h("span", { class: "optional" }, " optional")),
      h("div", { class: "input" }, input), error, field.hint || field.help ? hint : "");
  return { field, pointer: field.pointer, element, input, showError };
}

const help = (text) => !text ? "" : /^https:\/\//.test(text)
  ? h("a", { href: text, target: "_blank", rel: "noreferrer noopener" }, "Where to get this") : text;

/** Shows a secret only while the button is held down. */
function revealButton(input, label) {
  const show = (shown) => { input.classList.toggle("shown", shown); };
  const isPress = (event) => event.key === " " || event.key === "Enter";
  return h("button", { type: "button", class: "quiet icon-only reveal", "aria-label": `Show ${label} while held`, title: "Hold to show",
    onpointerdown: () => show(true), onpointerup: () => show(false), onpointerleave: () => show(false), onpointercancel: () => show(false),
    onkeydown: (event) => { if (isPress(event)) { event.preventDefault(); show(true); } },
    onkeyup: () => show(false), onblur: () => show(false) }, icon("eye"));
}
