// CPU, memory and network, live. The engine is asked only while the charts are in sight, in a tab that is in sight.
import { h, setHidden, setText } from "../app/dom.js";
import { isAbsent } from "../app/api.js";
import { delay } from "../app/backoff.logic.js";
import { ceiling, figures, points, withSample } from "./usage.logic.js";
import { card } from "../app/card.js";
import { sparkline } from "./sparkline.js";

const MEASURES = [["cpu", "CPU"], ["memory", "Memory"], ["network", "Network"]];

export function usagePart(app, id) {
  let bot = null, samples = [], inSight = false, offered = true, stream = null, attempt = 0, timer = 0;
  const tiles = Object.fromEntries(MEASURES.map(([name, label]) => [name, tile(label)]));
  const element = card("What it uses", { hidden: true }, h("div", { class: "tiles" }, Object.values(tiles).map((one) => one.element)));

  const wanted = () => offered && inSight && !document.hidden && bot?.status === "running";

  async function watch() {
    clearTimeout(timer);
    if (!wanted()) {
      stream?.abort();
      stream = null;
      return;
    }
    if (stream) return;
    const current = stream = new AbortController();
    try {
      await app.api.usage(id, current.signal, (event, data) => {
        if (event !== "message") return;
        attempt = 0;
        samples = withSample(samples, data);
        show();
      });
    } catch (problem) {
      if (isAbsent(problem)) {
        offered = false;
        setHidden(element, true);
      }
    }
    if (current !== stream) return; // It was closed on purpose.
    stream = null;
    if (wanted()) timer = setTimeout(watch, delay(attempt++));
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
  document.addEventListener("visibilitychange", watch);

  return {
    element,
    unmount() {
      sight.disconnect();
      document.removeEventListener("visibilitychange", watch);
      bot = null;
      watch();
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
