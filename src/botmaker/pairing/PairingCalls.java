package botmaker.pairing;

import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import botmaker.openclaw.Gateway;
import botmaker.openclaw.GatewayRpc;
import botmaker.pairing.PairingCommands.PairingRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/// The calls to a bot's gateway that list and decide pairing requests, in some milliseconds. The list lacks the codes.
///
/// A gateway that is reached by the address of its container does not let BotMaker do this; nor does one that is starting. Then there is
/// no answer, and [PairingCommands] do the same inside the container.
record PairingCalls(Duration toList, Duration toDecide) {
    private static final String SCOPE = "operator.pairing";

    /// How a decision ended.
    enum Ending {
        DONE,
        /// The gateway did not carry it out.
        REFUSED,
        /// The request no longer exists.
        GONE,
        /// It may be carried out.
        UNKNOWN
    }

    /// Returns the ids of the requests; empty if the gateway does not tell.
    Optional<Set<String>> list(Gateway gateway, String channel) throws InterruptedException {
        try (GatewayRpc rpc = open(gateway, toList)) {
            if (!rpc.may(SCOPE)) {
                return Optional.empty();
            }
            Set<String> ids = new HashSet<>();
            for (JsonValue request : rpc.call("channels.pairing.list", Json.object().put("channel", channel).build()).get("requests").elements()) {
                ids.add(request.get("requestId").string());
            }
            return Optional.of(ids);
        } catch (IOException | TimeoutException | GatewayRpc.Refused | JsonException _) {
            return Optional.empty();
        }
    }

    /// Approves a request and notifies its sender, or dismisses it; empty if the gateway was not asked.
    Optional<Ending> decide(Gateway gateway, String channel, PairingRequest request, boolean approve) throws InterruptedException {
        try (GatewayRpc rpc = open(gateway, toDecide)) {
            return rpc.may(SCOPE) ? Optional.of(decide(rpc, channel, request, approve)) : Optional.empty();
        } catch (IOException | TimeoutException | GatewayRpc.Refused _) {
            return Optional.empty();
        }
    }

    private static Ending decide(GatewayRpc rpc, String channel, PairingRequest request, boolean approve) throws InterruptedException {
        try {
            rpc.call(PairingCommands.method(approve), PairingCommands.parameters(channel, request, approve));
            return Ending.DONE;
        } catch (GatewayRpc.Refused e) {
            return e.code().equals(PairingCommands.NO_SUCH_REQUEST) ? Ending.GONE : Ending.REFUSED;
        } catch (IOException | TimeoutException _) {
            return Ending.UNKNOWN;
        }
    }

    private static GatewayRpc open(Gateway gateway, Duration time) throws IOException, TimeoutException, InterruptedException, GatewayRpc.Refused {
        return GatewayRpc.open(gateway, Set.of(SCOPE), System.nanoTime() + time.toNanos());
    }
}
