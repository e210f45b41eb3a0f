/// The operator's keys of AI providers: each is kept once and shared by any number of bots, none of which holds it.
///
/// Knows nothing of how keys reach a provider, which is the broker's.
package botmaker.key;
