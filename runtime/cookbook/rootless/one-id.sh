# A user may map its own id without anybody's help: root inside, itself outside, and no other id at all.
. "$WORDS"
. ./user.sh
never "we are not root" [ "$uid" = 0 ]
map_self "$BUNDLE_ONE_ID"

up "$ID" "$BUNDLE_ONE_ID" > "$WORK/said"
soon "inside the program is root" said "$WORK/said" 0
same "outside it is us" "$uid" "$(uid_of "$(pid_of "$ID")")"
same "no other id is mapped" "0 $uid 1" "$(echo $(sed -n 2p "$WORK/said"))"
soon "what only the host's root may read, root inside may not" said "$WORK/said" refused

down "$ID"
