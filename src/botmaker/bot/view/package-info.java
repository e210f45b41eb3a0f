/// What is known of the bots now: the registry that every reader asks, its JSON, and the stream of changes.
package botmaker.bot.view;
