// The few helpers over the DOM. Text goes in as text: there is no innerHTML anywhere, and no style attribute.

const SVG = "http://www.w3.org/2000/svg";

/** Creates an element. Attributes such as `onclick` are listeners; false, null and undefined omit an attribute. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else setAttribute(element, name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** An icon from the sprite in index.html; decorative, since it always accompanies a word. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export const setIcon = (svg, name) => setAttribute(svg.firstChild, "href", `#i-${name}`);

/** The setters write only differences, so an update that changes nothing is cheap and may run often. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === false || value == null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value === true ? "" : value)) element.setAttribute(name, value === true ? "" : value);
}

export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/**
 * Makes the children of `parent` match `items`, in order: the only keyed list.
 * Known items keep their elements, so focus, scrolling and transitions survive; elements already in place are not moved.
 * @param key    item → string, unique
 * @param create item → element, for a new item
 * @param update (element, item) → void, for every item
 */
export function keyedList(parent, items, key, create, update) {
  const wanted = new Set(items.map(key));
  const kept = new Map();
  for (const child of [...parent.children]) {
    if (wanted.has(child.dataset.key)) kept.set(child.dataset.key, child);
    else child.remove();
  }
  const focused = parent.ownerDocument?.activeElement;
  let next = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    let element = kept.get(name);
    if (!element) {
      element = create(item);
      element.dataset.key = name;
    }
    update(element, item);
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
  }
  // Moving an element takes its focus away.
  if (focused && parent.contains(focused) && parent.ownerDocument.activeElement !== focused) focused.focus({ preventScroll: true });
}
