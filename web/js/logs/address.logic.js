// The addresses of logs, and the names of files made of them. Pure.

/** @param bots  ids; `merged` asks for them as one log even if it is only one  @param after the id of the last line that was seen */
export function logAddress({ bots, merged = false, after = "", since = "", tail = 0 }) {
  const query = new URLSearchParams();
  if (merged) query.set("bots", bots.join(","));
  if (after) query.set("after", after);
  else if (since) query.set("since", since);
  if (tail && !since) query.set("tail", String(tail)); // Beside `after` it counts for those bots that have no line yet.
  return (merged ? "/api/logs?" : `/api/bots/${encodeURIComponent(bots[0])}/logs?`) + query;
}

/** Everything that the engine keeps of one bot, as a file. */
export const wholeLog = (bot) => `/api/bots/${encodeURIComponent(bot)}/logs.txt`;

/** A name for a file of what is shown: letters, digits and dashes of the bot's name, and when. */
export function fileName(name, now) {
  const base = name.normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "bot";
  return `${base}-${new Date(now).toISOString().slice(0, 19).replace(/:/g, "")}Z.log`;
}

/** Lines as text, `<time> [<bot>] <out|err> <text>`; separators as remarks. @param nameOf bot id → name, or "" when there is but one */
export function asText(lines, nameOf = () => "") {
  return lines.map((line) => line.separator ? `# ${line.text}\n`
    : [line.time, nameOf(line.bot), line.stream, line.text].filter(Boolean).join(" ") + "\n");
}
