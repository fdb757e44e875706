"""One timer ends whatever takes too long, and nothing else."""

import asyncio

from mnist_recognizer.api.middleware.deadlines import Deadlines


async def late_after(deadlines: Deadlines, *pauses: float) -> bool:
    """Take some pauses, each of which the deadline is extended for; tell whether that was late."""
    task = asyncio.current_task()
    assert task is not None
    deadlines.begin(task)
    try:
        for pause in pauses:
            await asyncio.sleep(pause)
            deadlines.extend(task)
    except asyncio.CancelledError:
        deadlines.extend(task)  # comes too late
        assert deadlines.end(task)
        assert not deadlines.end(task), "that is told once"
        return True
    return deadlines.end(task)


def test_what_is_in_time_goes_on_and_what_is_not_is_cancelled() -> None:
    async def main() -> None:
        deadlines = Deadlines(0.2)
        found = await asyncio.gather(
            late_after(deadlines, 0),
            late_after(deadlines, 60),
            late_after(deadlines, 0.1, 0.1, 0.1, 0.1),
            late_after(deadlines, 60),
        )
        assert list(found) == [False, True, False, True]

    asyncio.run(main())


def test_a_task_that_begins_later_is_late_later() -> None:
    async def begin_later(deadlines: Deadlines) -> bool:
        await asyncio.sleep(0.1)
        return await late_after(deadlines, 60)

    async def main() -> None:
        deadlines = Deadlines(0.2)
        first = asyncio.create_task(late_after(deadlines, 60))
        second = asyncio.create_task(begin_later(deadlines))
        assert await first
        assert not second.done()
        assert await second

    asyncio.run(main())


def test_the_deadline_holds_in_one_event_loop_after_another() -> None:
    deadlines = Deadlines(0.1)
    assert not asyncio.run(late_after(deadlines, 0))
    assert asyncio.run(late_after(deadlines, 60))
    assert asyncio.run(late_after(deadlines, 60))
