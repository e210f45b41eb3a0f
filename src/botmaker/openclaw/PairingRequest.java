package botmaker.openclaw;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/// Someone who wrote to a bot that pairs, and waits for its operator's word.
///
/// @param code    what OpenClaw told them, and what they tell the operator
/// @param sender  who they are, in the channel's own form of identities
/// @param name    what they call themselves, fit to be shown; nothing that could be relied on
/// @param at      when they wrote first
/// @param request OpenClaw's own name for the request
/// @param account which of the channel's accounts they wrote to
public record PairingRequest(String code, String sender, Optional<String> name, Instant at, String request, String account) {
    public PairingRequest {
        requireNonNull(code);
        requireNonNull(sender);
        requireNonNull(name);
        requireNonNull(at);
        requireNonNull(request);
        requireNonNull(account);
    }
}
