/// Streams what a bot's container uses. May import `bot.view`, `bot.host` (the measurements), `bot.model`, `http`, `json` and `error`.
package botmaker.usage;
