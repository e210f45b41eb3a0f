/// A running BotMaker: [App] builds every part in order and closes them in reverse. Only the command line imports this package.
package botmaker.server;
