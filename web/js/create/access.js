// Access: the policies of the channel with their meaning, and the allowlist where one is needed.
import { h, setHidden } from "../app/dom.js";
import { allowField, policies, policy } from "./form.logic.js";
import { fieldGroup } from "./fieldgroup.js";

const POINTER = "/access/policy";

/** @param onType called after each change */
export function accessPart(values, onType = () => {}) {
  const radios = h("div", { class: "radios" });
  const people = fieldGroup(values, onType);
  const element = h("fieldset", {}, h("legend", {}, "Access"), radios, people.element);

  let channel = null;

  function choose(id) {
    values[POINTER] = id;
    people.show(id === "allowlist" ? [allowField(channel)] : []);
  }

  return {
    element,
    get views() { return people.views; },
    get fields() { return [{ pointer: POINTER }, ...people.views.map(({ field }) => field)]; },
    show(newChannel) {
      channel = newChannel;
      const offered = policies(channel);
      if (values[POINTER] === "disabled" && offered.length) offered.push(policy("disabled")); // Not offered, but a bot may have it.
      const chosen = offered.find(({ id }) => id === values[POINTER]) ?? offered[0];
      radios.replaceChildren(...offered.map((one) => radio(one, one === chosen, (id) => {
        choose(id);
        onType();
      })));
      setHidden(element, offered.length === 0);
      choose(chosen?.id ?? "");
    },
  };
}

const radio = ({ id, label, meaning }, checked, choose) => h("label", { class: "radio" },
    h("input", { type: "radio", name: POINTER, value: id, checked, onchange: () => choose(id) }),
    h("span", {}, h("strong", {}, label), h("span", { class: "hint" }, meaning)));
