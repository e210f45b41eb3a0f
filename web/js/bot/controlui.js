// OpenClaw's Control UI of a bot: whether it is published on this host, and one-time links to it. A link is created on
// request, kept only in its element, and removed once used or expired.
import { h, setAttribute, setHidden, setText } from "../app/dom.js";
import { canOpen, switchLabel } from "./controlui.logic.js";
import { helpLink } from "../app/help.js";
import { explain } from "../app/problem.logic.js";
import { card, outcome } from "../app/card.js";
import { confirmAction } from "../app/dialogs.js";

export function controlUiPart(app, id) {
  let bot = null, busy = "", expiry = 0;
  const box = h("input", { type: "checkbox", role: "switch", "aria-describedby": "control-ui-hint", onchange: toggle });
  const label = h("span", {});
  const button = h("button", { type: "button", onclick: makeLink }, "Open Control UI");
  const link = h("a", { class: "button primary", target: "_blank", rel: "noopener noreferrer", hidden: true, onclick: used }, "Open in a new tab");
  const told = outcome();
  const open = h("div", { class: "check-line" }, button, link, told.element);
  const element = card("Control UI", {}, h("label", { class: "check" }, box, label),
      h("p", { class: "hint", id: "control-ui-hint" }, "OpenClaw’s own web interface for this bot. It is published on a port of this host and opens only through a one-time link; whoever opens the link controls the bot. ", helpLink("access#control-ui", "Help")),
      open);

  async function toggle() {
    const on = box.checked;
    box.checked = !on; // It shows the actual state, not the requested one.
    if (busy || !await confirmAction({
      title: `${on ? "Enable" : "Disable"} the Control UI of ${bot.name}?`,
      text: "The container is replaced, which interrupts the bot for about a minute. Its memory is kept.",
      action: on ? "Enable" : "Disable",
    })) return;
    forget();
    await working(on ? "Enabling…" : "Disabling…", `${on ? "Enabling" : "Disabling"} the Control UI of ${bot.name}`, async () => {
      app.changed(await app.api.change(id, { controlUi: on }));
      app.announce(`Control UI ${on ? "enabled" : "disabled"}`);
      told.show("");
    });
    box.focus();
  }

  function makeLink() {
    return working("Requesting a link…", "Requesting a link", async () => {
      const { url, expiresAt } = await app.api.controlUi(id);
      link.href = url;
      setHidden(link, false);
      expiry = setTimeout(() => forget("The link has expired. Request a new one."), Math.max(0, new Date(expiresAt) - Date.now()));
      told.show("The link works once and expires in ten minutes.", "good");
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

  function used() { // Runs after the browser has followed the link.
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
    setAttribute(button, "title", on && !canOpen(bot) ? "Available once the bot is ready" : null);
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
