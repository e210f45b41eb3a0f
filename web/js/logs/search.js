// Runs a regular expression on lines in a worker, and stops the worker when a line takes too long.

const LIMIT = 2000; // ms per line, or per slice of lines.
const START = 15_000; // ms for the worker to start.
const BATCH = 1000; // Lines

/**
 * @param next     (most) → lines without an answer
 * @param onAnswer (lines) → void: these lines were answered
 * @param onFailed (problem) → void: the search was stopped
 */
export function expressionSearch({ next, onAnswer, onFailed }) {
  let worker = null, ready = false, found = null, waiting = [], timer = 0;

  function launch() {
    worker = new Worker(new URL("./searchworker.js", import.meta.url), { type: "module" });
    const mine = worker;
    worker.onmessage = ({ data }) => { if (mine === worker) receive(data); };
    worker.onerror = () => { if (mine === worker) fail("The search could not be started. Reload the page."); };
    ready = false;
  }

  function receive({ answers = [], done = false }) {
    ready = true;
    const lines = waiting.splice(0, answers.length);
    lines.forEach((line, index) => found.learn(line, answers[index]));
    watch();
    if (lines.length > 0) onAnswer(lines);
    if (done) ask();
  }

  function watch() {
    clearTimeout(timer);
    if (waiting.length === 0) return;
    timer = setTimeout(() => fail("The expression takes too long on one of the lines and was stopped. A repetition inside a repetition, such as (a+)+, is the usual cause."),
        ready ? LIMIT : START);
  }

  function fail(problem) {
    stop();
    onFailed(problem);
  }

  function stop() {
    clearTimeout(timer);
    worker?.terminate();
    worker = null;
    waiting = [];
    found = null;
  }

  /** Sends the unanswered lines to the worker, one batch at a time. */
  function ask() {
    if (!found || waiting.length > 0) return;
    waiting = next(BATCH);
    if (waiting.length === 0) return;
    if (!worker) launch();
    worker.postMessage({ expression: found.expression, texts: waiting.map(({ text }) => text) });
    watch();
  }

  return {
    ask, stop,
    get busy() { return waiting.length > 0; },
    /** @param now the new search; the worker's pending lines are dropped */
    begin(now) {
      if (waiting.length > 0) stop();
      found = now.expression ? now : null;
      ask();
    },
  };
}
