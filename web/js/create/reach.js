// Reach: how far the bot reaches, and where its API key is.
import { h } from "../app/dom.js";
import { helpLink } from "../app/help.js";
import { proposed, reaches } from "../bots/reach.logic.js";
import { radioField } from "./radios.js";

const POINTER = "/reach";

/** @param onChoice called after each change */
export function reachPart(values, onChoice) {
  const radios = radioField({ pointer: POINTER }, (id) => {
    values[POINTER] = id;
    values.reachChosen = id; // kept while a channel does not allow it
    onChoice();
  });
  const element = h("fieldset", {}, h("legend", {}, "Reach"), radios.element, h("p", { class: "aside" }, helpLink("keys", "Help: keys and reach")));
  return {
    element,
    view: radios,
    /** @param present the reach of the bot that is being edited; a new bot gets the proposed one unless another was chosen */
    show(channel, present = "") {
      const offered = reaches(channel, present);
      const chosen = offered.find(({ id, problem }) => id === values.reachChosen && !problem)?.id
          ?? (present || proposed(channel, values["/access/policy"]));
      values[POINTER] = chosen;
      radios.show(offered, chosen);
    },
  };
}
