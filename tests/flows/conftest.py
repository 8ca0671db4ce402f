from tests.gateway import gateway

__all__ = ["gateway"]
