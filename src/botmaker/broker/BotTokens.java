package botmaker.broker;

import botmaker.chat.ChatService.Tokens;
import botmaker.dialect.Refused;
import botmaker.dialect.Refused.Reason;
import botmaker.policy.BotPolicy;
import botmaker.policy.Origin;
import botmaker.policy.Permissions;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// The tokens of one bot for one request: read when the request presents their placeholders, so that a replaced one counts at once.
final class BotTokens implements Tokens {
    private final BotPolicy bot;
    private final Origin origin;
    private final KeyFiles keys;
    private final Placeholders placeholders;
    private final Predicate<String> passes;
    private final Set<String> revealed = ConcurrentHashMap.newKeySet();

    /// @param passes whether the service gave this bot such a URL
    BotTokens(BotPolicy bot, Origin origin, KeyFiles keys, Placeholders placeholders, Predicate<String> passes) {
        this.passes = passes;
        this.bot = bot;
        this.origin = origin;
        this.keys = keys;
        this.placeholders = placeholders;
    }

    @Override
    public String of(String presented) throws Refused {
        for (Origin.Credential credential : origin.credentials()) {
            if (placeholders.accepts(bot.id(), credential, presented)) {
                String token = read(credential);
                revealed.add(token);
                return token;
            }
        }
        throw new Refused(Reason.CREDENTIAL, "The request has another token than this bot's placeholder.");
    }

    private String read(Origin.Credential credential) throws Refused {
        try {
            return credential.key().flatMap(key -> keys.read(key, new SecretName(credential.file()))).map(Secret::reveal)
                    .orElseThrow(() -> new Refused(Reason.KEY, "The token of this bot's channel is missing. Replace it."));
        } catch (UncheckedIOException unreadable) {
            throw new Refused(Reason.KEY, "The token of this bot's channel cannot be read. Replace it.");
        }
    }

    @Override
    public List<String> placeholders() {
        return origin.credentials().stream().map(Origin.Credential::placeholder).toList();
    }

    @Override
    public void requireAllowed(String call) throws Refused {
        String permission = Permissions.ofCall(call);
        if (!bot.also().contains(permission)) {
            throw new Refused(Reason.ROUTE, "Bots may not call " + call + ".", permission);
        }
    }

    @Override
    public boolean isPass(String target) {
        return passes.test(target);
    }

    /// Returns the real tokens that were asked for so far.
    Set<String> revealed() {
        return Set.copyOf(revealed);
    }
}
