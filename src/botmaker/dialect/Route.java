package botmaker.dialect;

import java.util.Optional;

/// A call that a bot may make.
///
/// @param name  its method and path without the base path and without ids, for records, such as `POST /v1/messages`
/// @param form  that of its body and of its answer
/// @param model the model that the path names
public record Route(String name, Form form, Optional<String> model) {
    /// The form of a call's body and of its answer.
    public enum Form {
        /// No body, and an answer that passes unread: a list of models, a version.
        LIST,
        /// A JSON body and an answer that passes unread and costs nothing: a count of tokens, the description of a model.
        FREE,
        /// Anthropic's Messages.
        MESSAGES,
        /// OpenAI's Responses.
        RESPONSES,
        /// OpenAI's chat completions, which most providers speak.
        CHAT,
        /// OpenAI's embeddings.
        EMBEDDINGS,
        /// A recording as `multipart/form-data`, and its text.
        TRANSCRIPTION,
        /// Gemini's generateContent and its kin.
        GEMINI,
        /// Ollama's chat, generate and embed.
        OLLAMA
    }

    /// Returns whether a request has a body, to be read whole.
    public boolean takesBody() {
        return form != Form.LIST;
    }
}
