// The Control UI's switch and whether it can be opened. Pure.

export const switchLabel = ({ controlUi }) => controlUi ? `Published on port ${controlUi.port}` : "Publish on a port of this host";

/** A bot issues links only once it is ready. */
export const canOpen = ({ controlUi, status, health }) => Boolean(controlUi) && status === "running" && health !== "starting";
