"""The invented loans and reservations: none that the rules of the desk would not allow."""

from core import db
from core.access import Role, viewer_for
from core.circulation import desk_day, shelf, sites, waiting_lists
from tests.core.circulation.making import TODAY

STAFF = viewer_for(Role.STAFF)


def test_readers_wait_for_what_is_lent_and_one_finds_a_copy_set_aside(demo_sqlite: str) -> None:
    with db.reading() as session:
        queues = waiting_lists.queues(session, STAFF)
        [aside] = waiting_lists.set_aside(session, STAFF)
        places = sorted([one.place for one in queue.waiters] for queue in queues)
        assert places == [[1], [1, 2]]
        for queue in queues:
            assert shelf.free_copies(session, queue.notice_id) == []
        opening = sites.opening(session, sites.site(session).id or 0)
        assert aside.until > TODAY
        assert opening.is_open(aside.until)
        assert desk_day.day(session, STAFF, today=TODAY).ready == 1
