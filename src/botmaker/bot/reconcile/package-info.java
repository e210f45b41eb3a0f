/// Compares what is wanted with what the engine has, and brings the two together.
package botmaker.bot.reconcile;
