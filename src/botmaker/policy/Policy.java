package botmaker.policy;

import botmaker.file.PrivateFiles;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What all bots may reach through the broker, and what they may spend.
///
/// @param zone      in which days and months begin
/// @param prices    the operator's own, at most one for each provider and model
/// @param keyMonths nanodollars a month that all bots together may spend with a key, by the key's id; other keys have no limit
public record Policy(List<BotPolicy> bots, ZoneId zone, List<Price> prices, Map<String, Long> keyMonths) {
    /// Nobody may reach anything.
    public static final Policy EMPTY = new Policy(List.of(), ZoneOffset.UTC, List.of(), Map.of());

    private static final long VERSION = 1;
    private static final int MODE = 0600;

    public Policy {
        bots = List.copyOf(bots);
        prices = List.copyOf(prices);
        keyMonths = Map.copyOf(keyMonths);
        if (keyMonths.values().stream().anyMatch(limit -> limit <= 0)) {
            throw new IllegalArgumentException("a limit is above zero");
        }
    }

    /// Reads a policy; that of a file that does not exist is empty.
    ///
    /// @throws IOException if the file cannot be read, or is not a policy of this version; the message names the file. One that was written
    ///                     before there were budgets has none
    public static Policy read(Path file) throws IOException {
        try {
            return JsonValue.parse(Files.readAllBytes(file)).convert(Policy::of);
        } catch (NoSuchFileException absent) {
            return EMPTY;
        } catch (JsonException | IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new IOException("the policy " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Policy of(JsonValue json) {
        if (json.get("version").integer() != VERSION) {
            throw new IllegalArgumentException("it was written by another version of BotMaker");
        }
        Map<String, Long> keyMonths = new HashMap<>();
        json.find("keyMonths").ifPresent(it -> it.members().forEach((key, limit) -> keyMonths.put(key, limit.integer())));
        return new Policy(json.get("bots").elements().stream().map(BotPolicy::of).toList(),
                json.find("zone").map(it -> ZoneId.of(it.string())).orElse(ZoneOffset.UTC),
                json.find("prices").map(it -> it.elements().stream().map(Price::of).toList()).orElse(List.of()), keyMonths);
    }

    /// Replaces a policy durably; a reader sees the old or the new one.
    ///
    /// @param file only this user can read it: placeholders open a bot's sockets
    public void write(Path file) throws IOException {
        ObjectBuilder months = Json.object();
        new TreeMap<>(keyMonths).forEach(months::put);
        byte[] content = Json.object().put("version", VERSION).put("zone", zone.getId())
                .put("bots", Json.array(bots.stream().map(BotPolicy::toJson).toList()))
                .put("prices", Json.array(prices.stream().map(Price::toJson).toList())).put("keyMonths", months.build())
                .build().indented().getBytes(StandardCharsets.UTF_8);
        PrivateFiles.replace(file, content, MODE);
    }
}
