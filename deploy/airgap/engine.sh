#!/bin/sh
# A Docker engine of one's own on a machine where none runs: engine.sh up | down | compose.
# Debian's docker.io, started by hand, leaving this machine's firewall alone.
set -eu

home=${KINBRIDGE_ENGINE:-/var/lib/kinbridge-engine}
socket=$home/docker.sock
pidfile=$home/docker.pid
compose_version=v2.40.3

up() {
    command -v dockerd >/dev/null || apt-get install --yes --no-install-recommends docker.io
    mkdir -p "$home"
    if docker -H "unix://$socket" version >/dev/null 2>&1; then
        echo "The engine runs already."
    else
        # Without rules of iptables, ports are published by Docker's own proxy, and containers
        # reach this machine but not the world behind it; that is all that Kinbridge needs here.
        nohup dockerd --iptables=false --ip6tables=false --ip-masq=false \
            --data-root "$home/data" --exec-root "$home/exec" --pidfile "$pidfile" \
            --host "unix://$socket" >"$home/dockerd.log" 2>&1 &
        tries=0
        until docker -H "unix://$socket" version >/dev/null 2>&1; do
            tries=$((tries + 1))
            if [ "$tries" -gt 60 ]; then
                echo "The engine did not start; see $home/dockerd.log." >&2
                exit 1
            fi
            sleep 0.5
        done
    fi
    echo "export DOCKER_HOST=unix://$socket"
}

down() {
    if [ -f "$pidfile" ]; then
        pid=$(cat "$pidfile")
        kill "$pid" 2>/dev/null || true
        while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
    fi
    echo "The engine is down; its images and volumes stay in $home."
}

# Compose as people have it; Debian's own docker-compose is older than docker-compose.yml asks.
compose() {
    plugins=${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins
    build=$(mktemp -d)
    cd "$build"
    go mod init kinbridge.example/compose 2>/dev/null
    go get -tool "github.com/docker/compose/v2/cmd@$compose_version"
    go build -trimpath -o docker-compose \
        -ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=$compose_version" \
        github.com/docker/compose/v2/cmd
    mkdir -p "$plugins"
    install docker-compose "$plugins/docker-compose"
    rm -rf "$build"
    docker compose version
}

case ${1:-} in
    up | down | compose) "$1" ;;
    *) echo "usage: engine.sh up | down | compose" >&2; exit 2 ;;
esac
