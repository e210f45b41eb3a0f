/// Checks credentials with the services that issued them, before a bot is created with them. May import `bot.view`, `bot.model`,
/// `openclaw`, `http`, `secret`, `json` and `error`.
package botmaker.checks;
