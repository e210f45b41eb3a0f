/// The APIs of AI providers, as far as the broker has to know them: where a request has its credential and its model, what it asks the
/// provider to do on its own, how many tokens an answer says that it took, and what an error looks like.
///
/// ```
///  Dialects.of(id) ── Dialect ── route(method, path)          which call it is; none for all else
///                        ├────── credentials(fields, query)   what a request presents, at any place
///                        ├────── read(route, fields, query, body) ── Call ── models, limit, ways out, the body to send instead
///                        │                                     ├── meter() ── usage of an answer
///                        │                                     └── instead(words): an answer in the model's place
///                        ├────── fields, query                what is sent on, with the real key
///                        └────── refusal(Refused)             an error in the provider's form
/// ```
///
/// Pure functions: no input, no output, no clock. Imports `botmaker.json` and `botmaker.wire`.
package botmaker.dialect;
