// Reach: how far the bot reaches, and where its API key is.
import { h, setHidden } from "../app/dom.js";
import { helpLink } from "../app/help.js";
import { DEFAULT_REACH, reaches } from "./reach.logic.js";
import { radioField } from "./radios.js";

const POINTER = "/reach";

/** @param onChoice called after each change */
export function reachPart(values, onChoice) {
  const radios = radioField({ pointer: POINTER }, (id) => {
    values[POINTER] = id;
    onChoice();
  });
  const element = h("fieldset", {}, h("legend", {}, "Reach"), radios.element, h("p", { class: "aside" }, helpLink("keys", "Help: keys and reach")));
  return {
    element,
    view: radios,
    /** @param present the reach of the bot that is being edited */
    show(channel, present = "") {
      const offered = reaches(channel, present);
      const chosen = offered.find(({ id, problem }) => id === values[POINTER] && !problem)?.id ?? DEFAULT_REACH;
      values[POINTER] = chosen;
      radios.show(offered, chosen);
      setHidden(element, offered.length < 2);
    },
  };
}
