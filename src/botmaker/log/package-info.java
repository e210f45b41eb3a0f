/// How BotMaker writes its own log. Imports nothing of BotMaker's.
package botmaker.log;
