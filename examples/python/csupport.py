"""libcsupport for Python 3.9 and later: ctypes only, nothing to compile.

Instants are aware datetimes, spans are timedeltas; events, decisions and statuses are dicts. A policy, calendar or case can be closed
by hand or by `with`, and is freed with its last reference otherwise; a closed one raises ValueError. Threads may share all of them.
The library is the one that the environment variable CSUPPORT_LIBRARY names, else the one that the system finds.
"""
import contextlib
import ctypes
import ctypes.util
import datetime
import json
import os
import threading
import weakref

EPOCH, MICROSECOND = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc), datetime.timedelta(microseconds=1)
BASES, SPACE = ("unknown", "assumed", "stated", "verified"), -12


def _struct(**members):
    return type("Struct", (ctypes.Structure,), {"_fields_": list(members.items())})


_I, _Q, _T, _P, _N = ctypes.c_int32, ctypes.c_int64, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_size_t
_Detail = _struct(status=_I, line=_I, column=_I, index=_I, pointer=ctypes.c_char * 128, message=ctypes.c_char * 256)
_Answer = _struct(dimension=_T, level=_T, basis=_I, reserved=_I)
_Fact = _struct(name=_T, text=_T, number=_Q, kind=_I, reserved=_I)
_Span = _struct(low=_I, value=_I, high=_I, reserved=_I)
_Band = _struct(low=_T, value=_T, high=_T, low_index=_I, value_index=_I, high_index=_I, reserved=_I)
_Assessment = _struct(impact_score=_Span, urgency_score=_Span, severity=_Band, urgency=_Band, priority=_Band, next_question=_T,
                      next_question_text=_T, confidence=_I, reason_count=_I)

# What each function gives and takes, a letter each; s is a status, v nothing.
_TYPES = {"s": _I, "i": _I, "q": _Q, "t": _T, "p": _P, "n": _N, "v": None}
_FUNCTIONS = """status_name:ts status_text:ts time_parse:stnp policy_default:t policy_parse:stnppp policy_retain:pp policy_release:vp policy_calendar:ppt
    calendar_add:spqqp calendar_add_days:spqip calendar_elapsed:spqqp calendar_next_open:spqp calendar_is_open:ipq
    impact_assess:sppnpnpp vector_parse:sptnpnpp vector_format:sppnpnp case_create:sppp case_free:vp case_load:sptnppp case_save:sppnp
    case_apply_json:sptnpp case_advance:spqpp case_next_wakeup:spp case_to_json:spqpnp
    decisions_create:spp decisions_free:vp decisions_count:np decisions_at:ppn decision_to_json:sppnp"""
_lib = ctypes.CDLL(os.environ.get("CSUPPORT_LIBRARY") or ctypes.util.find_library("csupport") or "libcsupport.so.0")
for _function, _types in ((getattr(_lib, "csup_" + name), types) for name, types in (entry.split(":") for entry in _FUNCTIONS.split())):
    _function.restype, *_function.argtypes = [_TYPES[letter] for letter in _types]
    _function.may_fail = _types[0] == "s"


class Error(Exception):
    """A call failed and changed nothing: `status` such as "CSUP_E_ORDER", `message`, and where in the text or batch."""

    def __init__(self, number, detail):
        self.status = _lib.csup_status_name(number).decode()
        self.message = (detail.message or _lib.csup_status_text(number)).decode("utf-8", "ignore")
        self.pointer, self.line, self.column, self.index = detail.pointer.decode("utf-8", "ignore"), detail.line, detail.column, detail.index
        super().__init__(": ".join(part for part in (self.pointer, self.status, self.message) if part))


class Record(dict):
    """A decision or a status; `text` is the JSON that it came as."""

    def __init__(self, text):
        super().__init__(json.loads(text))
        self.text = text.decode()


def _json(value):
    if not isinstance(value, (str, bytes)):
        value = json.dumps(value, ensure_ascii=False, default=datetime.datetime.isoformat)
    return value if isinstance(value, bytes) else value.encode()


def _name(value):
    if "\0" in value:
        raise ValueError("a name has no NUL")  # where C would see its end
    return value.encode()


def _number(value, bits=64):
    if not -1 << bits - 1 <= value < 1 << bits - 1:
        raise OverflowError(f"{value} does not fit")  # where ctypes would cut it
    return value


