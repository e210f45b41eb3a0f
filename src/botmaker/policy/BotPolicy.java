package botmaker.policy;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What one bot may reach through the broker.
///
/// @param id       the bot
/// @param reach    any but [Reach#LEGACY]
/// @param links    the directory of its sockets, absolute
/// @param origins  the servers that it may ask
/// @param webHosts for [Reach#WEB]: the hosts that it may reach, such as `example.com` or `*.example.com`; empty for all public ones
/// @param paused   the message that people in the chat get while its AI is paused; empty if it is not paused
/// @param budget   how much it may spend
/// @param also     what the operator has allowed in addition: models and calls, as [Permissions] writes them
public record BotPolicy(String id, Reach reach, Path links, List<Origin> origins, List<String> webHosts, Optional<String> paused,
        Budget budget, List<String> also) {
    public BotPolicy {
        origins = List.copyOf(origins);
        webHosts = List.copyOf(webHosts);
        also = List.copyOf(also);
    }

    /// A bot that is allowed nothing besides.
    public BotPolicy(String id, Reach reach, Path links, List<Origin> origins, List<String> webHosts, Optional<String> paused, Budget budget) {
        this(id, reach, links, origins, webHosts, paused, budget, List.of());
    }

    /// Returns the names of the sockets of its origins.
    public Set<String> originLinks() {
        return origins.stream().map(Origin::link).collect(Collectors.toUnmodifiableSet());
    }

    JsonValue toJson() {
        ObjectBuilder json = Json.object().put("id", id).put("reach", reach.id()).put("links", links.toString())
                .put("origins", Json.array(origins.stream().map(Origin::toJson).toList())).put("webHosts", Json.strings(webHosts));
        return json.put("paused", paused).put("budget", budget.toJson()).put("also", Json.strings(also)).build();
    }

    static BotPolicy of(JsonValue json) {
        String reach = json.get("reach").string();
        return new BotPolicy(json.get("id").string(),
                Reach.of(reach).orElseThrow(() -> new IllegalArgumentException("no such reach: " + reach)),
                Path.of(json.get("links").string()),
                json.get("origins").elements().stream().map(Origin::of).toList(),
                json.get("webHosts").elements().stream().map(JsonValue::string).toList(),
                json.find("paused").map(JsonValue::string),
                json.find("budget").map(Budget::of).orElse(Budget.NONE),
                json.find("also").map(JsonValue::elements).orElse(List.of()).stream().map(JsonValue::string).toList());
    }
}
