/// Streams what a bot's container uses, and measures its state directory.
package botmaker.usage;
