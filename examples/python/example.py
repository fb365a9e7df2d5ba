"""One case from the first message to closure, under the built-in policy."""
import datetime

import csupport

UTC = datetime.timezone.utc


def tell(decisions):
    for decision in decisions:
        detail = [decision[name] for name in ("name", "because", "clock", "due", "from", "to") if name in decision]
        print("  " + "  ".join([decision["at"], decision["decision"], *detail]))


with csupport.Policy() as policy:
    score = policy.score({"service": "down", "scope": ("team", "assumed")}, {"mood": "angry"})
    low, value, high = score["priority"]
    print(f"Service down for a team, they think: {value}, at least {low}, at most {high}. Ask: {score['next_question_text']}")

    with csupport.Case(policy) as case:
        print("Monday, 09:00: the export is broken.")
        tell(case.apply({"case": "C-1", "at": "2026-03-02T09:00:00Z", "event": "opened", "channel": "email", "fields": {"tier": "premium"}}))
        wakeup = case.next_wakeup()
        print(f"Nothing to do until {wakeup:%H:%M:%S}; then:")
        tell(case.advance(wakeup))

        saved = case.save()  # what a host keeps beside its next wake-up
    print("Saved, and loaded again. 09:40: an answer and the way around it.")

    with csupport.Case(policy, saved) as case:
        tell(case.apply({"at": datetime.datetime(2026, 3, 2, 9, 40, tzinfo=UTC), "events": [
            {"event": "agent_message"}, {"event": "moved", "to": "resolved", "because": "a setting"}]}))
        try:
            case.apply({"at": "2026-03-02T09:30:00Z", "event": "note"})
        except csupport.Error as error:
            print(f"A note from before that is refused: {error}")
        tell(case.apply({"at": "2026-03-02T10:00:00Z", "event": "closed"}))
        status = case.status(datetime.datetime(2026, 3, 2, 10, tzinfo=UTC))
        print("In the end:", status["state"], {clock["clock"]: clock["verdict"] for clock in status["clocks"] if clock["agreement"]})

    office = policy.calendar("office")
    friday = datetime.datetime(2026, 3, 6, 15, tzinfo=UTC)
    print(f"Four open hours from {friday:%A %H:%M} on: {office.add(friday, datetime.timedelta(hours=4)):%A %H:%M}")
