// Keeps one event stream open: reads it in batches, reconnects after every kind of failure and notices a connection that is
// dead without having been closed. It uses no document, so that a worker can run it too.
//
// It is a fetch and not an EventSource: a refusal comes with the server's reason, the server's comments count as signs of
// life, thousands of events a second arrive in batches, and a busy page slows the server down instead of queueing events.
import { Problem } from "./api.js";
import { delay, patience } from "./backoff.logic.js";
import { eventParser } from "./sse.logic.js";

const SILENCE = 40_000; // ms; the server writes at least every 15 s.
const SLICE = 10; // ms of reading before the page gets its turn.
const FINAL = new Set([401, 404]);

/**
 * @param address  (id of the last event, or "") → URL
 * @param onEvents ([{name, data, id, text}]) → void
 * @param onPhase  (phase, {retryAt, problem}) → void; phase is connecting, live, reconnecting, ended or signed-out
 * @param resting whether it waits for go() before it opens
 * @param quick    whether the server answers this address at once: an attempt to reconnect is then given up within seconds
 */
export function keepOpen({ address, onEvents, onPhase, resting = false, quick = false }) {
  let lastId = "", attempt = 0, took = 0, closed = false, lost = false, request = null, timer = 0;

  async function open() {
    clearTimeout(timer);
    request?.abort();
    if (closed || resting) return;
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
        onEvents([{ name: "unknown-position", data: null, id: "", text: "" }]);
        open();
      } else if (problem && FINAL.has(problem.status)) {
        close();
        onPhase(problem.status === 401 ? "signed-out" : "ended", { problem });
      } else retry(problem);
    }
  }

  async function read(current) {
    const asked = performance.now(), impatience = setTimeout(() => current.abort(), patience(lost ? attempt : 0, quick, took));
    const response = await fetch(address(lastId), { signal: current.signal, cache: "no-store", headers: { Accept: "text/event-stream, application/problem+json" } })
        .finally(() => clearTimeout(impatience));
    if (!response.ok) {
      const content = await response.json().catch(() => null);
      throw new Problem({ title: response.statusText, ...content, status: response.status, retryAfter: response.headers.get("Retry-After") });
    }
    if (current !== request) return;
    lost = false;
    took = Math.max(1, performance.now() - asked);
    onPhase("live", {});
    const reader = response.body.getReader(), decoder = new TextDecoder(), parse = eventParser();
    const watchdog = silence(current);
    let begun = performance.now();
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        if (current !== request) return;
        watchdog.heard();
        attempt = 0;
        const events = parse(decoder.decode(part.value, { stream: true }));
        lastId = parse.lastId() || lastId;
        if (events.length > 0) {
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

  /** A connection left behind by a sleeping laptop, a dead proxy or a lost network never fails by itself. */
  function silence(current) {
    let last = Date.now();
    const every = setInterval(() => { if (Date.now() - last > SILENCE) current.abort(); }, SILENCE / 10);
    return { heard() { last = Date.now(); }, stop() { clearInterval(every); } };
  }

  function retry(problem) {
    lost = problem === null;
    const wait = Math.max(delay(attempt++), 1000 * (Number(problem?.retryAfter) || 0));
    onPhase("reconnecting", { retryAt: Date.now() + wait, problem });
    timer = setTimeout(open, wait);
  }

  function stop() {
    clearTimeout(timer);
    request?.abort();
    request = null;
  }

  function close() {
    closed = true;
    stop();
    removeEventListener("online", open);
  }

  addEventListener("online", open);
  open();
  return {
    close,
    /** Retries now instead of later. */
    retryNow: open,
    /** Called when the server is reachable again: retries a lost connection now; a refusal keeps its waiting time. */
    nudge() { if (lost) open(); },
    /** Reads no further until go(). @param from the id to continue after; absent for the last one read */
    rest(from) {
      lastId = from ?? lastId;
      resting = true;
      lost = false;
      stop();
    },
    go() {
      if (!resting) return;
      resting = false;
      open();
    },
  };
}
