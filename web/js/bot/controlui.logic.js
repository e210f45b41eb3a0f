// When OpenClaw's own page can be opened for a bot, in words. Pure.

export const switchLabel = ({ controlUi }) => controlUi ? `Control UI on this host’s port ${controlUi.port}` : "Control UI on a port of this host";

/** A bot gives a link while it runs; before it is ready it would refuse. */
export const canOpen = ({ controlUi, status, health }) => Boolean(controlUi) && status === "running" && health !== "starting";
