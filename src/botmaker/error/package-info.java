/// The ways in which a request can fail, in words that may be shown. Ground layer: imports nothing of BotMaker.
package botmaker.error;
