/// Tries an AI key or channel credentials before a bot is created.
package botmaker.checks;
