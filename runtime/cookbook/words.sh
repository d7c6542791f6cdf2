# The words that the recipes share; each script begins with `. "$WORDS"`. README.md explains them.
# A check prints one line, `ok - what`, or `not ok - what` and ends the script.
# shellcheck shell=sh
set -eu
SOON=${SOON:-10} # seconds for what should happen at once, on a busy host too

ok() { echo "ok - $1"; }
no() { echo "not ok - $1" && exit 1; }
skip() { echo "skip - $1" && exit 0; }                  # this host cannot tell
note() { echo "note - $1"; }                             # what this runtime does otherwise than others
inapplicable() { echo "not applicable - $1" && exit 0; } # this runtime has no such thing

same() { # same WHAT EXPECTED SEEN
  if [ "$2" = "$3" ]; then ok "$1"; else no "$1: expected '$(one_line "$2")', saw '$(one_line "$3")'"; fi
}
one_line() { printf %s "$1" | tr '\n' ' '; }
differ() { # differ WHAT ONE OTHER
  if [ "$2" != "$3" ]; then ok "$1"; else no "$1: both are '$2'"; fi
}
check() { # check WHAT COMMAND...: it succeeds
  what=$1 && shift
  if "$@"; then ok "$what"; else no "$what: '$*' says no"; fi
}
never() { # never WHAT COMMAND...: it fails
  what=$1 && shift
  if "$@"; then no "$what: '$*' says yes"; else ok "$what"; fi
}
soon() { # soon WHAT COMMAND...: it succeeds within $SOON seconds
  what=$1 && shift
  if until_so "$@"; then ok "$what"; else no "$what: not within $SOON s"; fi
}
await() { # await COMMAND...: the same, and says nothing when it does
  until_so "$@" || no "waited $SOON s for '$*'"
}
until_so() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -lt $((SOON * 20)) ] || return 1
    sleep 0.05
  done
}
hear() { # hear < PIPE: the next line, or nothing when none comes soon
  timeout "$SOON" sh -c 'read -r line && printf %s "$line"' || :
}
said() { # said FILE LINE: whether somebody wrote this line there
  [ -e "$1" ] && tr -d '\r' < "$1" | grep -qxF -e "$2"
}

# A container, in the operations that the release has: create, start, kill, delete; until v0.5 start and stop.
has_create() { case $RELEASE in v0.*) false ;; esac }
up() { # up ID BUNDLE: makes it and runs its program, which keeps our stdin and stdout
  if has_create; then
    "$RUNTIME" create --bundle "$2" "$1" && "$RUNTIME" start "$1"
  else
    "$RUNTIME" start "$1" "$2"
  fi
}
down() { # down ID: ends and deletes it
  if has_create; then
    "$RUNTIME" kill "$1" KILL 2> /dev/null || : # it may have ended by itself
    await stopped "$1"
    "$RUNTIME" delete "$1"
  else
    "$RUNTIME" stop "$1"
  fi
}
state() { "$RUNTIME" state "$1" 2> /dev/null | tr -d '\n\t'; }
pid_of() { state "$1" | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p'; }
status_of() { state "$1" | sed -n 's/.*"status": *"\([a-z]*\)".*/\1/p'; }
exists() { "$RUNTIME" state "$1" > /dev/null 2>&1; }
stopped() { # its program has ended; the state of v0.4 and v0.5 does not say so, but the kernel does
  if has_create; then [ "$(status_of "$1")" = stopped ]; else ! alive "$(pid_of "$1")"; fi
}
alive() { [ "${1:-0}" -gt 0 ] && ! grep -q '^State:.[ZX]' "/proc/$1/status" 2> /dev/null && [ -d "/proc/$1" ]; }
runs() { [ "$(cat "/proc/$1/comm" 2> /dev/null)" = "$2" ]; } # runs PID NAME; runc's start may return a moment before
namespace() { readlink "/proc/$1/ns/$2"; } # namespace PID KIND, as the host sees it

recvtty() { exec "$PYTHON" "$COOKBOOK/recvtty.py" "$@"; } # recvtty SOCKET < typed > shown &
