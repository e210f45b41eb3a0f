// A small bar chart with a text for each bar, hidden from screen readers: its frame says the same in a sentence.
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 600, HEIGHT = 80;

export function barChart() {
  const svg = make("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + 1}`, class: "bars", preserveAspectRatio: "none", "aria-hidden": "true" });
  return {
    element: svg,
    /** @param bars (width, height) → the bars, as spending.logic.js makes them */
    draw(bars) {
      svg.replaceChildren(make("line", { x1: 0, x2: WIDTH, y1: HEIGHT + 0.5, y2: HEIGHT + 0.5, class: "axis", "vector-effect": "non-scaling-stroke" }),
          ...bars(WIDTH, HEIGHT).map(({ x, y, width, height, unknown, text }) => {
            const title = make("title", {});
            title.textContent = text;
            const group = make("g", {});
            group.append(title, make("rect", { x, y: 0, width, height: HEIGHT, class: "day" }), make("rect", { x, y, width, height, class: unknown ? "bar unknown" : "bar" }));
            return group;
          }));
    },
  };
}

function make(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
