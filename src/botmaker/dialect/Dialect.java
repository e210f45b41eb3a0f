package botmaker.dialect;

import botmaker.wire.HeaderFields;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The API of one provider, or of one kind of server.
public interface Dialect {
    /// Returns its name in the policy, such as `anthropic`; the provider's in OpenClaw.
    String id();

    /// Returns every credential that a request presents: at this API's place, and at any other known one.
    ///
    /// A request is right if it presents exactly one, which is [Credential#expected()] and equals the bot's placeholder. Any other may be
    /// somebody else's key, through which data would leave to their account.
    ///
    /// @param query raw; empty if there is none
    List<Credential> credentials(HeaderFields fields, String query);

    /// Finds the call that a method and a path make; empty for all that a bot does not need. No such call gives access to other bots' data.
    ///
    /// @param path raw, as the bot sent it
    /// @param base the path of the base URL, that of the policy's `upstream`, such as `/v1` of `https://api.openai.com/v1`; empty if none
    Optional<Route> route(String method, String path, String base);

    /// Returns whether a call may be made without a credential. It is then sent without one, too.
    boolean isPublic(Route route);

    /// Returns the models that OpenClaw uses beside the chosen one: for its memory, and for voice notes.
    Set<String> sideModels();

    /// Reads a request's body.
    ///
    /// @param query  of the request, raw
    /// @param fields of the request
    /// @param body   whole, empty where the route takes none; kept, not copied
    /// @throws Refused if it is malformed, ambiguous, or names no model where it has to; and if it has a gateway use another server or key,
    ///                 or the query or the type of the body is not one of such a call
    Call read(Route route, String query, HeaderFields fields, byte[] body) throws Refused;

    /// Returns the fields to send to the provider: those of the request that OpenClaw is known to send and that neither lead elsewhere nor
    /// choose an account, and with the real key where the placeholder was. The caller adds `Host` and frames the body.
    ///
    /// @param key empty where the server asks for none
    HeaderFields fields(HeaderFields asked, Optional<String> key);

    /// Returns the query to send to the provider: what came, without a credential.
    String query(String asked);

    /// Returns the fields to send to the bot: those of the answer without what is meant for one connection, sets cookies, leads to another
    /// server or names the operator's account.
    HeaderFields answerFields(HeaderFields answered);

    /// Returns a refusal in the provider's form.
    Answer refusal(Refused refused);
}
