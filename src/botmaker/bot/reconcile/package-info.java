/// Observes the bots and reconciles each with its record.
package botmaker.bot.reconcile;
