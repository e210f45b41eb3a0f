// The worker that runs a regular expression on lines. It answers in slices, so that the page sees its progress.
import { matches } from "./search.logic.js";

const SLICE = 25; // ms
let pattern = null;

onmessage = ({ data: { expression, texts } }) => {
  if (expression) pattern = new RegExp(expression.source, expression.flags);
  let answers = [], begun = performance.now();
  for (const text of texts) {
    answers.push(matches(pattern, text));
    if (performance.now() - begun < SLICE) continue;
    postMessage({ answers });
    answers = [];
    begun = performance.now();
  }
  postMessage({ answers, done: true });
};
postMessage({ ready: true });
