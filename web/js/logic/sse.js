// An event stream taken apart by hand (WHATWG HTML §9.2.6), for answers to a POST, which an EventSource cannot make. Pure.

/** Returns a function that takes the next piece of text and gives the events that it completes: [{event, data}]. */
export function eventParser() {
  let rest = "", event = "", data = [];

  function line(text, done) {
    if (text === "") {
      if (data.length) done.push({ event: event || "message", data: data.join("\n") });
      event = "";
      data = [];
      return;
    }
    const colon = text.indexOf(":");
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (name === "event") event = value;
    if (name === "data") data.push(value);
  }

  return (text) => {
    const done = [];
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/); // A last CR may be the first half of a CRLF.
    rest = lines.pop();
    for (const one of lines) line(one, done);
    return done;
  };
}
