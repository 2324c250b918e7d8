"""The reference a referrer writes down and reads out on the telephone."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, 1, I, L, O and U: nothing that is misheard, misread, or spells a word."""


def new_reference(council: str) -> str:
    """Draw a reference such as SOU-7K3M-2Q9X: the council's letters, then chance, and no person."""
    letters = "".join(filter(str.isalpha, council))[:3].upper()
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters}-{drawn[:4]}-{drawn[4:]}"
