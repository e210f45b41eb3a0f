// A test conversation: messages to the bot and its replies as they are written, kept while the page is open.
import { h, keyedList, setAttribute, setHidden, setText } from "../app/dom.js";
import { isAbsent } from "../app/api.js";
import { plainText } from "../logs/line.logic.js";
import { explain } from "../app/problem.logic.js";
import { card } from "../app/card.js";

export function talkPart(app, id) {
  const draft = app.draft(`talk:${id}`);
  draft.said ??= [];
  draft.session ??= randomId();
  let bot = null, waiting = null, offered = true, count = draft.said.length;
  const said = h("ol", { class: "said", "aria-label": "Conversation" });
  const text = h("textarea", { rows: 2, "aria-label": "Message to the bot", placeholder: "Type a message…",
    oninput: () => { draft.text = text.value; },
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    } });
  text.value = draft.text ?? "";
  const button = h("button", { type: "submit", class: "primary" }, "Send");
  const note = h("p", { class: "hint" });
  const form = h("form", { class: "talk", onsubmit: (event) => { event.preventDefault(); send(); } }, text, button);
  const element = card("Try it", { hidden: true }, said, form, note);

  async function send() {
    if (waiting) return waiting.abort();
    const message = text.value.trim();
    if (!message || bot?.status !== "running") return text.focus();
    const answer = { key: `${++count}`, who: "bot", text: "", state: "waiting" };
    draft.said = [...draft.said, { key: `${++count}`, who: "you", text: message }, answer];
    text.value = draft.text = "";
    waiting = new AbortController();
    show();
    try {
      await app.live.hold(() => app.api.talk(id, message, draft.session, waiting.signal, (event, data) => {
        if (event === "delta") answer.text += data.text;
        if (event === "done") answer.state = "done";
        if (event === "failed") Object.assign(answer, { state: "failed", problem: data.detail });
        show();
      }));
      if (answer.state === "waiting") Object.assign(answer, { state: "failed", problem: waiting.signal.aborted ? "Canceled." : "The reply was cut off." });
    } catch (problem) {
      if (problem.status === 401) app.signedOut();
      if (isAbsent(problem)) offered = false;
      Object.assign(answer, { state: "failed", problem: Object.values(explain(problem, "")).slice(1).join(" ").trim() });
      text.value ||= draft.text = message; // Keep what was typed.
    }
    waiting = null;
    app.announce(answer.state === "done" ? `Reply: ${answer.text}` : `No reply. ${answer.problem}`);
    show();
  }

  function show() {
    setHidden(said, draft.said.length === 0);
    keyedList(said, draft.said, ({ key }) => key,
        ({ who }) => h("li", { "data-who": who }, h("span", { class: "unseen" }, who === "you" ? "You: " : "Bot: "), h("p", {}), h("p", { class: "field-error" })),
        (item, { who, text: words, state, problem }) => {
          setText(item.children[1], plainTextOf(words) || (state === "waiting" ? "…" : ""));
          setHidden(item.children[1], !item.children[1].textContent);
          setAttribute(item, "data-state", state);
          setText(item.children[2], problem ?? "");
          setHidden(item.children[2], !problem);
        });
    setText(button, waiting ? "Cancel" : "Send");
    setAttribute(button, "class", waiting ? "" : "primary");
    setAttribute(button, "aria-disabled", bot?.status === "running" ? null : "true");
    said.scrollTop = said.scrollHeight;
    const running = bot?.status === "running";
    setHidden(element, !offered || (!running && draft.said.length === 0));
    setText(note, !running ? "The bot is not running."
      : bot.health === "healthy" ? "The first reply can take up to 30 seconds. Each message calls the AI and is billed by your provider."
        : "The bot is not ready yet; it may not reply.");
  }

  return {
    element,
    unmount() { waiting?.abort(); },
    update(now) {
      bot = now;
      show();
    },
  };
}

/** Keeps line breaks and makes control characters visible. */
const plainTextOf = (words) => words.split("\n").map(plainText).join("\n");

/** A version 4 UUID. (crypto.randomUUID exists only in secure contexts.) */
function randomId() {
  const octets = crypto.getRandomValues(new Uint8Array(16));
  octets[6] = octets[6] & 15 | 64;
  octets[8] = octets[8] & 63 | 128;
  return [...octets].map((octet) => octet.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
