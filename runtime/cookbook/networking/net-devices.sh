# config.json names the device; the runtime moves it in, with its address, and sets it up under its new name.
. "$WORDS"
. ./plugged.sh
ip link add host0 type veth peer name plug0
ip addr add 10.9.0.1/24 dev host0
ip addr add 10.9.0.2/24 dev plug0
ip link set host0 up

up "$ID" "$BUNDLE_NET_DEVICES" > "$WORK/said"

never "the device has left the host" ip link show plug0 2> /dev/null
plugged "$ID" "$WORK/said"
down "$ID"
unplugged
