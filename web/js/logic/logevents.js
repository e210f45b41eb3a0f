// Reads an event stream from pieces of its text (WHATWG HTML §9.2.6). Pure.
//
// EventSource hands over one event at a time and hides why a stream was refused; a log of thousands of lines a second wants
// them in batches, and its reader the reason.

/** @returns {(chunk: string) => {name: string, data: any, id: string}[]} the events that the chunk completes; data is parsed JSON, or null */
export function eventParser() {
  let rest = "", name = "", data = "", id = "", begun = false;

  return (chunk) => {
    const events = [];
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (begun) events.push({ name: name || "message", data: parse(data), id });
        name = data = "";
        begun = false;
      } else if (line.startsWith("data:")) {
        data += (begun ? "\n" : "") + value(line, 5);
        begun = true;
      } else if (line.startsWith("id:")) id = value(line, 3);
      else if (line.startsWith("event:")) name = value(line, 6);
    }
    return events;
  };
}

const value = (line, from) => line.slice(line[from] === " " ? from + 1 : from);

function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
