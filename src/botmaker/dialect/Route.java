package botmaker.dialect;

import java.util.Locale;
import java.util.Optional;

/// A call that a bot may make.
///
/// @param name  its method and path without the base path and without ids, for records, such as `POST /v1/messages`
/// @param form  that of its body and of its answer
/// @param free  whether it costs nothing: a list of models, a count of tokens
/// @param model the model that the path names
public record Route(String name, Form form, boolean free, Optional<String> model) {
    /// The form of a call's body and of its answer.
    public enum Form {
        /// No body, and an answer that passes unread.
        LIST,
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

    /// Returns whether the answer is numbers instead of words.
    boolean embeds() {
        return name.toLowerCase(Locale.ROOT).contains("embed");
    }

    /// Returns whether the answer is text for people, so that the broker can answer with a text of its own.
    public boolean answersInWords() {
        return !free && !embeds() && form != Form.TRANSCRIPTION;
    }

    /// Returns whether a request has a body, to be read whole.
    public boolean takesBody() {
        return form != Form.LIST;
    }
}
