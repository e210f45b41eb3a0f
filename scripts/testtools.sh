# What the tests need beyond the product's own library; sourced after build.sh.
readonly JUNIT="e62b96ac475dbcde8599ea905d088f65d90778f86e259b856a49fa5c4ea256ec \
org.junit.platform:junit-platform-console-standalone:6.1.3"
readonly JUNIT_JAR=$LIB/junit-platform-console-standalone-6.1.3.jar

# Applies fetch or fetched to each list of jars that a purpose needs, with its directory.
test_jars() {
    local tool
    "$2" "$LIB" <<<"$JUNIT" || return
    if [[ $1 == test ]]; then
        for tool in errorprone spotbugs; do "$2" "$LIB/$tool" <"test/checks/$tool.jars" || return; done
    fi
}