def _micros(value):
    return _number((value if isinstance(value, datetime.timedelta) else value - EPOCH) // MICROSECOND)


def _call(function, *arguments, gives=None):
    """Calls a function; `gives` is the type of what it writes through its last pointer but for the error's, bytes for a buffer."""
    if not function.may_fail:
        return function(*arguments)
    out, detail, size, number = _N() if gives is bytes else gives and gives(), _Detail(), 1024, SPACE
    while number == SPACE:
        buffer = [ctypes.create_string_buffer(size), size] if gives is bytes else []
        pointers = buffer + [ctypes.byref(one) for one in (out, detail) if one is not None]
        number = function(*arguments, *pointers[:len(function.argtypes) - len(arguments)])
        if number != 0 and not (number == SPACE and buffer):
            raise Error(number, detail)
        size = out.value + 1 if buffer else 0
    return buffer[0].raw[:out.value] if buffer else out


def instant(text):
    """An instant in the form of the journal, such as a decision's `at` or `due`, as a datetime."""
    return EPOCH + _call(_lib.csup_time_parse, _json(text), len(_json(text)), gives=_Q).value * MICROSECOND


class _Handle(contextlib.AbstractContextManager):
    def __init__(self, pointer, free):
        self._pointer, self._lock, self._free = pointer, threading.RLock(), weakref.finalize(self, free, pointer)
        self._free.atexit = False  # a thread may still be in it then

    def _do(self, function, *arguments, gives=None):
        with self._lock:  # no other thread closes it meanwhile
            if not self._free.alive:
                raise ValueError(f"the {type(self).__name__.lower()} is closed")
            return _call(function, self._pointer, *arguments, gives=gives)

    def _instant(self, function, *arguments):
        return EPOCH + self._do(function, *arguments, gives=_Q).value * MICROSECOND

    def close(self):
        with self._lock:
            self._free()

    def __exit__(self, *_):
        self.close()


class Policy(_Handle):
    """A policy of a JSON document, as text or dict; the built-in one without."""

    def __init__(self, document=None):
        text = _lib.csup_policy_default() if document is None else _json(document)
        super().__init__(_call(_lib.csup_policy_parse, text, len(text), None, gives=_P).value, _lib.csup_policy_release)

    def calendar(self, name):
        with self._lock:
            found = self._do(_lib.csup_policy_calendar, _name(name))
            if not found:
                raise KeyError(name)
            return Calendar(found, self._do(_lib.csup_policy_retain))

    def score(self, answers, facts=None):
        """Assesses a vector, or answers such as {"service": "down", "scope": ("team", "assumed")}. Lists are low, value, high."""
        with self._lock:  # what comes out is borrowed from the policy
            return self._score(answers, facts or {})

    def _score(self, answers, facts):
        if isinstance(answers, str):
            given = (_Answer * 32)()  # a model has at most 32 dimensions
            count = self._do(_lib.csup_vector_parse, _json(answers), len(_json(answers)), given, len(given), gives=_N).value
        else:
            pairs = [(name, answer if isinstance(answer, tuple) else (answer, "stated")) for name, answer in answers.items()]
            given, count = (_Answer * len(pairs))(), len(pairs)
            for one, (name, (level, basis)) in zip(given, pairs):
                one.dimension, one.level, one.basis = _name(name), level and _name(level), BASES.index(basis) if basis in BASES else -1
        known = (_Fact * len(facts))()
        for one, (name, value) in zip(known, facts.items()):
            one.name, one.kind = _name(name), 1 if isinstance(value, str) else 3 if isinstance(value, bool) else 2
            one.text, one.number = (_name(value), 0) if one.kind == 1 else (None, _number(value))
        found = self._do(_lib.csup_impact_assess, given, count, known, len(known), gives=_Assessment)
        text = lambda value: value.decode() if isinstance(value, bytes) else value
        ends = {name: [text(getattr(getattr(found, name), end)) for end in ("low", "value", "high")]
                for name in ("severity", "urgency", "priority", "impact_score", "urgency_score")}
        return {"vector": text(self._do(_lib.csup_vector_format, given, count, gives=bytes)), **ends, "confidence": found.confidence,
                "next_question": text(found.next_question), "next_question_text": text(found.next_question_text)}


class Calendar(_Handle):
    """A calendar of a policy, which it keeps alive."""

    def __init__(self, pointer, policy):
        super().__init__(pointer, lambda _: _lib.csup_policy_release(policy))

    def add(self, start, span):
        return self._instant(_lib.csup_calendar_add, _micros(start), _micros(span))

    def add_days(self, start, days):
        return self._instant(_lib.csup_calendar_add_days, _micros(start), _number(days, 32))

    def elapsed(self, start, end):
        return self._do(_lib.csup_calendar_elapsed, _micros(start), _micros(end), gives=_Q).value * MICROSECOND

    def next_open(self, instant):
        return self._instant(_lib.csup_calendar_next_open, _micros(instant))

    def is_open(self, instant):
        return self._do(_lib.csup_calendar_is_open, _micros(instant)) == 1


class Case(_Handle):
    """What has happened to one request for help: a new one, or one that was saved under the same policy."""

    def __init__(self, policy, saved=None):
        make, *given = (_lib.csup_case_create,) if saved is None else (_lib.csup_case_load, saved, len(saved))
        super().__init__(policy._do(make, *given, None, gives=_P).value, _lib.csup_case_free)

    def _decided(self, function, *arguments):
        decisions = _call(_lib.csup_decisions_create, None, gives=_P)
        try:
            self._do(function, *arguments, decisions)
            each = [_lib.csup_decisions_at(decisions, i) for i in range(_lib.csup_decisions_count(decisions))]
            return [Record(_call(_lib.csup_decision_to_json, one, gives=bytes)) for one in each]
        finally:
            _lib.csup_decisions_free(decisions)

    def apply(self, event):
        """What follows from an event or a batch, JSON or a dict in the form of the journal."""
        return self._decided(_lib.csup_case_apply_json, _json(event), len(_json(event)))

    def advance(self, now):
        """What follows from the time that has passed."""
        return self._decided(_lib.csup_case_advance, _micros(now))

    def next_wakeup(self):
        """When to advance next; None for never."""
        try:
            return self._instant(_lib.csup_case_next_wakeup)
        except Error as error:
            if error.status != "CSUP_E_NEVER":
                raise

    def status(self, now):
        return Record(self._do(_lib.csup_case_to_json, _micros(now), gives=bytes))

    def save(self):
        return self._do(_lib.csup_case_save, gives=bytes)
