# newuidmap and newgidmap map the ids that /etc/subuid and /etc/subgid give to the user: then there are other users inside.
. "$WORDS"
. ./user.sh
never "we are not root" [ "$uid" = 0 ]
first=$(sed -n "s/^\($uid\|$(id -un)\):\([0-9]*\):.*/\2/p" /etc/subuid | head -n 1)
[ -n "$first" ] || skip "/etc/subuid gives this user no ids"
map_self "$BUNDLE_MANY_IDS"
sed -i "s/100000/$first/" "$BUNDLE_MANY_IDS/config.json"

up "$ID" "$BUNDLE_MANY_IDS" > "$WORK/said"
soon "inside the program is user 5" said "$WORK/said" 5
same "outside it is the fifth of our ids" $((first + 4)) "$(uid_of "$(pid_of "$ID")")"
same "root inside is us" "0 $uid 1" "$(echo $(sed -n 2p "$WORK/said"))"

down "$ID"
