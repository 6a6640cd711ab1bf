"""What is said of an outage as a whole: what of it is news, and what is known after it."""

from msgspec.structs import replace

from schemas.signals.incident import Account


def news(known: Account, said: Account) -> Account:
    """Return what is said and not yet known; empty if all of it is."""
    return Account(
        **{
            name: value
            for name in Account.__struct_fields__
            if (value := getattr(said, name)) != getattr(known, name)
        }
    )


def endangered(known: Account, other: Account) -> Account:
    """Return what is known of an incident after another was merged into it: danger comes along."""
    return replace(known, injury_risk=True) if other.injury_risk else known


def after(known: Account, said: Account) -> Account:
    """Return what is known once this is said, too; what is left unsaid stays as it was."""
    told = {name: getattr(said, name) for name in Account.__struct_fields__}
    changed = {name: value for name, value in told.items() if value is not None}
    return replace(known, **changed) if changed else known
