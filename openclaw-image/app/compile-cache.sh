#!/bin/sh
# Fills the directory named by NODE_COMPILE_CACHE with the compiled code of what a bot loads: runs a gateway in an empty state, has it
# answer once (its AI is a closed port), and loads the channels that wait for their configuration. Needs no network.
set -eu

home=$(mktemp -d)
trap 'rm -rf "$home" /tmp/openclaw* /tmp/.openclaw*' EXIT
export HOME="$home" OPENCLAW_STATE_DIR="$home/state" OPENCLAW_CONFIG_PATH="$home/openclaw.json" OPENCLAW_GATEWAY_TOKEN=for-this-build-only
export OPENCLAW_SUPERVISOR_MODE=external OPENCLAW_NO_AUTO_UPDATE=1 OPENCLAW_DISABLE_BONJOUR=1
cat >"$OPENCLAW_CONFIG_PATH" <<'END'
{"gateway": {"mode": "local", "bind": "loopback", "port": 18789, "auth": {"mode": "token"}, "controlUi": {"enabled": false},
   "http": {"endpoints": {"chatCompletions": {"enabled": true}}}},
 "agents": {"defaults": {"model": {"primary": "none/none"}, "heartbeat": {"every": "0m"}, "skipBootstrap": true}},
 "models": {"mode": "replace", "catalogRefresh": {"enabled": false}, "providers": {"none": {"baseUrl": "http://127.0.0.1:9/v1",
   "api": "openai-completions", "apiKey": "none", "models": [{"id": "none", "name": "none"}]}}},
 "plugins": {"entries": {"admin-http-rpc": {"enabled": true}}},
 "update": {"checkOnStart": false}, "discovery": {"mdns": {"mode": "off"}}}
END

ask() { curl --silent --fail --max-time 60 --noproxy '*' --header "Authorization: Bearer $OPENCLAW_GATEWAY_TOKEN" --output /dev/null "$@"; }

cd /app
node openclaw.mjs gateway >"$home/log" 2>&1 &
gateway=$!
patience=300 # seconds
until ask http://127.0.0.1:18789/readyz; do
    patience=$((patience - 1))
    if [ "$patience" = 0 ] || ! kill -0 "$gateway"; then
        cat "$home/log"
        exit 1
    fi
    sleep 1
done
ask --json '{"method": "channels.status", "params": {}}' http://127.0.0.1:18789/api/v1/admin/rpc
ask --json '{"model": "openclaw/default", "messages": [{"role": "user", "content": "Hello"}]}' \
    http://127.0.0.1:18789/v1/chat/completions || true # there is no AI
openclaw secrets reload >/dev/null
kill "$gateway" # node writes its cache when it ends
wait "$gateway"
node -e 'for (const id of ["discord", "irc", "matrix", "mattermost", "slack"]) require(`/app/dist/extensions/${id}/dist/index.js`);'
chmod -R a+rX "$NODE_COMPILE_CACHE" # node makes the files readable to its own user only
