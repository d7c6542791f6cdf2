# What all ways are checked for: the program found its network when it began, the host reaches it, and nothing stays.
answers() { [ "$(busybox nc -w 2 10.9.0.2 7000 < /dev/null)" = hello ]; }
has_host_end() { ip link show host0 > /dev/null 2>&1; }
plugged() { # plugged ID SAID
  await [ -s "$2" ]
  check "the program has its address from the first moment" grep -q 'inet 10\.9\.0\.2/24' "$2"
  differ "its network is not ours" "$(namespace self net)" "$(namespace "$(pid_of "$1")" net)"
  never "eth0 is not ours either" ip link show eth0 2> /dev/null
  soon "and the host reaches it" answers
}
unplugged() { soon "with the container its network is gone" not has_host_end; }
not() { ! "$@"; }
