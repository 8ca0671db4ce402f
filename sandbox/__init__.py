"""A payment provider to practice with: Stripe's endpoints, a hosted page, signed events, a mailbox.

It plays a third party, so it imports nothing of ours and nothing of ours imports it.
"""
