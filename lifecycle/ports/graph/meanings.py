"""What Graph's refusals mean: the same code (``Request_BadRequest``) stands for most of them, so the message decides.

Graph's documentation advises against it, since messages may change; there is nothing else to tell them apart by. A
message that is not known is a refusal without a name of its own, so a changed text never turns into a success.
"""

from __future__ import annotations

from lifecycle.ports.graph.batch import BatchResponse
from lifecycle.ports.graph.failures import NOT_FOUND, error_code, error_message

_BAD_REQUEST = 400
_PHRASES = {
    "inherited from a group membership": "licence-inherited",
    "with invalid usage location": "usage-location-missing",
    "does not have any available licenses": "no-licences-left",
    "does not correspond to a valid company license": "product-unknown",
    "does not have a corresponding license": "licence-absent",
    "added object references already exist": "member-already",
    "on-premises mastered directory sync objects": "synced-from-active-directory",
}
"""Part of a message, lower-case → name of the refusal."""
NO_PHOTO = frozenset({"ImageNotFound", "ErrorItemNotFound", "ErrorEntityNotFound", "GetUserPhoto"})
"""Codes of a 404 that say that the user has no photo."""
NO_MAILBOX = frozenset({"MailboxNotEnabledForRESTAPI", "ErrorNonExistentMailbox"})
"""Codes of a 404 that say that the user has no mailbox in Exchange Online."""
_NO_OBJECT = frozenset({"Request_ResourceNotFound", "ResourceNotFound", "ErrorInvalidUser"})


def meaning(response: BatchResponse) -> str:
    """The name of a refusal: one of ours, or Graph's code."""
    message = error_message(response.body).lower()
    if response.status == _BAD_REQUEST:
        for phrase, name in _PHRASES.items():
            if phrase in message:
                return name
    return error_code(response.body) or "refused"


def has_no_photo(response: BatchResponse) -> bool:
    """Whether an answer says that a user has no photo."""
    return response.status == NOT_FOUND and error_code(response.body) in NO_PHOTO


def has_no_mailbox(response: BatchResponse) -> bool:
    """Whether an answer says that a user has no mailbox."""
    return response.status == NOT_FOUND and error_code(response.body) in NO_MAILBOX


def is_gone(response: BatchResponse) -> bool:
    """Whether an answer says that the object asked for does not exist; a wrong address is told with another code."""
    return response.status == NOT_FOUND and error_code(response.body) in _NO_OBJECT
