/// The place where bots run: containers, files and drift. The only part of bot that imports docker.
package botmaker.bot.host;
