// Live CPU, memory and network usage. Statistics are read only while the charts are visible.
import { h, setHidden, setText } from "../app/dom.js";
import { usageUrl } from "../app/api.js";
import { ceiling, figures, points, withSample } from "./usage.logic.js";
import { card } from "../app/card.js";
import { keepOpen } from "../app/stream.js";
import { sparkline } from "./sparkline.js";

const MEASURES = [["cpu", "CPU"], ["memory", "Memory"], ["network", "Network"]];

export function usagePart(app, id) {
  let bot = null, samples = [], inSight = false, offered = true, stream = null;
  const tiles = Object.fromEntries(MEASURES.map(([name, label]) => [name, tile(label)]));
  const note = h("p", { class: "hint", hidden: true }, "Paused while other windows of BotMaker are in use.");
  const element = card("Resources", { hidden: true }, h("div", { class: "tiles" }, Object.values(tiles).map((one) => one.element)), note);

  const gate = app.live.gate((now) => {
    setHidden(note, now !== "waiting");
    stream?.close();
    stream = now !== "open" ? null : keepOpen({ address: () => usageUrl(id), onEvents: received, onPhase: changed });
  }, () => stream?.nudge());

  const watch = () => gate.want(offered && inSight && bot?.status === "running");

  function received(events) {
    for (const { name, data } of events) if (name === "message" && data) samples = withSample(samples, data);
    if (samples.length) show();
  }

  /** A server without this function, or a bot that is gone, has nothing to show. */
  function changed(phase) {
    if (phase !== "ended") return;
    offered = false;
    setHidden(element, true);
  }

  function show() {
    const last = samples.at(-1), cpus = bot?.limits?.cpus;
    const texts = figures(last, cpus), limits = { cpu: cpus, memory: last.memoryLimit };
    for (const [name] of MEASURES) {
      const values = samples.map((sample) => sample[name]);
      tiles[name].show(texts[name], (width, height) => points(values, ceiling(values, limits[name]), width, height));
    }
  }

  const sight = new IntersectionObserver((entries) => {
    inSight = entries.at(-1).isIntersecting;
    watch();
  });
  sight.observe(element);

  return {
    element,
    unmount() {
      sight.disconnect();
      gate.want(false);
      gate.close();
    },
    update(now) {
      if (bot && bot.containerId !== now.containerId) samples = [];
      bot = now;
      setHidden(element, !offered || bot.status !== "running");
      watch();
    },
  };
}

function tile(label) {
  const amount = h("strong", {}, "–"), of = h("span", { class: "hint" });
  const chart = sparkline();
  return {
    element: h("div", { class: "tile" }, h("p", { class: "tile-label" }, label), h("p", { class: "tile-figure" }, amount, " ", of), chart.element),
    show([value, rest], line) {
      setText(amount, value);
      setText(of, rest);
      chart.draw(line);
    },
  };
}
