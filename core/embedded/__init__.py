"""PostgreSQL and Valkey started from installed wheels, for the demo and the tests. Needs no Django.

`DATABASE_URL` and `REDIS_URL` take the place of either server, so production uses none of this.
"""

from core.embedded.servers import Servers

__all__ = ["Servers"]
