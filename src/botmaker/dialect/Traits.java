package botmaker.dialect;

/// In what providers differ that speak the same form.
///
/// @param chatLimit    the member that limits the output of chat completions
/// @param asksForUsage whether a stream of chat completions reports its usage only on request
/// @param publicList   whether the list of models is for everybody, and OpenClaw reads it without a key
/// @param modelPrefix  what may stand before a model's name in requests and is no part of it; empty if nothing
record Traits(String chatLimit, boolean asksForUsage, boolean publicList, String modelPrefix) {
    /// Returns a model's name without the prefix.
    String listed(String model) {
        return model.startsWith(modelPrefix) ? model.substring(modelPrefix.length()) : model;
    }
}
