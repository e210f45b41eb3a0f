import { h } from "../dom.js";

/** Says that the password is no longer accepted. Only a navigation makes the browser ask for it again. */
export function mountSignedOut(host) {
  host.append(h("section", { class: "empty" },
      h("h1", { tabindex: "-1" }, "You are signed out"),
      h("p", { class: "lead" }, "BotMaker no longer accepts what this browser sends: the password was changed, or the browser has forgotten it. Your bots are not affected."),
      h("p", {}, h("a", { class: "button primary", href: "/" }, "Sign in"))));
  return { title: "Signed out", update() {} };
}
