// What a bot is made of, and the disk that it uses.
import { h, setHidden, setText } from "../dom.js";
import { containerFacts, MUCH_STATE } from "../logic/facts.js";
import { bytes } from "../logic/units.js";
import { card, describe } from "./card.js";
import { copyButton } from "./copy.js";

export function containerPart(app) {
  let stateBytes;
  const list = h("dl", {});
  const much = h("p", { class: "warning", hidden: true });
  const element = card("Container", {}, list, much);
  return {
    element,
    more(bot) {
      stateBytes = bot.stateBytes;
      this.update(bot);
    },
    update(bot) {
      describe(list, containerFacts(bot, stateBytes), () => copyButton(app));
      setHidden(much, !(stateBytes > MUCH_STATE));
      setText(much, `Its state has grown to ${bytes(stateBytes)}, where some 60 MiB are usual. It may keep large files in its workspace: ask it to tidy up, or look at its logs.`);
    },
  };
}
