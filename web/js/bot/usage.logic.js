// Resource usage as figures and as points of a chart. Pure.
import { bytes } from "../app/units.logic.js";

export const KEPT = 90; // Samples: about two minutes.

/** The samples so far with one more; a sample's network rates come from the one before it. */
export function withSample(samples, { at, cpu, memory, memoryLimit, rx, tx }) {
  const time = new Date(at).getTime(), before = samples.at(-1);
  const seconds = before ? (time - before.time) / 1000 : 0;
  const rate = (now, then) => seconds > 0 && now >= then ? (now - then) / seconds : 0; // Counters start anew with the container.
  return [...samples, {
    time, cpu, memory, memoryLimit, rx, tx,
    network: before ? rate(rx, before.rx) + rate(tx, before.tx) : 0,
  }].slice(-KEPT);
}

/** The upper end of a chart's axis: the limit where there is one, else the next round figure above all values. */
export function ceiling(values, limit = 0) {
  if (limit > 0) return limit;
  const most = Math.max(...values, 0);
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= most);
}

/** The `points` of a polyline of `width` × `height`: the newest value at the right edge. */
export function points(values, most, width, height) {
  const step = width / (KEPT - 1);
  return values.map((value, index) => {
    const x = width - (values.length - 1 - index) * step;
    const y = height - Math.min(Math.max(value / most, 0), 1) * height;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  }).join(" ");
}

/** The last sample as text: the amount used, and the limit. */
export const figures = ({ cpu, memory, memoryLimit, network }, cpus) => ({
  cpu: [`${cpu < 0.1 ? cpu.toFixed(2) : cpu.toFixed(1)} ${cpus ? `of ${cpus}` : ""}`.trim(), cpus === 1 ? "CPU" : "CPUs"],
  memory: [bytes(memory), memoryLimit ? `of ${bytes(memoryLimit)}` : ""],
  network: [`${bytes(network)}/s`, "in + out"],
});
