// The AI key in the form of a bot, with a test of it.
import { h, setHidden } from "../app/dom.js";
import { formatRoute } from "../app/route.logic.js";
import { chosenKey, KEPT_KEY, keyFields, NEW_KEY, usableKeys } from "./key.logic.js";
import { isBrokered } from "../bots/reach.logic.js";
import { fieldGroup } from "./fieldgroup.js";

/**
 * @param values the input, by pointer
 * @param keys   the kept keys
 * @param onType called after each change
 * @param test   the line that tests it; absent where none is offered
 * @param adapt  (fields) → fields, changes them before they are shown
 */
export function keyPart(values, keys, { onType, test = null, adapt = (fields) => fields }) {
  const group = fieldGroup(values, (field) => {
    test?.reset();
    if (field.pointer === KEPT_KEY) {
      show(provider);
      group.views[0].input.focus();
    }
    onType();
  }, test?.element);
  const manage = h("p", { class: "hint" }, h("a", { href: formatRoute({ view: "keys" }) }, "Manage keys"));
  let provider = null, shown = "";

  /** @param now the provider of the catalog; reach and base URL are taken from the input */
  function show(now) {
    provider = now;
    const brokered = isBrokered(values["/reach"]);
    const usable = brokered ? usableKeys(keys, provider.id, values["/ai/baseUrl"]) : [];
    const chosen = chosenKey(usable, values);
    if (brokered) values[KEPT_KEY] = chosen;
    const fields = adapt(keyFields(provider, values["/reach"], usable, chosen));
    const what = JSON.stringify([fields, chosen]);
    if (what !== shown) {
      group.show(fields);
      test?.reset();
    }
    shown = what;
    if (test) setHidden(test.element, fields.length === 0);
    setHidden(manage, !brokered);
  }

  return {
    element: h("div", { class: "key-part" }, group.element, manage),
    get views() { return group.views; },
    show,
    /** Forgets what was entered: nothing entered for one provider is sent to another, least of all its key. */
    forget() {
      delete values[KEPT_KEY];
      delete values[NEW_KEY];
      shown = "";
    },
  };
}
