"""The addresses in letters, all of them: a letter opens by one door, and its tasks lie behind that door."""


def letter_door(base_url: str, officer_id: int) -> str:
    """Where the reader of a letter finds everything that is theirs. base_url: [web] base_url of config.toml."""
    del officer_id  # the door is the same for all until links are signed
    return f"{base_url.rstrip('/')}/me"


def office_door(base_url: str) -> str:
    """Where those who sign in find all tasks: the door of the briefing, which many read."""
    return f"{base_url.rstrip('/')}/tasks"


def task_link(door: str, task_id: int) -> str:
    """One task behind a door."""
    return f"{door}/{task_id}"


def briefing_link(base_url: str, period: str) -> str:
    """Where the briefing of a week (2020-W28) is read and printed."""
    return f"{base_url.rstrip('/')}/briefings/{period}"
