# `unshare` makes us root in a user namespace of our own. The runtime runs in there and needs no other.
[ "$(id -u)" = 0 ] || exec unshare --user --map-root-user --mount sh outer.sh
. "$WORDS"
. ./user.sh
user=$(sed -n 's/^ *0 *\([0-9]*\) *1$/\1/p' /proc/self/uid_map)
never "we are root in here only" [ "${user:-0}" = 0 ]

up "$ID" "$BUNDLE_OUTER" > "$WORK/said"
pid=$(pid_of "$ID")
soon "inside the program is root" said "$WORK/said" 0
same "in the user namespace that we have made" "$(namespace self user)" "$(namespace "$pid" user)"
differ "with a network of its own" "$(namespace self net)" "$(namespace "$pid" net)"
same "no other id is mapped" "0 $user 1" "$(echo $(sed -n 2p "$WORK/said"))"

down "$ID"
