# Searches, for minutes, for faults of the code (fuzz) and for gaps of the tests (mutation); sourced by test.sh.

# Jazzer on the JSON codec. What it finds interesting is kept, made as small as it goes, in test/botmaker/json/corpus.txt.
fuzz() {
    local minutes=${1:-10} corpus=test/botmaker/json/corpus.txt text
    compile_tests build
    fetch "$LIB/jazzer" <test/checks/jazzer.jars
    rm -rf build/fuzz
    mkdir -p build/fuzz/{corpus,smallest}
    while read -r text; do
        base64 --decode <<<"$text" >"build/fuzz/corpus/$(sha256sum <<<"$text" | cut -c 1-16)"
    done <"$corpus"
    say "fuzzing for $minutes minutes, from $(wc -l <"$corpus") texts"
    jazzer corpus -max_total_time=$((60 * minutes)) -max_len=2048 -timeout=10 -print_final_stats=1 ||
        die "found a text that must become a test: see above, and build/fuzz"
    jazzer -merge=1 smallest corpus
    for text in build/fuzz/smallest/*; do base64 --wrap=0 "$text"; echo; done | sort >"$corpus"
    say "nothing found; $corpus has $(wc -l <"$corpus") texts, $(stat -c %s "$corpus") bytes"
}

jazzer() {
    (cd build/fuzz && "$jdk/bin/java" -Xmx1g --enable-native-access=ALL-UNNAMED \
        -cp "../../$LIB/jazzer/*:../tests:../botmaker.jar:../../$JUNIT_JAR" com.code_intelligence.jazzer.Jazzer \
        --target_class=botmaker.json.JsonFuzzTarget --instrumentation_includes='botmaker.json.**' "$@")
}

# PIT on what guards BotMaker. Mutated code deletes what it should not, so it runs in a container of the bot image that has no
# network and can write to nothing of this host: what it needs is mounted read-only, the report comes back as its output.
# Left out are tests that start processes of their own or need other users of the host.
mutation() {
    local classes=${*:-'botmaker.json.* botmaker.auth.* botmaker.secret.* botmaker.http.Framing* botmaker.http.Request*
        botmaker.http.HostAllowList botmaker.http.Query botmaker.http.Problem botmaker.http.HttpError'}
    compile_tests build
    fetch "$LIB/pitest" <test/checks/pitest.jars
    docker image inspect "$(bot_image)" >/dev/null || die "mutation needs the Docker Engine and the bot image: make test sets them up"
    say "mutating; this takes long"
    docker run --rm --network none --memory 4g --pids-limit 4096 --user 65534:65534 --read-only --cap-drop ALL --security-opt no-new-privileges \
        --tmpfs /tmp:mode=1777 --entrypoint /bin/sh \
        --mount "type=bind,src=$jdk,dst=/jdk,readonly" --mount "type=bind,src=$PWD/build,dst=/mutation/build,readonly" \
        --mount "type=bind,src=$PWD/src,dst=/mutation/src,readonly" --mount "type=bind,src=$PWD/web,dst=/mutation/web,readonly" \
        --workdir /mutation "$(bot_image)" -c '
            /jdk/bin/java -cp "build/lib/pitest/*:build/tests:build/classes:build/lib/*:." \
                org.pitest.mutationtest.commandline.MutationCoverageReport \
                --classPath /mutation/build/tests,/mutation/build/classes,/mutation --sourceDirs src --mutableCodePaths /mutation/build/classes \
                --targetClasses "$1" --targetTests "botmaker.json.*,botmaker.auth.*,botmaker.secret.*,botmaker.http.*" \
                --excludedTestClasses "botmaker.json.Conformance,botmaker.json.JsonFuzzTest,botmaker.secret.SystemCallsTest,botmaker.secret.OtherUsersTest,botmaker.http.SlowClientsTest,botmaker.http.TlsTest,botmaker.http.EventStreamTest,botmaker.http.WrittenBodyTest" \
                --verbosity NO_SPINNER --threads 2 --timeoutConst 5000 --reportDir /tmp/report --outputFormats CSV --timestampedReports=false >&2
            cat /tmp/report/mutations.csv' mutation "$(xargs <<<"$classes" | tr ' ' ,)" >build/mutations.csv
    awk -F, '$6 != "KILLED" && $6 != "TIMED_OUT" { print $1 ":" $5, $3, $6 } { all++; if ($6 == "KILLED" || $6 == "TIMED_OUT") killed++ }
        END { printf "==> %d of %d killed (%.1f %%); the others are above, explained in test/mutation.md\n", killed, all, 100 * killed / all }' \
        build/mutations.csv
}
