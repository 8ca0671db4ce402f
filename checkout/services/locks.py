from orders.models import Order


def lock_order(pk: int) -> Order:
    """The order as it is now, its row locked until the transaction ends. The first lock of all."""
    return Order.objects.select_for_update(of=("self",)).get(pk=pk)
