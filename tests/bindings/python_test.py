"""What examples/python/csupport.py does with errors, with handles that are closed, with threads and with odd values; and that its
tables of functions and structs say what the listing of the API says.
"""
import ctypes
import datetime
import gc
import pathlib
import re
import sys
import threading
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples/python"))
import csupport  # noqa: E402

UTC = datetime.timezone.utc
MONDAY = datetime.datetime(2025, 3, 3, 9, tzinfo=UTC)
OPENED = {"case": "C-1", "at": MONDAY, "event": "opened"}


def opened(policy):
    case = csupport.Case(policy)
    case.apply(OPENED)
    return case


class Listing(unittest.TestCase):
    """Nothing but the listing knows what C would check: the letters of the functions, the members of the structs."""

    TEXT = re.sub(r"\s+", " ", (ROOT / "tests/api/csupport.cdef").read_text())
    KINDS = {"csup_status": "s", "int32_t": "i", "csup_basis": "i", "csup_value_kind": "i", "csup_date": "i", "int64_t": "q", "csup_time": "q",
             "csup_duration": "q", "size_t": "n", "uint64_t": "q"}

    def kind(self, declaration):
        declaration = declaration.replace("const ", "").strip()
        if re.match(r"char \*\w*$", declaration):
            return "t"
        if "*" in declaration:
            return "p"
        return "v" if declaration == "void" else self.KINDS[declaration.split()[0]]

    def test_functions(self):
        for entry in csupport._FUNCTIONS.split():
            name, types = entry.split(":")
            found = re.search(rf"(?:[;}}] )([^;{{}}]*?\bcsup_{name})\(([^)]*)\);", self.TEXT)
            self.assertTrue(found, name)
            result = found[1].replace(f"csup_{name}", "")
            given = [] if found[2] == "void" else found[2].split(",")
            wanted = "".join([self.kind(result)] + [self.kind(one) for one in given])
            # What the library writes to, or bytes with zeros in them, are pointers to Python too.
            self.assertEqual(len(types), len(wanted), name)
            for number, (mine, listed) in enumerate(zip(types, wanted)):
                as_pointer = listed == "t" and "const" not in given[number - 1] if number else False
                bytes_in = mine == "t" and "const void *" in (given[number - 1] if number else "")
                self.assertTrue(mine == ("p" if as_pointer else listed) or bytes_in, f"{name}: parameter {number} is {listed}, not {mine}")

    def test_structs(self):
        sizes = {"s": 4, "i": 4, "q": 8, "t": 8, "n": 8}
        structs = {"csup_error": csupport._Detail, "csup_answer": csupport._Answer, "csup_field": csupport._Fact, "csup_span": csupport._Span,
                   "csup_band": csupport._Band, "csup_assessment": csupport._Assessment}
        for name, struct in structs.items():
            body = re.search(rf"typedef struct {name} \{{([^}}]*)\}} {name};", self.TEXT)[1]
            members = [member.strip() for member in body.split(";") if member.strip()]
            self.assertEqual(len(members), len(struct._fields_), name)
            for member, (mine, kind) in zip(members, struct._fields_):
                listed = re.search(r"(\w+)(?:\[(\d+)\])?$", member)
                self.assertEqual(mine, listed[1], name)
                inner = next((one for other, one in structs.items() if member.startswith(other + " ")), None)
                size = int(listed[2]) if listed[2] else ctypes.sizeof(inner) if inner else sizes[self.kind(member[:member.rindex(listed[1])] + "x")]
                self.assertEqual(ctypes.sizeof(kind), size, f"{name}.{mine}")


