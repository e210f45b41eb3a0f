/// Bots: what they are, and how they are created, kept running and deleted.
///
/// A bot is a record, a secrets directory, a state directory and a container. [Bots] is the only way in from outside. May import everything below it (`openclaw`, `audit`, `http`, `docker`, `store`, `secret` and the ground layer).
package botmaker.bot;

import botmaker.bot.lifecycle.BotService;
