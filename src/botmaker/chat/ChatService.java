package botmaker.chat;

import botmaker.dialect.Answer;
import botmaker.dialect.Refused;
import botmaker.wire.HeaderFields;
import botmaker.wire.RequestHead;
import java.util.List;

/// A chat service.
///
/// A bot may make every call there that its own account may make, with two exceptions. It presents no token but its placeholder: any
/// other is somebody else's, through which data would leave to their account. And it makes no call that outlives it, unless its operator
/// allows that: one that mints another token, has the service send the bot's messages elsewhere, or ends the token.
public interface ChatService {
    /// Returns its name in the policy, such as `telegram`; the channel's in OpenClaw.
    String id();

    /// Returns a request as it is to be sent: with the real token where the placeholder was.
    ///
    /// @param base the path of the base URL, that of the policy's `upstream`; empty if none
    /// @param body whole; kept, not copied
    /// @throws Refused if it presents no token, another or more than one, or is a call that a bot may not make
    Outgoing outgoing(RequestHead head, String base, byte[] body, Tokens tokens) throws Refused;

    /// Returns a refusal in the service's form.
    Answer refusal(Refused refused);

    /// The tokens of one bot at one service.
    interface Tokens {
        /// Returns the real token that a placeholder stands for.
        ///
        /// @throws Refused if this bot has no such placeholder, or the token cannot be read
        String of(String placeholder) throws Refused;

        /// Returns the bot's present placeholders at this service.
        List<String> placeholders();

        /// Refuses a call that outlives the bot, or that has to do with other credentials, unless the operator allows it to this bot.
        ///
        /// @param call its name for people, the same for all ways in which a service reads it
        void requireAllowed(String call) throws Refused;

        /// Returns whether the service gave this bot the URL with that path and query, or one that it begins with, to be used without a
        /// token.
        boolean isPass(String target);
    }

    /// How a request is answered.
    enum Kind {
        /// Soon.
        CALL,
        /// Soon, with URLs that the bot may use without a token. The answer is JSON.
        PASSES,
        /// Only when something happens, for up to a minute.
        WAIT,
        /// By a WebSocket (RFC 6455).
        WEB_SOCKET
    }

    /// A request to a service. It holds a token.
    ///
    /// @param target path and query
    /// @param fields those of the request that clients of the service are known to send; the caller adds `Host` and frames the body
    record Outgoing(String target, HeaderFields fields, byte[] body, Kind kind) {
        @Override
        public String toString() {
            return "Outgoing[" + body.length + " bytes]";
        }
    }
}
