// The keyboard's shortcuts. Single letters get in the way of some people's tools, so all can be switched off (WCAG 2.1.4). Pure.
export const SHORTCUTS = [
  { key: "/", command: "search", label: "Search" },
  { key: "j", command: "next", label: "Next bot" },
  { key: "k", command: "previous", label: "Previous bot" },
  { key: "Enter", command: null, label: "Open the bot" },
  { key: "l", command: "logs", label: "Logs of the bot" },
  { key: "s", command: "toggle", label: "Start or stop the bot" },
  { key: "x", command: "select", label: "Select the bot, for one action on several" },
  { key: "n", command: "create", label: "New bot" },
  { key: "?", command: "help", label: "These shortcuts" },
];

/** What a key press asks for, or null. A key in a field, a dialog or a log is that place's own. */
export function commandOf({ key, ctrlKey, metaKey, altKey, place }, on) {
  if (!on || ctrlKey || metaKey || altKey) return null;
  if (place === "field" || place === "dialog") return null;
  return SHORTCUTS.find((shortcut) => shortcut.key === key)?.command ?? null;
}

/** The neighbour of an id in a list; the first or last one where there is none yet. */
export function neighbour(ids, current, step) {
  const index = ids.indexOf(current);
  if (index < 0) return ids.at(step > 0 ? 0 : -1) ?? null;
  return ids[Math.min(Math.max(index + step, 0), ids.length - 1)];
}
