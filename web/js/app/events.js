// EventSource with three things added: it comes back by itself from every kind of error, it rests while the tab is
// hidden, and it tells in words how it is.
import { api } from "./api.js";
import { delay } from "./backoff.logic.js";

/**
 * Opens a stream and keeps it open until close().
 * @param url      (last event id or "") → address; a resumed stream is asked for what comes after that id
 * @param handlers event name → (data, event) → void; data is the parsed JSON, or null
 * @param onPhase  (phase, retryAt) → void; phase is connecting, live, reconnecting (until retryAt), paused or signed-out
 */
export function liveStream({ url, handlers, onPhase }) {
  let source = null, timer = 0, attempt = 0, lastId = "", closed = false;

  function open() {
    clearTimeout(timer);
    source?.close();
    if (closed || document.hidden) return;
    onPhase("connecting");
    const current = source = new EventSource(url(lastId));
    current.onopen = () => onPhase("live");
    current.onerror = () => retry(current);
    for (const [name, handle] of Object.entries(handlers)) {
      current.addEventListener(name, (event) => {
        if (current !== source) return;
        attempt = 0;
        if (event.lastEventId) lastId = event.lastEventId;
        handle(parse(event.data), event);
      });
    }
  }

  // The browser's own retry gives up on an HTTP error and cannot tell a 401 from a server that is away.
  async function retry(failed) {
    failed.close();
    if (failed !== source || closed) return;
    const wait = delay(attempt++);
    onPhase("reconnecting", Date.now() + wait);
    clearTimeout(timer);
    timer = setTimeout(open, wait);
    const status = await api.session().then(() => 200, (problem) => problem.status);
    if (status === 401 && failed === source && !closed) {
      close();
      onPhase("signed-out");
    }
  }

  function onVisibility() {
    if (closed) return;
    if (!document.hidden) return open();
    clearTimeout(timer);
    source?.close();
    source = null;
    onPhase("paused");
  }

  const onOnline = () => { if (!closed) open(); };

  function close() {
    closed = true;
    clearTimeout(timer);
    source?.close();
    document.removeEventListener("visibilitychange", onVisibility);
    removeEventListener("online", onOnline);
  }

  document.addEventListener("visibilitychange", onVisibility);
  addEventListener("online", onOnline);
  open();
  return { close };
}

function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
