"""One item of the minutes on a text page: its line, its kind and its words in columns, what is to be known below."""

from bot.model.meeting import Item
from bot.reports.linking import spelled
from bot.reports.markup import named, remark, who
from bot.reports.outline import Section
from bot.reports.plain import hang, long_day, pad, short, width

KINDS = 10  # columns for the kind


def entry(item: Item, gutter: int) -> str:
    """Under its topic: everything, and who said it."""
    said = who(item)
    return _laid(
        item, f"  {_number(item, gutter)}{pad(item.kind.value, KINDS)}", f" ({said})" if said else ""
    )


def decision(item: Item, gutter: int) -> str:
    return _laid(item, f"  {_number(item, gutter)}{pad(item.kind.value, KINDS)}", "")


def action(item: Item, gutter: int) -> str:
    """Under its person, whose name stands one step to the left."""
    return _laid(item, f"    {_number(item, gutter)}", "")


def turn(item: Item, gutter: int) -> str:
    """What is to be known of a topic's own line: below its heading, which has the words."""
    word, why = remark(item)
    lead = f"  {_number(item, gutter)}{word}"
    return hang(short(why), f"{lead}: ") if why else lead


def place(section: Section, several: bool) -> str:
    """What a heading says behind its topic: the log lines that took it up, and its repository where there are several."""
    lines = [named(turn) for turn in section.turns]
    found = [short(section.repo, 200)] if several and section.repo else []
    found += [", again ".join(lines)] if lines else []
    return f" ({'; '.join(found)})" if found else ""


def _number(item: Item, gutter: int) -> str:
    return pad(named(item), gutter + 2)


def _laid(item: Item, lead: str, tail: str) -> str:
    indent = " " * width(lead)
    names = spelled(item)
    also = f" [{', '.join(names)}]" if names else ""
    lines = [hang(f"{short(item.text)}{also}{tail}", lead)]
    if item.done:
        lines.append(f"{indent}said to be done")
    if item.due:
        lines.append(f"{indent}due {long_day(item.due)}")
    if item.gloss:
        lines.append(hang(short(item.gloss), f"{indent}^ "))
    word, why = remark(item)
    if word:
        lines.append(hang(short(why), f"{indent}{word}: ") if why else f"{indent}{word}")
    return "\n".join(lines)


FILTERS = {"entry": entry, "decision": decision, "action": action, "turn": turn, "place": place}
