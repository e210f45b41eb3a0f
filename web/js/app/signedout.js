import { h } from "./dom.js";

// The page after signing out. Only a navigation makes the browser ask for the password again.
export function mountSignedOut(host, app, { wanted }) {
  host.append(h("section", { class: "empty" },
      h("h1", { tabindex: "-1" }, "You are signed out"),
      h("p", { class: "lead" }, wanted
        ? "Your bots are not affected and keep running."
        : "BotMaker no longer accepts the credentials of this browser: the password was changed, or the browser no longer has it. Your bots are not affected."),
      wanted === "forgotten" ? h("p", {}, "This browser has forgotten the password.") : "",
      wanted === "wanted" ? h("p", {}, "This browser keeps the password until all of its windows are closed. On a shared computer, close them all.") : "",
      h("p", {}, h("a", { class: "button primary", href: "/" }, "Sign in again"))));
  return { title: "Signed out", update() {} };
}
