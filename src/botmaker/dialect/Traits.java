package botmaker.dialect;

/// In what providers differ that speak the same form.
///
/// @param chatLimit    the member that limits the output of chat completions
/// @param asksForUsage whether a stream of chat completions reports its usage only on request
/// @param publicList   whether the list of models is for everybody, and OpenClaw reads it without a key
/// @param modelPrefix  an optional prefix of model names in requests, which the catalogue's names lack; empty if there is none
record Traits(String chatLimit, boolean asksForUsage, boolean publicList, String modelPrefix) {
    /// Returns a model's name without the prefix.
    String listed(String model) {
        return model.startsWith(modelPrefix) ? model.substring(modelPrefix.length()) : model;
    }
}
