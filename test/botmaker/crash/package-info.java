/// The promise that BotMaker comes back whole: the real server is killed, or its disk fails, at one system call after
/// another of whatever changes a bot, and then the three stores are compared.
package botmaker.crash;
