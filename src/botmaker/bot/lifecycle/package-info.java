/// Creates, changes, starts, stops, upgrades and deletes bots.
package botmaker.bot.lifecycle;
