/// Formats and writes BotMaker's own log. Imports no other package of BotMaker.
package botmaker.log;
