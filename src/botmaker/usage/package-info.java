/// Streams what a bot's container uses. May import `bot.view`, `bot.model`, `docker` (the measurements), `http`, `json` and `error`.
package botmaker.usage;
