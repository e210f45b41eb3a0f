// Orphaned resources: containers, directories and networks without a bot, each with a button that removes it.
import { h, keyedList, setAttribute, setHidden, setText } from "../app/dom.js";
import { explain } from "../app/problem.logic.js";
import { orphanKind } from "./system.logic.js";
import { card, outcome } from "../app/card.js";
import { confirmAction } from "../app/dialogs.js";

/** @param changed called after one was removed */
export function orphansPart(app, changed) {
  const busy = new Set();
  const list = h("ul", { class: "orphans" });
  const none = h("p", { class: "hint" }, "None. Every container, directory and network belongs to a bot.");
  const result = outcome();
  const element = card("Orphaned resources", { hidden: true }, none, list, result.element);
  result.show("");
  let shown = [];

  const keyOf = ({ kind, id }) => `${kind} ${id}`;

  async function remove(orphan) {
    const key = keyOf(orphan), title = `${orphanKind(orphan.kind)} ${orphan.name || orphan.id}`;
    if (busy.has(key) || !await confirmAction({ title: `Remove ${title}?`, text: `${orphan.what ?? ""} ${orphan.wouldDo ?? ""} This cannot be undone.`.trim(), action: "Remove" })) return;
    busy.add(key);
    show(shown);
    try {
      await app.api.removeOrphan(orphan.kind, orphan.id);
      result.show("");
      app.announce(`${title} removed`);
      shown = shown.filter((one) => keyOf(one) !== key);
    } catch (problem) {
      if (problem.status === 401) app.signedOut();
      const { cause, next } = explain(problem, "");
      result.show(`Could not remove ${title}. ${cause} ${next}`, "bad");
    }
    busy.delete(key);
    show(shown);
    changed();
  }

  function show(orphans) {
    shown = orphans;
    setHidden(element, false);
    setHidden(none, orphans.length > 0);
    keyedList(list, orphans, keyOf,
        (orphan) => h("li", {}, h("div", {}, h("strong", {}), h("code", {}), h("p", { class: "hint" }), h("p", { class: "hint" })),
            h("button", { type: "button", class: "small", onclick: () => remove(orphan) }, "Remove…")),
        (item, orphan) => {
          const [kind, name, what, wouldDo] = item.firstChild.children;
          setText(kind, orphanKind(orphan.kind));
          setText(name, orphan.name || orphan.id);
          setText(what, orphan.what ?? "");
          setText(wouldDo, orphan.wouldDo ?? "");
          setAttribute(item.lastChild, "aria-label", `Remove ${orphanKind(orphan.kind)} ${orphan.name || orphan.id}`);
          setAttribute(item.lastChild, "aria-disabled", busy.has(keyOf(orphan)) ? "true" : null);
        });
  }

  return { element, show };
}
