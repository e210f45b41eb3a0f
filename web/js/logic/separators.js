// The events between the lines of a log, in words. Pure.

/** @param name gap, started, died, engine or end  @param data the event's data, where there is any */
export function separator(name, data) {
  switch (name) {
    case "started": return { kind: "started", text: "Started" };
    case "died": return { kind: "died", text: death(data ?? {}) };
    case "gap": return { kind: "gap", text: data?.detail ?? "Some lines are missing here." };
    case "engine": return data?.available ? { kind: "started", text: "Docker answers again" } : { kind: "gap", text: data?.detail ?? "Docker does not answer" };
    default: return { kind: "end", text: "End of the log" };
  }
}

function death({ oom, exitCode }) {
  if (oom) return "Died: out of memory";
  if (exitCode === undefined || exitCode === null) return "Died";
  return exitCode === 0 ? "Stopped (exit code 0)" : `Died with exit code ${exitCode}`;
}
