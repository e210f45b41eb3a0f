/// The operator's keys of AI providers: each is kept once and shared by any number of bots, and no bot holds it.
///
/// Knows nothing of how keys reach a provider, which is the broker's.
package botmaker.key;
