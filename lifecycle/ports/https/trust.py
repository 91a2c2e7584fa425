"""Trust: what server certificates are verified against, and how one that does not hold is known."""

from __future__ import annotations

import ssl

from lifecycle.errors import ConfigurationError


def trusting(ca_file: str | None) -> ssl.SSLContext:
    """What server certificates are verified against; verification is never off.

    Args:
        ca_file: PEM file with the authority that signed them; None trusts the system's.

    Raises:
        ConfigurationError: The file is missing or holds no certificate.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError("credentials block", "ca_file", "cannot be read as PEM certificates") from error


def distrusted() -> ConfigurationError:
    """The server's certificate does not hold."""
    return ConfigurationError(
        "credentials block", "ca_file", "the server's certificate is not trusted, has ended or bears another name"
    )


def is_distrust(error: BaseException | None) -> bool:
    """Whether a certificate that does not hold is at the bottom of an exception."""
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        inner = [one for one in error.args if isinstance(one, BaseException)]
        reason = getattr(error, "reason", None)
        inner += [reason] if isinstance(reason, BaseException) else []
        if any(is_distrust(one) for one in inner if id(one) not in seen):
            return True
        error = error.__cause__ or error.__context__
    return False
