package botmaker.dialect;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One call of a provider's API, whose body was read and is unambiguous.
public interface Call {
    /// Returns every model that the request names, wherever, as the provider's catalogue names them; each must be one that the bot may
    /// use. Empty for a call that uses no model, such as the list of models.
    List<String> models();

    /// Returns whether the answer comes in pieces.
    boolean streams();

    /// Returns the most tokens that the answer may have, if the request says.
    OptionalLong outputLimit();

    /// Returns how many answers the request asks for. The limit applies to each.
    default long choices() {
        return 1;
    }

    /// Returns the id of the answer that the request goes on from, if any. The conversation up to it is kept at the provider, and
    /// [#estimatedInput()] leaves it out. The caller makes sure that the bot was given that answer.
    default Optional<String> continues() {
        return Optional.empty();
    }

    /// Returns the class of service that the request asks for, as the provider names it, if it asks for one.
    default Optional<String> tier() {
        return Optional.empty();
    }

    /// Returns the first of what the request has the provider itself do that would lead past the broker, in a sentence for people; empty if
    /// there is none. A sealed bot's request is refused for it ([Refused.Reason#WAY_OUT]).
    Optional<String> wayOut();

    /// Returns an estimate of the tokens of the prompt, on the high side.
    long estimatedInput();

    /// Returns the body to send. It is the request's own body, byte for byte, except that a stream that would not report its usage is asked to.
    ///
    /// @return not to be changed: may be the array that was read
    byte[] body();

    /// Returns the body to send, with its limit of output tokens lowered, or set if there was none; never raised. The same as [#body()]
    /// where this call has no such limit.
    byte[] body(long outputLimit);

    /// Lets go of the body, which was sent: its answer may take an hour. What this call says of the body itself is not asked for again.
    default void sent() { }

    /// Returns a meter for the answer to this call, whose status was 2xx. Where an answer does not tell what the prompt had, the meter takes
    /// the most that it may have had.
    ///
    /// @param kept how many tokens the conversation may have that the request goes on from
    Meter meter(long kept);

    /// Returns an answer with a text of the broker's own, in the form in which the model would answer this call: it reaches the chat.
    ///
    /// @param reason that the answer is marked with
    Answer instead(Refused.Reason reason, String words);
}
