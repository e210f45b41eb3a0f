// Access: the policies of the channel with their meaning, and the allowlist where one is needed.
import { h, setHidden } from "../app/dom.js";
import { allowField, policies, policy } from "./form.logic.js";
import { fieldGroup } from "./fieldgroup.js";
import { radioField } from "./radios.js";

const POINTER = "/access/policy";

/** @param onType called after each change */
export function accessPart(values, onType = () => {}) {
  const people = fieldGroup(values, onType);
  const radios = radioField({ pointer: POINTER }, (id) => {
    choose(id);
    onType();
  });
  const element = h("fieldset", {}, h("legend", {}, "Access"), radios.element, people.element);
  let channel = null;

  function choose(id) {
    values[POINTER] = id;
    people.show(id === "allowlist" ? [allowField(channel)] : []);
  }

  return {
    element,
    get views() { return [radios, ...people.views]; },
    show(newChannel) {
      channel = newChannel;
      const offered = policies(channel);
      if (values[POINTER] === "disabled" && offered.length) offered.push(policy("disabled")); // Not offered, but a bot may have it.
      const chosen = offered.find(({ id }) => id === values[POINTER]) ?? offered[0];
      radios.show(offered, chosen?.id);
      setHidden(element, offered.length === 0);
      choose(chosen?.id ?? "");
    },
  };
}