class Errors(unittest.TestCase):
    def setUp(self):
        self.policy = csupport.Policy()

    def refused(self, call, *arguments):
        with self.assertRaises(csupport.Error) as caught:
            call(*arguments)
        self.assertTrue(caught.exception.message)
        self.assertIn(caught.exception.status, str(caught.exception))
        self.assertIn(caught.exception.message, str(caught.exception))
        return caught.exception

    def test_policy(self):
        error = self.refused(csupport.Policy, '{"csupport": 1, "name": "x",\n "clocks": {"é": 3}}')
        self.assertEqual((error.status, error.pointer, error.line, error.column), ("CSUP_E_POLICY", "/clocks/é", 2, 19))
        self.assertEqual(self.refused(csupport.Policy, "{").status, "CSUP_E_SYNTAX")
        self.assertEqual(self.refused(csupport.Policy, {"csupport": 2, "name": "x"}).status, "CSUP_E_VERSION")
        self.assertEqual(self.refused(csupport.Policy, b'{"csupport": 1, "name": "x\0"}').status, "CSUP_E_SYNTAX")
        self.assertRaises(KeyError, self.policy.calendar, "factory")

    def test_case(self):
        case = csupport.Case(self.policy)
        self.assertEqual(self.refused(case.apply, {"at": MONDAY, "event": "note"}).status, "CSUP_E_ORDER")
        self.assertEqual(self.refused(case.status, MONDAY).status, "CSUP_E_ARGUMENT")
        before = case.save()
        error = self.refused(case.apply, {**OPENED, "channel": 7})
        self.assertEqual((error.status, error.pointer), ("CSUP_E_ARGUMENT", "/channel"))
        self.assertEqual(case.save(), before)
        case.apply(OPENED)
        error = self.refused(case.apply, {"at": MONDAY, "events": [{"event": "note"}, {"event": "moved", "to": "development"}]})
        self.assertEqual((error.status, error.index, error.pointer), ("CSUP_E_REFUSED", 1, "/events/1"))
        self.assertIn('no move from "new" to "development"', error.message)
        self.assertEqual(self.refused(case.advance, datetime.datetime(2201, 1, 2, tzinfo=UTC)).status, "CSUP_E_RANGE")
        self.assertEqual(self.refused(case.apply, '{"at": "2025').status, "CSUP_E_SYNTAX")

    def test_snapshot(self):
        saved = opened(self.policy).save()
        self.assertEqual(self.refused(csupport.Case, self.policy, saved[:-1]).status, "CSUP_E_CORRUPT")
        self.assertEqual(self.refused(csupport.Case, self.policy, b"").status, "CSUP_E_CORRUPT")
        other = csupport.Policy({"csupport": 1, "name": "other"})
        self.assertEqual(self.refused(csupport.Case, other, saved).status, "CSUP_E_POLICY")

    def test_score(self):
        self.assertEqual(self.refused(self.policy.score, "CSI:1/S:Z").status, "CSUP_E_UNKNOWN")
        self.assertEqual(self.refused(self.policy.score, {"colour": "red"}).status, "CSUP_E_UNKNOWN")
        self.assertEqual(self.refused(self.policy.score, {"service": (None, "stated")}).status, "CSUP_E_ARGUMENT")
        self.assertIn("basis", self.refused(self.policy.score, {"service": "down", "scope": ("team", "guessed")}).message)
        self.assertEqual(self.refused(self.policy.score, {}, {"contacts": "many"}).status, "CSUP_E_ARGUMENT")
        calm, angry = (self.policy.score({"service": "down"}, {"mood": mood}) for mood in ("calm", "angry"))
        self.assertLess(angry["urgency"][1], calm["urgency"][1])
        self.assertEqual(self.policy.score({"service": (None, "unknown")}), self.policy.score({}))

    def test_calendar(self):
        office = self.policy.calendar("office")
        friday = datetime.datetime(2025, 3, 7, 15, tzinfo=UTC)
        self.assertEqual(office.add(friday, datetime.timedelta(hours=4)), datetime.datetime(2025, 3, 10, 11, tzinfo=UTC))
        self.assertEqual(office.add_days(friday, -1), friday - datetime.timedelta(days=1))
        self.assertEqual(office.elapsed(friday, friday + datetime.timedelta(days=3)), datetime.timedelta(hours=8))
        self.assertEqual(office.next_open(friday + datetime.timedelta(days=1)), datetime.datetime(2025, 3, 10, 9, tzinfo=UTC))
        self.assertTrue(office.is_open(friday))
        self.assertFalse(office.is_open(friday + datetime.timedelta(days=1)))
        sofia = datetime.timezone(datetime.timedelta(hours=2))
        self.assertEqual(office.elapsed(friday.astimezone(sofia), friday + datetime.timedelta(microseconds=1)), datetime.timedelta(microseconds=1))
        self.assertEqual(self.refused(office.add, friday, datetime.timedelta(days=99999)).status, "CSUP_E_RANGE")

    def test_instants(self):
        self.assertEqual(csupport.instant("2025-03-03T09:00:00Z"), MONDAY)
        self.assertEqual(csupport.instant("1900-01-01t00:00:00.0000019-01:00"), datetime.datetime(1900, 1, 1, 1, 0, 0, 1, tzinfo=UTC))
        self.assertEqual(self.refused(csupport.instant, "2025-03-03").status, "CSUP_E_SYNTAX")

    def test_what_does_not_fit(self):
        """Never cut, never passed on."""
        office = self.policy.calendar("office")
        self.assertRaises(OverflowError, office.add_days, MONDAY, 1 << 31)
        self.assertRaises(OverflowError, office.add, MONDAY, datetime.timedelta.max)
        self.assertRaises(OverflowError, self.policy.score, {}, {"contacts": 1 << 63})
        self.assertRaises(ValueError, self.policy.calendar, "office\0")
        self.assertRaises(TypeError, office.is_open, datetime.datetime(2025, 3, 7, 15))  # which zone?
        self.assertRaises(TypeError, office.is_open, 0)
        self.assertRaises(UnicodeEncodeError, csupport.Policy, '{"name": "\ud800"}')
        for instant in (datetime.datetime.min, datetime.datetime.max):
            self.assertEqual(self.refused(office.next_open, instant.replace(tzinfo=UTC)).status, "CSUP_E_RANGE")


