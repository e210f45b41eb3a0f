// The bots' image and its build, which continues while other pages are open.
import { h, setAttribute, setHidden, setText } from "../app/dom.js";
import { inlines, textOf } from "../app/markdown.logic.js";
import { plainText } from "../logs/line.logic.js";
import { explain } from "../app/problem.logic.js";
import { buildProgress, imageAction, imageSentence } from "./system.logic.js";
import { card, describe, outcome } from "../app/card.js";

/** @param changed called when the image may have changed */
export function imagePart(app, changed) {
  const build = app.draft("image-build"); // {running, text, part, tone}
  let image = null, mounted = true;
  const facts = h("dl", {});
  const bar = h("progress", { max: 1, "aria-label": "Image build" });
  const result = outcome(), how = h("p", { class: "hint" }), output = h("pre", { tabindex: "0", "aria-label": "Last lines of the build output", hidden: true });
  const button = h("button", { type: "button", onclick: start });
  const element = card("Bot image", { hidden: true }, facts, h("div", { class: "build" }, how, button, bar, result.element, output));

  async function start() {
    if (build.running) return;
    Object.assign(build, { running: true, text: "Starting…", part: null, tone: "busy", output: [] });
    build.show();
    let ended = false;
    try {
      await app.api.buildImage(new AbortController().signal, (event, data) => {
        if (event === "done" || event === "failed") {
          ended = true;
          Object.assign(build, event === "done" ? { text: "The image is ready.", tone: "good" } : { text: `Build failed. ${data.detail ?? ""}`, tone: "bad", output: data.output ?? [] });
        } else {
          Object.assign(build, buildProgress(data));
        }
        build.show();
      });
      if (!ended) Object.assign(build, { text: "Lost track of the progress. The build may still be running; refresh later.", tone: "bad" });
    } catch (problem) {
      if (problem.status === 401) app.signedOut();
      const { cause, next } = explain(problem, "");
      Object.assign(build, { text: `${cause} ${next}`, tone: "bad" });
    }
    build.running = false;
    if (!build.isShown()) app.announce(build.text);
    build.show();
    build.changed();
  }

  // The build reports to whichever page is mounted now.
  build.isShown = () => mounted;
  build.changed = () => { if (mounted) changed(); };
  build.show = () => {
    if (!mounted) return;
    setHidden(bar, !build.running);
    if (build.part == null) bar.removeAttribute("value"); else bar.value = build.part;
    result.show(build.text ?? "", build.tone);
    setAttribute(button, "aria-disabled", build.running ? "true" : null);
    setAttribute(button, "class", image && !image.present && !build.running ? "primary" : "");
    setText(button, build.running ? "In progress…" : imageAction(image ?? {}));
    setHidden(button, !build.running && imageAction(image ?? {}) === "");
    how.replaceChildren(...inlines(image?.sourceDetail ?? "").map((part) => part.kind === "code" ? h("code", {}, part.text) : textOf([part])));
    setHidden(how, how.textContent === "");
    setText(output, (build.output ?? []).map(plainText).join("\n"));
    setHidden(output, output.textContent === "");
  };

  return {
    element,
    unmount() { mounted = false; },
    show(now) {
      image = now;
      setHidden(element, !image);
      if (!image) return;
      describe(facts, [["Image", image.reference], ["Status", imageSentence(image, Date.now())], ["Image ID", image.id, true]].filter(([, value]) => value));
      build.show();
      if (image.work) start(); // Another window started it; follow along.
    },
  };
}
