// The URLs of logs, and the names of saved files. Pure.

/** @param bots  ids  @param merged whether to use the merged log even for one bot  @param after the id of the last line received */
export function logAddress({ bots, merged = false, after = "", since = "", tail = 0 }) {
  const query = new URLSearchParams();
  if (merged) query.set("bots", bots.join(","));
  if (after) query.set("after", after);
  else if (since) query.set("since", since);
  if (tail && !since) query.set("tail", String(tail)); // Beside `after` it counts for those bots that have no line yet.
  return (merged ? "/api/logs?" : `/api/bots/${encodeURIComponent(bots[0])}/logs?`) + query;
}

/** A bot's complete log, as far as the engine keeps it, as a file. */
export const wholeLog = (bot) => `/api/bots/${encodeURIComponent(bot)}/logs.txt`;

/** The name of a saved file: letters, digits and dashes of the bot's name, and the time. */
export function fileName(name, now) {
  const base = name.normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "bot";
  return `${base}-${new Date(now).toISOString().slice(0, 19).replace(/:/g, "")}Z.log`;
}

/** Lines as text, `<time> [<bot>] <out|err> <text>`; separators as comments. @param nameOf bot id → name, or "" for a single bot */
export function asText(lines, nameOf = () => "") {
  return lines.map((line) => line.separator ? `# ${line.text}\n`
    : [line.time, nameOf(line.bot), line.stream, line.text].filter(Boolean).join(" ") + "\n");
}
