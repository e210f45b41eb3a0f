/// Lists, approves and rejects the pairing requests of a bot.
package botmaker.pairing;
