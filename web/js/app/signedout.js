import { h } from "./dom.js";

/** Says why nothing is shown any more. Only a navigation makes the browser ask for the password again. */
export function mountSignedOut(host, app, { wanted }) {
  host.append(h("section", { class: "empty" },
      h("h1", { tabindex: "-1" }, "You are signed out"),
      h("p", { class: "lead" }, wanted
        ? "This page shows and does nothing more. Your bots are not affected: they go on as before."
        : "BotMaker no longer accepts what this browser sends: the password was changed, or the browser has forgotten it. Your bots are not affected."),
      wanted === "forgotten" ? h("p", {}, "The browser has forgotten the password.") : "",
      wanted === "wanted" ? h("p", {}, "This browser keeps the password until all its windows are closed. On a computer that others use, close them all.") : "",
      h("p", {}, h("a", { class: "button primary", href: "/" }, "Sign in again"))));
  return { title: "Signed out", update() {} };
}
