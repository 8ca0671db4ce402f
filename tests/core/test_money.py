from hypothesis import given, strategies as st

from core.money import allocate

weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=30)


@given(st.integers(0, 10**9), weights.filter(any))
def test_allocate_loses_nothing_and_is_fair(total, weights):
    shares = allocate(total, weights)

    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)


@given(st.integers(0, 10**6), weights)
def test_allocate_never_gives_less_for_more(total, weights):
    shares = allocate(total, weights)

    pairs = sorted(zip(weights, shares, strict=True))
    assert [share for _weight, share in pairs] == sorted(shares)


def test_allocate_without_weight_gives_nothing():
    assert allocate(7, [0, 0]) == [0, 0]


def test_allocate_gives_what_is_left_to_the_largest_remainder_then_to_the_first():
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(10, [1, 2, 3]) == [2, 3, 5]
