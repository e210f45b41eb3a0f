// Offers an upgrade to a bot that runs on an older image.
import { h, setAttribute, setHidden, setText } from "../app/dom.js";

export function outdatedPart(app, id) {
  let bot = null;
  const button = h("button", { type: "button", onclick: () => app.recreate(bot) });
  const element = h("section", { class: "callout", "data-tone": "busy", "aria-label": "Upgrade", hidden: true },
      h("div", {}, h("h2", {}, "Upgrade available"),
          h("p", {}, "A newer image is installed. The bot keeps running on the old one until you upgrade it; if the upgrade fails, BotMaker rolls back.")), button);
  return {
    element,
    update(now, state) {
      bot = now;
      const action = state.busy.get(id);
      setHidden(element, !bot.imageOutdated);
      setAttribute(button, "aria-disabled", action ? "true" : null);
      setText(button, action === "upgrading" ? "Upgrading…" : "Upgrade");
    },
  };
}
