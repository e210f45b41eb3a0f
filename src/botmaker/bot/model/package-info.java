/// What is wanted of a bot: its record, the rules for its fields, and its rows in the database. Imports ground, store,
/// policy and openclaw only.
package botmaker.bot.model;
