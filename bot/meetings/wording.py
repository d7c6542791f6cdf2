"""How alike the words of an action and a title are, so that `a hook-dropping PR` finds `*: Remove hooks`."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

LONGEST = 1000  # characters of a text that are compared
FITS = 70  # see tests/meetings/test_wording.py: what belongs together has 70 to 100, what does not has less, mostly 0
SHARED = 2  # words; a single one (`hooks`) is the subject of half a tracker
NOT_WORDS = re.compile(r"\S{1,99}://\S+|\S{0,99}#\d+")
NOISE = frozenset(
    "a about after all also an and any are as at be been before but by can do for from get go has have how if in into is it "
    "its make more need needs new not of off on or our out over please should so some than that the their them then there "
    "these this to up us we what when where which who why will with would "
    "file issue issues look open patch pr prs pull request requests send start submit ticket try work write".split()
)
# The same deed in other words, as titles of specifications have it. The forms are stems.
SAME = {
    stem: deed
    for deed, stems in {
        "remov": "delet drop revert rollback strip",
        "add": "includ introduc",
        "describ": "clarify doc docum document explain",
        "fix": "correct repair",
        "updat": "bump refresh",
    }.items()
    for stem in stems.split()
}


def fit(text: str, title: str, names: Iterable[str] = ()) -> int:
    """0 to 99: how well a title fits what was promised; 0 when they share fewer than two words that say something.

    The mean of two ratios of rapidfuzz over the stems: whether the title has the promise's words (token_set_ratio), and
    whether it has others too (token_sort_ratio). `names` are the people promised by, whose names say nothing of the work.
    """
    said, found = words(text, names), words(title)
    if len(set(said) & set(found)) < SHARED:
        return 0
    one, other = " ".join(sorted(said)), " ".join(sorted(found))
    return min(99, round((fuzz.token_set_ratio(one, other) + fuzz.token_sort_ratio(one, other)) / 2))


def words(text: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """The stems of the words that say what a text is about, each once; references and links are no words."""
    silent = NOISE | {name.casefold() for name in names}
    plain = NOT_WORDS.sub(" ", text[:LONGEST].casefold()).replace("roll back", "rollback")
    return tuple(dict.fromkeys(_stem(word) for word in re.findall(r"[^\W_]+", plain) if word not in silent))


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(ending)
            if ending in ("ing", "ed") and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]  # dropping, dropped
            break
    return SAME.get(word, word)
