// One open log: reads it in batches, comes back by itself after every kind of error, rests while the tab is hidden, and
// tells in words how it is.
//
// It is a fetch and no EventSource: so a refusal can be told with the server's reason, thousands of lines a second arrive
// in batches, and a page that is busy makes the server wait instead of letting the browser pile up events.
import { Problem } from "../app/api.js";
import { delay } from "../app/backoff.logic.js";
import { eventParser } from "../app/sse.logic.js";

const SILENCE = 45_000; // ms; the server writes at least every 15 s.
const SLICE = 10; // ms of reading, then whatever else the page has to do.
const FINAL = new Set([401, 404]);

/**
 * @param address  (id of the last line, or "") → URL
 * @param onEvents ([{name, data, id}]) → void
 * @param onPhase  (phase, {retryAt, problem}) → void; phase is connecting, live, reconnecting, paused, ended or signed-out
 */
export function logStream({ address, onEvents, onPhase }) {
  let lastId = "", attempt = 0, closed = false, stopped = false, request = null, timer = 0;

  async function open() {
    clearTimeout(timer);
    request?.abort();
    if (closed || stopped || document.hidden) return;
    const current = request = new AbortController();
    onPhase("connecting", {});
    try {
      await read(current);
      if (current === request) retry(null);
    } catch (error) {
      if (current !== request || closed) return;
      const problem = error instanceof Problem ? error : null;
      if (problem?.status === 422 && lastId) {
        lastId = "";
        onEvents([{ name: "unknown-position", data: null, id: "" }]);
        open();
      } else if (problem && FINAL.has(problem.status)) {
        close();
        onPhase(problem.status === 401 ? "signed-out" : "ended", { problem });
      } else retry(problem);
    }
  }

  async function read(current) {
    const response = await fetch(address(lastId), { signal: current.signal, cache: "no-store", headers: { Accept: "text/event-stream, application/problem+json" } });
    if (!response.ok) {
      const content = await response.json().catch(() => null);
      throw new Problem({ title: response.statusText, ...content, status: response.status, retryAfter: response.headers.get("Retry-After") });
    }
    if (current !== request) return;
    onPhase("live", {});
    const reader = response.body.getReader(), decoder = new TextDecoder(), parse = eventParser();
    const watchdog = silence(current);
    let begun = performance.now();
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        if (current !== request) return;
        watchdog.heard();
        const events = parse(decoder.decode(part.value, { stream: true }));
        if (events.length > 0) {
          attempt = 0;
          lastId = events.at(-1).id || lastId;
          onEvents(events);
        }
        if (performance.now() - begun > SLICE) {
          await new Promise((resolve) => setTimeout(resolve));
          begun = performance.now();
        }
      }
    } finally {
      watchdog.stop();
      reader.cancel().catch(() => { /* It has failed already. */ });
    }
  }

  /** A connection that a sleeping laptop or a dead proxy left behind never fails by itself. */
  function silence(current) {
    let last = Date.now();
    const every = setInterval(() => { if (Date.now() - last > SILENCE) current.abort(); }, SILENCE / 5);
    return { heard() { last = Date.now(); }, stop() { clearInterval(every); } };
  }

  function retry(problem) {
    const wait = Math.max(delay(attempt++), 1000 * (Number(problem?.retryAfter) || 0));
    onPhase("reconnecting", { retryAt: Date.now() + wait, problem });
    timer = setTimeout(open, wait);
  }

  function rest() {
    clearTimeout(timer);
    request?.abort();
    request = null;
  }

  function onVisibility() {
    if (!document.hidden) return open();
    if (stopped) return;
    rest();
    onPhase("paused", {});
  }

  function close() {
    closed = true;
    rest();
    document.removeEventListener("visibilitychange", onVisibility);
    removeEventListener("online", open);
  }

  document.addEventListener("visibilitychange", onVisibility);
  addEventListener("online", open);
  open();
  return {
    close,
    /** Tries now what would be tried later. */
    retryNow: open,
    /** Reads no further; what comes after this id is read when go() is called. */
    stop(id) {
      lastId = id;
      stopped = true;
      rest();
    },
    go() {
      stopped = false;
      open();
    },
  };
}
