/// The place where bots run: [botmaker.bot.host.BotHost] is what the rest of `bot` knows of it, `DockerHost` the one implementation;
/// with it go the bots' files, drift and the checks of the host.
///
/// The only part of `bot` that may import `docker`; also `bot.model`, `logs`, `openclaw`, `secret`, `file`, `json` and `error`.
package botmaker.bot.host;
