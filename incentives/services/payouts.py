"""Money on its way to people. From the request on it lies in `payout_clearing`, so nothing is
promised twice. Locks: the payout's row first, then the account that it is paid from."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from checkout.services.shares import POTS, into_pot
from core.ids import public_id
from core.keys import encrypt
from core.logs import logger
from core.money import format_money
from incentives import errors
from incentives.models import Payout, PayoutAccount, PayoutMethod, PayoutStatus, Purse
from incentives.wallets import checksummed
from ledger.models import AccountKind
from ledger.queries import balance
from ledger.services import Move, lock_account, post
from orders.models import ShareHolder

ALIAS = range(3, 121)
HINT = 4  # last characters that pages show


@transaction.atomic
def add_account(*, user: User, method: PayoutMethod, address: str) -> PayoutAccount:
    """Raises AddressInvalid, AliasInvalid."""
    address = address.strip()
    if method == PayoutMethod.WALLET:
        address = checksummed(address)
    elif len(address) not in ALIAS:
        raise errors.AliasInvalid
    sealed = encrypt(address.encode())
    return PayoutAccount.objects.create(
        user=user, method=method, sealed=sealed, hint=address[-HINT:]
    )


@transaction.atomic
def retire_account(*, account: PayoutAccount) -> None:
    """No new payouts; those under way still need it. Repeatable."""
    PayoutAccount.objects.live().filter(pk=account.pk).update(retired_at=timezone.now())


def payable(user: User, purse: Purse, currency: str) -> int:
    """What they may ask for now, in minor units."""
    return -balance(purse.payable, currency=currency, subject=f"user:{user.pk}")


@transaction.atomic
def request_payout(
    *, user: User, purse: Purse, account: PayoutAccount, currency: str, amount_minor: int
) -> Payout:
    """Set `amount_minor` aside. Raises AccountRetired, TooMuch; behind the check the database
    refuses an account that would owe less than nothing."""
    if account.user_id != user.pk or account.retired_at:
        raise errors.AccountRetired
    subject = f"user:{user.pk}"
    lock_account(purse.payable, subject)
    left = payable(user, purse, currency)
    if not 1 <= amount_minor <= left:
        raise errors.TooMuch(left=format_money(max(left, 0), currency))
    payout = Payout.objects.create(
        public_id=public_id(),
        user=user,
        requested_by=user,
        purse=purse,
        account=account,
        currency=currency,
        amount_minor=amount_minor,
    )
    _post(
        payout,
        "requested",
        [
            Move(purse.payable, subject, amount_minor),
            Move(AccountKind.PAYOUT_CLEARING, subject, -amount_minor),
        ],
    )
    return payout


def _post(payout: Payout, step: str, moves: list[Move]) -> None:
    post(
        key=f"payout:{payout.public_id}:{step}",
        kind=f"payout_{step}",
        currency=payout.currency,
        moves=moves,
    )


def _lock(payout: Payout, *statuses: PayoutStatus) -> Payout:
    current = Payout.objects.select_for_update().get(pk=payout.pk)
    if current.status not in statuses:
        raise errors.WrongStep(state=current.get_status_display())
    return current


def _mark(payout: Payout, status: PayoutStatus, **fields: object) -> Payout:
    payout.status = status
    for name, value in fields.items():
        setattr(payout, name, value)
    payout.save(update_fields=["status", *fields])
    logger.info("payout_moved", payout=payout.pk, status=status.value)
    return payout


@transaction.atomic
def approve(*, payout: Payout, by: User) -> Payout:
    """Raises WrongStep, ApproverIsRequester."""
    current = _lock(payout, PayoutStatus.REQUESTED)
    if by.pk in {current.requested_by_id, current.user_id}:
        raise errors.ApproverIsRequester
    return _mark(current, PayoutStatus.APPROVED, approved_by=by, approved_at=timezone.now())


@transaction.atomic
def mark_sent(*, payout: Payout, by: User) -> Payout:
    """Somebody paid it at the bank or signed the batch. Raises WrongStep."""
    current = _lock(payout, PayoutStatus.APPROVED)
    return _mark(current, PayoutStatus.SENT, sent_at=timezone.now())


@transaction.atomic
def confirm(*, payout: Payout, by: User, note: str = "") -> Payout:
    """It arrived: the money has left. Raises WrongStep."""
    current = _lock(payout, PayoutStatus.SENT)
    amount, subject = current.amount_minor, f"user:{current.user_id}"
    _post(
        current,
        "confirmed",
        [
            Move(AccountKind.PAYOUT_CLEARING, subject, amount),
            Move(AccountKind.PAID_OUT, subject, -amount),
        ],
    )
    return _close(current, PayoutStatus.CONFIRMED, by, note)


@transaction.atomic
def refuse(*, payout: Payout, by: User, note: str) -> Payout:
    """Raises WrongStep."""
    current = _lock(payout, PayoutStatus.REQUESTED)
    return _return(current, PayoutStatus.REFUSED, by, note)


@transaction.atomic
def withdraw(*, payout: Payout) -> Payout:
    """The person changed their mind before anybody approved it. Raises WrongStep."""
    current = _lock(payout, PayoutStatus.REQUESTED)
    return _return(current, PayoutStatus.WITHDRAWN, current.user, "")


@transaction.atomic
def fail(*, payout: Payout, by: User, note: str) -> Payout:
    """It did not go out, or came back. Raises WrongStep."""
    current = _lock(payout, PayoutStatus.APPROVED, PayoutStatus.SENT)
    return _return(current, PayoutStatus.FAILED, by, note)


def _return(payout: Payout, status: PayoutStatus, by: User, note: str) -> Payout:
    """To where it came from; a lecturer's debt that arose meanwhile is repaid first."""
    amount, subject = payout.amount_minor, f"user:{payout.user_id}"
    back = [Move(AccountKind.CONTRIBUTOR_PAYABLE, subject, -amount)]
    if payout.purse == Purse.LECTURER:
        back = into_pot(POTS[ShareHolder.LECTURER], subject, payout.currency, amount)
    _post(payout, "returned", [Move(AccountKind.PAYOUT_CLEARING, subject, amount), *back])
    return _close(payout, status, by, note)


def _close(payout: Payout, status: PayoutStatus, by: User, note: str) -> Payout:
    return _mark(payout, status, closed_by=by, closed_at=timezone.now(), note=note.strip())
