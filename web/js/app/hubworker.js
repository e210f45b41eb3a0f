// The SharedWorker that runs the hub for all windows.
import { makeHub } from "./hub.js";

const hub = makeHub();
addEventListener("connect", ({ ports: [port] }) => hub.connect(port));
