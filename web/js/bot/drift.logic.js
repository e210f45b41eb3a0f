// The differences between a container and its configuration, as text. Pure.
import { own } from "../app/own.logic.js";
import { bytes } from "../app/units.logic.js";

const number = (words) => (value) => typeof value === "number" ? words(value) : value; // Docker writes "nothing" and -1, too.
const size = number(bytes), cpus = number((nano) => String(Number((nano / 1e9).toFixed(2))));

/** The engine's name of a setting → its usual name, and how to show its value. Settings that are missing here keep the engine's name. */
const TERMS = {
  Containers: ["Containers labeled as this bot"], Image: ["Image", (digest) => String(digest).replace(/^sha256:(\w{12}).*/, "$1")], Networks: ["Networks"],
  "Config.User": ["User"], "Config.Cmd": ["Command"], "Config.Entrypoint": ["Entry point"], "Config.Hostname": ["Hostname"], "Config.StopTimeout": ["Stop timeout in seconds"],
  "HostConfig.Memory": ["Memory limit", size], "HostConfig.MemorySwap": ["Memory and swap limit", size], "HostConfig.NanoCpus": ["CPU limit", cpus], "HostConfig.PidsLimit": ["Process limit"],
  "HostConfig.Privileged": ["Privileged mode"], "HostConfig.ReadonlyRootfs": ["Read-only root file system"], "HostConfig.CapAdd": ["Added capabilities"], "HostConfig.CapDrop": ["Dropped capabilities"],
  "HostConfig.SecurityOpt": ["Security options"], "HostConfig.NetworkMode": ["Network"], "HostConfig.Mounts": ["Mounts"], "HostConfig.Binds": ["Bind mounts"], "HostConfig.Devices": ["Devices"],
  "HostConfig.PidMode": ["Process namespace"], "HostConfig.RestartPolicy.Name": ["Restart policy"], "HostConfig.MaskedPaths": ["Masked paths"], "HostConfig.ReadonlyPaths": ["Read-only paths"],
};
const FAMILIES = [["Config.Env.", "Environment variable "], ["Config.Labels.", "Label "], ["Config.ExposedPorts.", "Exposed port "], ["HostConfig.PortBindings.", "Published port "], ["HostConfig.Tmpfs.", "tmpfs mount "],
  ["HostConfig.LogConfig.Config.", "Log option "], ["HostConfig.Sysctls.", "sysctl "]];

/** Whether replacing the container would remove any of the differences. Some lie elsewhere, such as a missing image. */
export const isRepairable = (drift) => (drift ?? []).some(({ repairable }) => repairable !== false);

/** @returns {{what: string, term: string, words: string}[]} */
export const differences = (drift) => (drift ?? []).map(({ what, expected, found }) => {
  const [term, say = (value) => value] = own(TERMS, what) ?? [family(what)];
  const said = (value) => say(/^\d+$/.test(value) ? Number(value) : value);
  return { what, term, words: sentence(expected, found, said) };
});

function family(what) {
  const [prefix, word] = FAMILIES.find(([start]) => what.startsWith(start)) ?? ["", ""];
  return word + what.slice(prefix.length);
}

function sentence(expected, found, said) {
  if (found === "true") return "expected off, found on"; // Off is what the engine does not mention.
  if (expected === "true") return "expected on, found off";
  if (expected === "nothing") return `unexpected: ${said(found)}`;
  if (found === "nothing") return `missing; expected ${said(expected)}`;
  return `expected ${said(expected)}, found ${said(found)}`;
}
