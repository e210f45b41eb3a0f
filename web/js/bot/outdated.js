// Says that a bot runs on another image than the one that is configured now.
import { h, setAttribute, setHidden, setText } from "../app/dom.js";

export function outdatedPart(app, id) {
  let bot = null;
  const button = h("button", { type: "button", onclick: () => app.recreate(bot) });
  const element = h("section", { class: "callout", "data-tone": "busy", "aria-label": "New image", hidden: true },
      h("div", {}, h("h2", {}, "There is a new image"),
          h("p", {}, "This bot was made from an older one. It keeps working; the new one has what was mended since.")), button);
  return {
    element,
    update(now, state) {
      bot = now;
      const action = state.busy.get(id);
      setHidden(element, !bot.imageOutdated);
      setAttribute(button, "aria-disabled", action ? "true" : null);
      setText(button, action === "recreating" ? "Recreating…" : "Recreate on the new image");
    },
  };
}
