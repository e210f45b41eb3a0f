// The account menu: who is signed in, keyboard shortcuts, signing out.
import { h, icon, setText } from "./dom.js";
import { menu } from "./menu.js";

export function mountAccount(host, app) {
  const who = h("p", { class: "menu-note" }, "Signed in");
  const account = menu("Account", [
    ["Keyboard shortcuts", () => app.shortcuts()],
    ["Sign out", () => signOut(app)],
  ], { drawing: "person", note: who, kind: "quiet" });
  host.append(account);
  app.api.session().then(({ user }) => {
    setText(who, "Signed in as ");
    who.append(h("strong", {}, user));
    account.firstChild.setAttribute("aria-label", `Account: ${user}`);
    account.firstChild.title = `Signed in as ${user}`;
  }, () => {}); // The event stream reports the failure.
}

/** HTTP Basic authentication has no sign-out: the server can only ask the browser to forget the password, and not every browser does. */
async function signOut(app) {
  await app.api.signOut().catch(() => {});
  const forgotten = await app.api.session().then(() => false, ({ status }) => status === 401);
  app.signedOut(forgotten ? "forgotten" : "wanted");
}
