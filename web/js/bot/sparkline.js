// A small line chart, hidden from screen readers since the figure beside it says the same.
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 180, HEIGHT = 40;

export function sparkline() {
  const svg = make("svg", { viewBox: `0 -2 ${WIDTH} ${HEIGHT + 4}`, class: "sparkline", preserveAspectRatio: "none", "aria-hidden": "true" });
  const area = make("polygon", { class: "area" }), line = make("polyline", { class: "line", "vector-effect": "non-scaling-stroke" });
  svg.append(make("line", { x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT, class: "axis", "vector-effect": "non-scaling-stroke" }), area, line);
  return {
    element: svg,
    /** @param points (width, height) → the points of the line */
    draw(points) {
      const text = points(WIDTH, HEIGHT);
      line.setAttribute("points", text);
      const first = text.slice(0, text.indexOf(","));
      area.setAttribute("points", `${text} ${WIDTH},${HEIGHT} ${first},${HEIGHT}`);
    },
  };
}

function make(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
