#!/bin/bash
# What docker-compose.yml and the tests ask of the image apache/kafka: the mounted properties, those
# of the environment (KAFKA_NODE_ID is node.id), a formatted folder, and a broker in the place of
# this shell, so that it gets the signal to stop.
set -euo pipefail

cp -R /mnt/shared/config/. /opt/kafka/config/
jars=(/opt/kafka/libs/*.jar)
class_path=$(IFS=:; echo "${jars[*]}")
logging=-Dlog4j2.configurationFile=/opt/kafka/log4j2.properties
properties=/opt/kafka/config/server.properties
touch "$properties"

while IFS= read -r name; do
    case $name in
        KAFKA_HEAP_OPTS) ;;
        KAFKA_*)
            key=${name#KAFKA_}
            key=${key//_/.}
            printf '\n%s=%s' "${key,,}" "${!name}" >>"$properties"
            ;;
    esac
done < <(compgen -e)

java "$logging" -cp "$class_path" kafka.tools.StorageTool format \
    --cluster-id "${CLUSTER_ID:-a2luYnJpZGdlLW9uZQAAAA}" --config "$properties" --ignore-formatted

read -ra memory <<<"${KAFKA_HEAP_OPTS:--Xms256m -Xmx512m}"
exec java "${memory[@]}" -XX:+UseG1GC "$logging" -cp "$class_path" kafka.Kafka "$properties"
