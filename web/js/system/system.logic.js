// The system page as text. Pure.
import { own } from "../app/own.logic.js";
import { bytes } from "../app/units.logic.js";
import { clock } from "../app/time.logic.js";

/** @returns {[term, value, code?][]} */
export function systemFacts({ version, engine = {}, database, disk, user, bots }, now) {
  return [
    ["BotMaker", version],
    ["Docker Engine", engine.reachable === false ? engine.problem ?? "not responding"
      : [engine.version, engine.apiVersion && `API ${engine.apiVersion}`].filter(Boolean).join(", ")],
    ["Host", engine.cpus ? `${engine.cpus} ${engine.cpus === 1 ? "CPU" : "CPUs"}, ${bytes(engine.memory)} of memory` : ""],
    ["Bots", bots === undefined ? "" : String(bots)],
    ["Running as", user === "root" ? "root; each bot has its own user ID" : user && `${user}; all bots share this user and are not protected from each other’s files`],
    ["Database", database ? bytes(database.bytes) : ""],
    ["Disk", disk ? `${bytes(disk.free)} free of ${bytes(disk.total)}` : ""],
  ].filter(([, value]) => value);
}

export const isDiskShort = (disk) => Boolean(disk) && (disk.free < 2 * 2 ** 30 || disk.free < disk.total * 0.05);

export function imageSentence(image, now) {
  if (!image) return "";
  if (image.present === undefined) return "Unknown while Docker is not responding.";
  return image.present ? `Installed${image.createdAt ? `, built ${clock(image.createdAt, now)}` : ""}.`
    : "Missing. Bots cannot be created or upgraded without it.";
}

/** The label of the action on the image, or "". */
export function imageAction({ present, source }) {
  if (source === "none") return "";
  const verb = source === "registry" ? "Pull" : source === "build" ? "Build" : "Build or pull";
  return `${verb} image${present ? " again" : ""}`;
}

/** An event of an image build: its text, and its progress from 0 to 1, null if unknown. */
export function buildProgress({ step = "", detail = "", current, total }) {
  return { text: [step, detail].filter(Boolean).join(": "), part: total > 0 ? Math.min(Math.max((current ?? 0) / total, 0), 1) : null };
}

const KINDS = { container: "Container", secrets: "Secrets", state: "State directory", kept: "Kept memory", network: "Network" };

export const orphanKind = (kind) => own(KINDS, kind) ?? kind;
