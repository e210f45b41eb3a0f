/// Bots: what one is, how it is made, kept alive and removed.
///
/// A bot is a row, a secrets directory, a state directory and a container; [BotService] is the only place where they
/// meet. May import everything below it (`openclaw`, `audit`, `http`, `docker`, `store`, `secret` and the ground layer).
package botmaker.bot;

import botmaker.bot.lifecycle.BotService;
