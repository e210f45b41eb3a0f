// OpenClaw's own page for a bot: whether it can be opened on this host, and the link to it. A link is made when it is
// asked for, kept nowhere but in its own element, and taken away when it was used or has expired.
import { h, setAttribute, setHidden, setText } from "../app/dom.js";
import { canOpen, switchLabel } from "./controlui.logic.js";
import { explain } from "../app/problem.logic.js";
import { card, outcome } from "../app/card.js";
import { confirmAction } from "../app/dialogs.js";

export function controlUiPart(app, id) {
  let bot = null, busy = "", expiry = 0;
  const box = h("input", { type: "checkbox", role: "switch", "aria-describedby": "control-ui-hint", onchange: toggle });
  const label = h("span", {});
  const button = h("button", { type: "button", onclick: makeLink }, "Open Control UI");
  const link = h("a", { class: "button primary", target: "_blank", rel: "noopener noreferrer", hidden: true, onclick: used }, "Open it in a new tab");
  const told = outcome();
  const open = h("div", { class: "check-line" }, button, link, told.element);
  const element = card("Control UI", {}, h("label", { class: "check" }, box, label),
      h("p", { class: "hint", id: "control-ui-hint" }, "OpenClaw’s own page for this bot. Any user of this host can reach it and needs a one-time link; whoever opens the link controls this bot."),
      open);

  async function toggle() {
    const on = box.checked;
    box.checked = !on; // It shows what is, not what was asked for.
    if (busy || !await confirmAction({
      title: `Switch the Control UI of ${bot.name} ${on ? "on" : "off"}?`,
      text: "Its container is made anew, in the same state: a minute’s interruption.",
      action: on ? "Switch it on" : "Switch it off",
    })) return;
    forget();
    await working(on ? "Switching on…" : "Switching off…", `Switching the Control UI of ${bot.name}`, async () => {
      app.changed(await app.api.change(id, { controlUi: on }));
      app.announce(`The Control UI is ${on ? "on" : "off"}`);
      told.show("");
    });
    box.focus();
  }

  function makeLink() {
    return working("Asking the bot for a link…", "Asking for a link", async () => {
      const { url, expiresAt } = await app.api.controlUi(id);
      link.href = url;
      setHidden(link, false);
      expiry = setTimeout(() => forget("The link has expired. Ask for another one."), Math.max(0, new Date(expiresAt) - Date.now()));
      told.show("It works once, for ten minutes.", "good");
      link.focus();
    });
  }

  async function working(words, wanted, work) {
    if (busy || !bot) return;
    busy = words;
    told.show(words, "busy");
    show();
    try {
      await work();
    } catch (problem) {
      if (problem.status === 401) return app.signedOut();
      const { cause, next } = explain(problem, wanted);
      told.show(`${cause} ${next}`, "bad");
    } finally {
      busy = "";
      show();
    }
  }

  function used() { // After the browser has followed it.
    setTimeout(() => {
      forget("Opened in a new tab.");
      button.focus();
    });
  }

  function forget(words = "") {
    clearTimeout(expiry);
    link.removeAttribute("href");
    setHidden(link, true);
    told.show(words);
    show();
  }

  function show() {
    if (!bot) return;
    const on = Boolean(bot.controlUi);
    if (box.checked !== on) box.checked = on;
    setText(label, switchLabel(bot));
    setAttribute(box, "aria-disabled", busy ? "true" : null);
    setHidden(open, !on && !told.element.textContent);
    setHidden(button, !on || !link.hidden);
    setAttribute(button, "aria-disabled", busy || !canOpen(bot) ? "true" : null);
    setAttribute(button, "title", on && !canOpen(bot) ? "The bot is not ready" : null);
  }

  return {
    element,
    update(now) {
      if (bot?.controlUi?.port !== now.controlUi?.port && !link.hidden) forget();
      bot = now;
      show();
    },
    unmount() { clearTimeout(expiry); },
  };
}
