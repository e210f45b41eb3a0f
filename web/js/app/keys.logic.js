// Keyboard shortcuts. Single-letter keys interfere with some assistive tools, so they can be turned off (WCAG 2.1.4). Pure.
export const SHORTCUTS = [
  { key: "/", command: "search", label: "Search" },
  { key: "j", command: "next", label: "Next bot" },
  { key: "k", command: "previous", label: "Previous bot" },
  { key: "Enter", command: null, label: "Open the focused bot" },
  { key: "l", command: "logs", label: "Open its logs" },
  { key: "s", command: "toggle", label: "Start or stop the bot" },
  { key: "x", command: "select", label: "Select the bot for a bulk action" },
  { key: "n", command: "create", label: "New bot" },
  { key: "?", command: "help", label: "Show these shortcuts" },
];

/** The command of a key press, or null. Keys typed into a field or a dialog belong to it. */
export function commandOf({ key, ctrlKey, metaKey, altKey, place }, on) {
  if (!on || ctrlKey || metaKey || altKey) return null;
  if (place === "field" || place === "dialog") return null;
  return SHORTCUTS.find((shortcut) => shortcut.key === key)?.command ?? null;
}

/** The id before or after another in a list; the first or last one if there is no current id. */
export function neighbour(ids, current, step) {
  const index = ids.indexOf(current);
  if (index < 0) return ids.at(step > 0 ? 0 : -1) ?? null;
  return ids[Math.min(Math.max(index + step, 0), ids.length - 1)];
}
