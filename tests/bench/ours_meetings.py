"""Our minutes, fed the same messages and asked to write the same things: `python -m tests.bench.ours_meetings MESSAGES OUT`.

Prints JSON. Imports and reading the file of messages are not counted, for the peer neither.
"""

import json
import resource
import sys
import time
from datetime import datetime
from pathlib import Path

from bot.meetings.minutes import Follower, Style
from bot.meetings.references import Home
from bot.model.meeting import Line
from bot.reports import minutes
from bot.reports.log import log_page

HOME = Home("quay/runtime-spec", ("quay/runtime-spec",))


def main(messages: str, out: str) -> None:
    rows = [json.loads(line) for line in Path(messages).read_text(encoding="utf-8").splitlines()]
    lines = [
        Line(n, datetime.fromisoformat(at), nick, text) for n, (at, nick, text) in enumerate(rows, start=1)
    ]
    started = time.perf_counter()
    following = Follower(Style.TALLYMAN, HOME, source="bench")
    for recorder, line in following.feed(lines):
        recorder.hear(line)
    meeting = recorder.meeting()
    fed = time.perf_counter()
    folder = Path(out)
    text = json.dumps(minutes.to_json(meeting, count_lines=False), ensure_ascii=False)
    (folder / "minutes.json").write_text(text, encoding="utf-8")
    (folder / "minutes.html").write_text(minutes.render(meeting, "html"), encoding="utf-8")
    with (folder / "log.html").open("w", encoding="utf-8") as page:
        page.writelines(log_page(lines, meeting))
    done = time.perf_counter()
    size = sum(path.stat().st_size for path in folder.iterdir())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        json.dumps(
            {"feed": fed - started, "write": done - fed, "total": done - started, "mib": peak, "bytes": size}
        )
    )


main(*sys.argv[1:])
