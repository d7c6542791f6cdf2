"""hcoop-meetbot fed and asked to write, by its own interpreter: `python peer_hcoop.py MESSAGES OUT`; prints JSON.

It imports nothing of ours but the messages' file: lines of JSON [moment, nick, text].
"""

import json
import logging
import resource
import sys
import time
from datetime import datetime
from pathlib import Path


def main(messages: str, out: str) -> None:
    from hcoopmeetbotlogic import handler, state
    from hcoopmeetbotlogic.config import Config
    from hcoopmeetbotlogic.interface import Context, Message

    logger = logging.getLogger("hcoop")
    logger.setLevel(logging.ERROR)
    state.set_logger(logger)
    state.set_config(Config(conf_file=None, log_dir=out))
    context = Context(lambda: "", lambda _topic: None, lambda _reply: None, lambda _message: None)
    rows = [json.loads(line) for line in Path(messages).read_text(encoding="utf-8").splitlines()]
    told = [
        Message(str(n), datetime.fromisoformat(at), nick, "#quay", "net", text)
        for n, (at, nick, text) in enumerate(rows)
    ]
    started = time.perf_counter()
    for message in told[:-1]:
        handler.irc_message(context, message)
    fed = time.perf_counter()
    handler.irc_message(context, told[-1])  # #endmeeting writes everything
    done = time.perf_counter()
    size = sum(path.stat().st_size for path in Path(out).rglob("*") if path.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        json.dumps(
            {"feed": fed - started, "write": done - fed, "total": done - started, "mib": peak, "bytes": size}
        )
    )


main(*sys.argv[1:])
