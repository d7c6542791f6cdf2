# A prestart hook runs in the host's namespaces before the program; every release has it, v1.0.2 and later call it deprecated.
. "$WORDS"
. ./plugged.sh

up "$ID" "$BUNDLE_PRESTART" > "$WORK/said"

plugged "$ID" "$WORK/said"
down "$ID"
unplugged
