/// The errors that a feature reports to its client, with messages that people read. Ground layer: imports nothing of BotMaker.
package botmaker.error;
