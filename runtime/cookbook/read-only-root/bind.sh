# A directory of the host is the scratch space: what is written there outlives the container.
. "$WORDS"
root=$BUNDLE_BIND/rootfs
mkdir "$root/scratch" "$WORK/scratch"
up "$ID" "$BUNDLE_BIND" > "$WORK/said"
inside=/proc/$(pid_of "$ID")/root

soon "the scratch space takes what is written" said "$WORK/said" "scratch takes"
check "the root refuses it" said "$WORK/said" "root refuses"
never "us too, by that way" touch "$inside/note" 2> /dev/null
same "the note is in our directory" "a note" "$(cat "$WORK/scratch/note")"

down "$ID"
same "where it stays" "a note" "$(cat "$WORK/scratch/note")"
never "and never in the root" test -e "$root/note"
