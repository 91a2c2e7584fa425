"""The answers that are ours: an operation that is not sent because it must not be, or cannot be here."""

from __future__ import annotations

from lifecycle.answer import NO_ANSWER, Answer

DONE = Answer(0, "done")
NOT_SENT = Answer(NO_ANSWER, "not sent")

ON_HOLD = Answer(409, "on hold")
"""The mailbox is under litigation hold, or another: neither disabled nor deleted."""

ANOTHER_MAILBOX = Answer(409, "another mailbox")
"""The account has another mailbox by now than the one that was meant."""

STILL_CONNECTED = Answer(409, "still connected")
"""The mailbox is in use, so it is not purged."""

NOT_YET = Answer(409, "disabled, and not listed as deleted yet")
"""The mailbox was taken from the account just now; Exchange shows it among the deleted ones a little later."""

NO_ACCOUNT = Answer(404, "no such account")
"""The system does not know the account, or not by what is known of it."""

NO_MAILBOX = Answer(404, "no such mailbox")
"""There is no mailbox with this identity, or it has been purged already."""

BY_LICENCE = Answer(405, "a mailbox in the cloud comes with a licence")
NOT_HERE = Answer(405, "not known to this system")
"""Exchange Online has no remote mailboxes, a server without hybrid no cloud, and neither has Skype for Business."""

UNFIT = Answer(400, "a value does not fit its parameter")
"""A value cannot stand in the cmdlet's parameter, so nothing was sent."""
