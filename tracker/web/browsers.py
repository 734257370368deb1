"""The name of a browser in a list of sessions, as its owner would call it; nothing is decided by it."""

BROWSERS = (
    ("Edg", "Edge"),
    ("coc_coc", "Cốc Cốc"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_words(agent: str) -> str:
    """ "Chrome, Android" from the User-Agent; empty when it says neither."""
    found = (next((words for sign, words in known if sign in agent), "") for known in (BROWSERS, SYSTEMS))
    return ", ".join(word for word in found if word)
