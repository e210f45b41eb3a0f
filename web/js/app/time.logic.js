// Times and durations as text. `now` is a parameter, so that every result can be tested. Pure.

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** The time elapsed, in at most two short units: "just now", "4 min", "2 h 10 min", "3 d". */
export function ago(time, now) {
  const elapsed = now - new Date(time ?? NaN).getTime();
  if (!Number.isFinite(elapsed)) return "";
  if (elapsed < MINUTE) return "just now";
  if (elapsed < HOUR) return `${Math.floor(elapsed / MINUTE)} min`;
  const hours = Math.floor(elapsed / HOUR);
  if (elapsed < 10 * HOUR) {
    const minutes = Math.floor((elapsed % HOUR) / MINUTE);
    return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
  }
  return elapsed < 2 * DAY ? `${hours} h` : `${Math.floor(elapsed / DAY)} d`;
}

/** The same as part of a sentence: "just now" or "4 min ago". */
export function agoInSentence(time, now) {
  const words = ago(time, now);
  return words === "" || words === "just now" ? words : words + " ago";
}

/** The time of day if today, else with the date; in the reader's time zone and locale. */
export function clock(time, now, locale = undefined) {
  const at = new Date(time ?? NaN);
  if (Number.isNaN(at.getTime())) return "";
  const sameDay = at.toDateString() === new Date(now).toDateString();
  const hours = { hour: "2-digit", minute: "2-digit" };
  return at.toLocaleString(locale, sameDay ? hours : { ...hours, year: "numeric", month: "short", day: "numeric" });
}

const two = (number) => String(number).padStart(2, "0");

/** The local time of day of a log line, to the millisecond; of fixed width, so that columns align. */
export function logTime(time) {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return "";
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}
