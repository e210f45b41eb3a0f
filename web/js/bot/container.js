// A bot's container and the disk space it uses.
import { h, setHidden, setText } from "../app/dom.js";
import { containerFacts, MUCH_STATE } from "./facts.logic.js";
import { bytes } from "../app/units.logic.js";
import { card, describe } from "../app/card.js";
import { copyButton } from "../app/copy.js";

export function containerPart(app) {
  const list = h("dl", {});
  const much = h("p", { class: "warning", hidden: true });
  const element = card("Container", {}, list, much);
  return {
    element,
    update(bot) {
      const { stateBytes } = bot;
      describe(list, containerFacts(bot, stateBytes), () => copyButton(app));
      setHidden(much, !(stateBytes > MUCH_STATE));
      setText(much, `The state directory has grown to ${bytes(stateBytes)}; about 60 MiB is typical. The bot may keep large files in its workspace: ask it to clean up, or check its logs.`);
    },
  };
}
