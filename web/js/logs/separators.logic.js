// The events between the lines of a log, as text. Pure.
import { logTime } from "../app/time.logic.js";

/** A log entry that is not a line. `at`: ms since 1970, or NaN without a time */
const separated = (kind, text, at = NaN) => ({ separator: kind, text, at, spans: [] });

/** @param name gap, started, died, engine, removed or end  @param data the event's data, where there is any  @param who the bot's name in a merged log */
export function separator(name, data, who = "") {
  const [kind, text] = words(name, data ?? {});
  if (!kind) return null; // An event of a later version.
  const at = typeof data?.t === "string" ? Date.parse(data.t) : NaN, time = logTime(at).slice(0, 8);
  return separated(kind, (who ? `${who}: ` : "") + text + (time ? ` · ${time}` : ""), at);
}

function words(name, { detail, available, oom, exitCode }) {
  switch (name) {
    case "started": return ["started", "Started"];
    case "died": return [exitCode === 0 && !oom ? "stopped" : "died", death(oom, exitCode)];
    case "gap": return ["gap", detail ?? "Lines are missing here."];
    case "engine": return available ? ["started", "Docker is responding again"] : ["gap", detail ?? "Docker is not responding"];
    case "removed": return ["end", "Deleted. No more lines will follow."];
    case "end": return ["end", "The bot was deleted. End of log."];
    default: return [];
  }
}

function death(oom, exitCode) {
  if (oom) return "Killed: out of memory";
  if (exitCode === undefined || exitCode === null) return "Exited";
  return exitCode === 0 ? "Exited with code 0" : `Exited with code ${exitCode}`;
}

/** The entry after a reconnection. @param complete true if no lines are missing, false if a gap entry follows, null if unknown */
export function returned(milliseconds, complete) {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  const away = seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return separated("back", `Reconnected after ${away}.` + (complete ? " No lines were lost." : ""));
}

export const notKept = (count) => separated("gap", `${count.toLocaleString("en")} lines arrived too fast to be kept here. They are in the download.`);

export const startsAnew = () => separated("gap", "The last line shown is no longer known. Continued from the end of the log; lines may be missing.");

/** The entry with the date, before the first line of a day. */
export function daySeparator(at, locale = undefined) {
  return separated("day", new Date(at).toLocaleDateString(locale, { weekday: "long", year: "numeric", month: "long", day: "numeric" }), at);
}

/** A number that identifies a day in the local time zone. */
export function dayOf(at) {
  const date = new Date(at);
  return (date.getFullYear() * 12 + date.getMonth()) * 31 + date.getDate();
}
