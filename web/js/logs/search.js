// Tries a regular expression on lines in a worker, which is stopped when it takes too long on one of them.

const LIMIT = 2000; // ms for one line, and for a slice of many.
const START = 15_000; // ms until the worker runs.
const BATCH = 1000; // Lines

/**
 * @param next     (most) → lines that have no answer yet
 * @param onAnswer (lines) → void: these have one now
 * @param onFailed (problem) → void: the search was given up
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

  /** Asks for the lines that have no answer yet, a batch at a time. */
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
    /** @param now what is searched for from now on; what the worker still tries is given up */
    begin(now) {
      if (waiting.length > 0) stop();
      found = now.expression ? now : null;
      ask();
    },
  };
}
