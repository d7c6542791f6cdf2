# From /proc/PID/stat, behind the name in parentheses: state, parent, group, session, terminal (proc(5)).
field_of() { sed 's/.*) //' "/proc/$2/stat" | cut -d ' ' -f "$1"; }
session_of() { field_of 4 "$1"; }
terminal_of() { field_of 5 "$1"; }
leads_on_a_terminal() { [ "$(session_of "$1")" -eq "$1" ] && [ "$(terminal_of "$1")" -ne 0 ]; }