class Lifetimes(unittest.TestCase):
    def test_closed(self):
        policy = csupport.Policy()
        case, calendar = opened(policy), policy.calendar("office")
        for handle in (case, calendar, policy):
            handle.close()
            handle.close()
        calls = [(policy.calendar, "office"), (policy.score, {}), (policy.score, "CSI:1"), (csupport.Case, policy), (csupport.Case, policy, b"saved"),
                 (case.apply, OPENED), (case.advance, MONDAY), (case.next_wakeup,), (case.status, MONDAY), (case.save,),
                 (calendar.add, MONDAY, datetime.timedelta(hours=1)), (calendar.add_days, MONDAY, 1), (calendar.elapsed, MONDAY, MONDAY),
                 (calendar.next_open, MONDAY), (calendar.is_open, MONDAY)]
        for call, *arguments in calls:
            with self.assertRaisesRegex(ValueError, "closed"):
                call(*arguments)

    def test_with(self):
        with csupport.Policy() as policy, csupport.Case(policy) as case:
            case.apply(OPENED)
        self.assertRaises(ValueError, case.save)
        self.assertRaises(ValueError, policy.score, {})

    def test_what_outlives_its_policy(self):
        policy = csupport.Policy()
        case, calendar = opened(policy), policy.calendar("office")
        policy.close()
        del policy
        gc.collect()
        decisions = case.advance(MONDAY + datetime.timedelta(days=30))
        self.assertTrue(calendar.is_open(MONDAY))
        case.close()
        del case
        gc.collect()
        self.assertEqual(decisions[0]["decision"], "clock_warned")

    def test_everything_is_freed_once(self):
        lib, counts = csupport._lib, {}
        kept = {name: getattr(lib, name) for name in ("csup_case_free", "csup_policy_release", "csup_decisions_free")}

        def counting(name):
            def free(pointer):
                counts[name] = counts.get(name, 0) + 1
                kept[name](pointer)
            return free

        for name in kept:
            setattr(lib, name, counting(name))
        try:
            policy = csupport.Policy()
            for number in range(300):
                case = opened(policy)
                case.cycle = [case]  # only the garbage collector finds it
                if number % 3 == 0:
                    case.close()
                try:
                    csupport.Case(policy, b"damaged")
                except csupport.Error as error:
                    error.case = case
                policy.calendar("office")
            del policy, case
            gc.collect()
        finally:
            for name, function in kept.items():
                setattr(lib, name, function)
        self.assertEqual(counts, {"csup_case_free": 300, "csup_policy_release": 301, "csup_decisions_free": 300})

    def test_threads(self):
        """Threads that share a policy and a case, and close them at any moment: exceptions, never a crash."""
        for turn in range(20):
            policy = csupport.Policy()
            case, unexpected = opened(policy), []

            def work(case=case, policy=policy, unexpected=unexpected):
                try:
                    for minute in range(1000):
                        case.advance(MONDAY + datetime.timedelta(minutes=minute))
                        csupport.Case(policy, case.save()).close()
                        policy.score({"service": "down"})
                except ValueError as closed:
                    if "closed" not in str(closed):
                        unexpected.append(closed)
                except Exception as error:  # noqa: BLE001
                    unexpected.append(error)

            threads = [threading.Thread(target=work) for _ in range(4)]
            for thread in threads:
                thread.start()
            threads[0].join(0.01)
            for handle in (case, policy) if turn % 2 else (policy, case):
                handle.close()
            for thread in threads:
                thread.join()
            self.assertEqual(unexpected, [])


if __name__ == "__main__":
    unittest.main()
