// The bot's instructions. Input is kept until it is saved or discarded.
import { h, setAttribute, setHidden, setText } from "../app/dom.js";
import { explain } from "../app/problem.logic.js";
import { bytes } from "../app/units.logic.js";
import { card, outcome } from "../app/card.js";

const MOST = 32 * 1024; // Bytes of UTF-8.

export function instructionsPart(app, id) {
  const name = `instructions:${id}`;
  let saved = null, busy = false, asked = false;
  const text = h("textarea", { rows: 6, "aria-label": "Instructions", "aria-describedby": "instructions-hint", maxlength: MOST,
    placeholder: "You are the support desk of … Keep answers short and use the sender’s language.", oninput: typed });
  const hint = h("p", { class: "hint", id: "instructions-hint" });
  const save = h("button", { type: "submit", class: "primary" }, "Save");
  const undo = h("button", { type: "button", class: "quiet", onclick: reset }, "Discard changes");
  const result = outcome();
  const element = card("Instructions", { hidden: true, hint: "Describe who the bot is and how it should behave. The bot reads this at the start of each conversation." },
      h("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); send(); } }, text, hint, h("div", { class: "row-actions" }, save, undo, result.element)));
  result.show("");

  async function load() {
    asked = true;
    try {
      ({ text: saved } = await app.api.instructions(id));
    } catch {
      return; // Without the function or the bot there is nothing to show.
    }
    text.value = app.draft(name).text ?? saved;
    setHidden(element, false);
    show();
  }

  function typed() {
    const draft = app.draft(name);
    draft.text = text.value;
    draft.typed = text.value !== saved;
    result.show("");
    show();
  }

  function reset() {
    text.value = saved;
    app.forget(name);
    show();
    text.focus();
  }

  async function send() {
    if (busy || text.value === saved) return;
    busy = true;
    show();
    try {
      const sent = text.value;
      ({ text: saved } = await app.api.saveInstructions(id, sent) ?? { text: sent });
      if (text.value === sent) {
        text.value = saved;
        app.forget(name);
      }
      result.show("Saved", "good");
    } catch (problem) {
      if (problem.status === 401) app.signedOut();
      const { cause, next } = explain(problem, "");
      result.show(`Not saved. ${cause} ${next}`, "bad");
    } finally {
      busy = false;
      show();
    }
  }

  function show() {
    const size = new TextEncoder().encode(text.value).length, changed = text.value !== saved;
    setText(hint, size > MOST * 0.8 ? `${bytes(size)} of ${bytes(MOST)}` : "");
    setHidden(hint, hint.textContent === "");
    setAttribute(text, "aria-invalid", size > MOST ? "true" : null);
    setAttribute(save, "aria-disabled", busy || !changed ? "true" : null);
    setText(save, busy ? "Saving…" : "Save");
    setHidden(undo, !changed || busy);
  }

  return { element, update() { if (!asked) load(); } };
}
