// Failure messages that stay until dismissed. They are announced and never take the focus.
import { h, icon } from "./dom.js";

const MOST = 4;

export function mountToasts(host) {
  return {
    /** @returns a function that removes the toast */
    fail({ title, cause, next }) {
      // The alert is inserted empty and filled afterwards: some screen readers miss an alert inserted with its text.
      const text = h("div", { class: "toast-text", role: "alert" });
      const toast = h("div", { class: "toast" }, text,
          h("button", { class: "quiet icon-only", type: "button", "aria-label": `Dismiss: ${title}`, onclick: () => toast.remove() }, icon("close")));
      while (host.childElementCount >= MOST) host.firstElementChild.remove();
      host.append(toast);
      requestAnimationFrame(() => text.append(h("strong", {}, title), h("p", {}, cause), next ? h("p", { class: "next" }, next) : ""));
      return () => { toast.remove(); };
    },
  };
}
