# A createRuntime hook runs in the host's namespaces during create; it is what prestart was meant to be.
. "$WORDS"
. ./plugged.sh

up "$ID" "$BUNDLE_CREATE_RUNTIME" > "$WORK/said"

plugged "$ID" "$WORK/said"
down "$ID"
unplugged
