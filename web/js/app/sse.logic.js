// Reads an event stream from pieces of its text (WHATWG HTML §9.2.6). Pure.
//
// EventSource hands over one event at a time, hides comments and the reason for a refusal, and cannot send a POST; the
// dashboard reads its streams with fetch and this parser instead.

/**
 * @returns {(chunk: string) => {name, data, id, text}[]} the events completed by the chunk; data is the text's JSON, or null.
 * Its lastId() is the id to reconnect with, which may come without an event.
 */
export function eventParser() {
  let rest = "", name = "", text = "", id = "", lastId = "", begun = false;

  const read = (chunk) => {
    const events = [];
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/); // A final CR may be the first half of a CRLF.
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        lastId = id;
        if (begun) events.push({ name: name || "message", data: parse(text), id, text });
        name = text = "";
        begun = false;
      } else if (line === "data" || line.startsWith("data:")) {
        text += (begun ? "\n" : "") + value(line, 5);
        begun = true;
      } else if (line.startsWith("id:")) id = value(line, 3);
      else if (line.startsWith("event:")) name = value(line, 6);
    }
    return events;
  };
  return Object.assign(read, { lastId: () => lastId });
}

const value = (line, from) => line.slice(line[from] === " " ? from + 1 : from);

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
