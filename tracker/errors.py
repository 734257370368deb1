"""Errors that a person can act on: one clear line, no traceback."""


class TrackerError(Exception):
    """Base of every refusal that the product itself makes; the command line prints it as one line and exits 1."""


class ConfigError(TrackerError):
    """config.toml holds an unknown key, a wrong type or a value that cannot be."""


class DatabaseError(TrackerError):
    """The database cannot be used: missing, read-only, locked, or written by a newer version."""


class RegisterError(TrackerError):
    """The register of units, officers and appointments contradicts itself; the message names the row."""


class NoticeError(TrackerError):
    """A paper cannot be read, or may not be."""


class SecretPaperError(NoticeError):
    """The paper carries a secrecy mark (dấu chỉ độ mật, Luật Bảo vệ bí mật nhà nước 2018 art. 8) and stays out."""


class TaskError(TrackerError):
    """A change that the state of the task, or the role of the person, does not allow."""


class CriteriaError(TrackerError):
    """A criteria file contradicts itself, or a criterion cannot be met, verified or lost as it was said."""


class InputError(TaskError):
    """What was given with a verb is missing, unknown or of a wrong type; the message names the field."""


class StorageError(TrackerError):
    """A stored file cannot be written, is gone, or is not what it was."""


class EvidenceError(TaskError):
    """A file that is given as evidence cannot be taken; the message is for the log, `why` names the reason.

    `why`: "size", "count", "full", "program", "type", "bomb" or "damaged".
    """

    def __init__(self, message: str, why: str) -> None:
        """`why` is one of the reasons above."""
        super().__init__(message)
        self.why = why


class MailError(TrackerError):
    """The mail server or its configuration refuses."""
