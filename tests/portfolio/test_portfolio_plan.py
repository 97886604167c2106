"""Which task comes next, and what waits for which."""

from auditor.portfolio.clients import Client
from auditor.portfolio.plan import Plan


def client(folder, size=1, **files):
    return Client(folder=folder, size=size, large_files=files)


def test_what_ran_when_a_worker_died_runs_by_itself():
    plan = Plan([client("a"), client("b"), client("c")])
    first = plan.next([])
    second = plan.next([first])

    plan.suspect(first)
    waits = plan.next([second])
    alone = plan.next([])
    beside = plan.next([alone])

    assert (waits, beside) == (None, None)
    assert (alone.client.folder, alone.alone) == ("a", True)


def test_the_largest_come_first_and_an_audit_waits_for_the_last_of_its_files():
    plan = Plan([client("small", 5), client("large", 100, x=40, y=50)])

    begun = [plan.next([]) for _ in range(2)]
    plan.has_read(begun[0], None)
    other = plan.next([])
    plan.has_read(begun[1], None)
    audit = plan.next([])

    assert [(task.client.folder, task.file) for task in (*begun, other, audit)] == [
        ("large", "y"),
        ("large", "x"),
        ("small", None),
        ("large", None),
    ]


def test_a_client_that_failed_in_one_file_is_done_with_all_of_its_work():
    plan = Plan([client("large", 100, x=40, y=50)])
    failed, running = plan.next([]), plan.next([])

    ended = plan.has_ended(failed)
    plan.has_read(running, None)

    assert (ended, plan.has_ended(running), bool(plan), plan.done) == (True, False, False, plan.weight)
