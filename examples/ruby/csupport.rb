# frozen_string_literal: true

# libcsupport for Ruby. Events, decisions and statuses are hashes with the members that docs/journal.md describes. An instant comes out
# as a Time in UTC and goes in as a Time, as microseconds since 1970 or as text ("2026-03-02T09:00:00Z"); a duration comes out as
# microseconds and goes in as such or as text ("PT4H").
require "json"
require_relative "csupport/library"

module CSupport
  VERSION = C.version

  module_function

  def integer(value, bits = 64)
    raise Error.new(ARGUMENT, "#{value.inspect} is no Time, text or whole number") unless value.is_a?(Integer)
    value.bit_length < bits ? value : raise(Error.new(RANGE, "#{value} does not fit #{bits} bits"))
  end

  def microseconds(value, parse = :time_parse)
    return C.public_send(parse, bytes(value), bytes(value).bytesize) if value.is_a?(String)
    integer(value.is_a?(Time) && parse == :time_parse ? value.to_i * 1_000_000 + value.usec : value)
  end
  def time(microseconds) = Time.at(0, microseconds, :microsecond).utc
  def format(instant) = C.time_format(microseconds(instant)).force_encoding("UTF-8")

  def bytes(text)
    raise Error.new(ARGUMENT, "#{text.inspect} is no text") unless text.is_a?(String)
    text.encoding == Encoding::BINARY ? text : text.encode(Encoding::UTF_8)
  end

  def name(text)
    bytes(text.is_a?(Symbol) ? text.name : text).include?("\0") ? raise(Error.new(ARGUMENT, "a text without NUL wanted")) : bytes(text.to_s)
  end

  # An array of structs, and what keeps the strings in it alive.
  def structs(type, items)
    memory = FFI::MemoryPointer.new(type, items.size + 1)
    [memory, items.each_with_index.map do |members, index|
      struct = type.new(memory + index * type.size)
      members.each { |key, value| struct[key] = value.is_a?(Integer) ? value : value && FFI::MemoryPointer.from_string(name(value)) }
      struct
    end]
  end

  # An object of the library: freed by close or else by the garbage collector, and refused once closed.
  class Handle
    def close = C::LOCK.synchronize { @held&.shift(2)&.first&.free }
    def closed? = @held.to_a.empty?
    def to_ptr = @held&.last || raise(Error.new(ARGUMENT, "this #{self.class.name} is closed"))

    private

    def hold(pointer, release, used = pointer)
      @held = [FFI::AutoPointer.new(pointer, C.method(release)), used] # shared with every dup, which is thus closed together with it
      self
    end
  end

  # Opening hours in a zone: Calendar.new("Mo-Fr 09:00-17:00; PH off", zone: "Europe/Sofia", holidays: ["2026-12-25"]).
  class Calendar < Handle
    def initialize(hours, zone: "UTC", holidays: [])
      dates, = CSupport.structs(C::Holiday, holidays.map { |date| { date: date.to_s.delete("-").to_i } })
      place = C.zone_load(CSupport.name(zone), nil)
      hold(C.calendar_create(CSupport.name(hours), place, dates, holidays.size, nil), :csup_calendar_free)
    ensure
      C.zone_free(place) if place
    end

    def add(from, time) = answer(:calendar_add, CSupport.microseconds(from), CSupport.microseconds(time, :duration_parse))
    def add_days(from, days) = answer(:calendar_add_days, CSupport.microseconds(from), CSupport.integer(days, 32))
    def elapsed(from, to) = C.calendar_elapsed(self, CSupport.microseconds(from), CSupport.microseconds(to))
    def next_open(at) = answer(:calendar_next_open, CSupport.microseconds(at))
    def next_close(at) = answer(:calendar_next_close, CSupport.microseconds(at))
    def open?(at) = C.calendar_is_open(self, CSupport.microseconds(at)) == 1

    private

    def answer(question, *given) = CSupport.time(C.public_send(question, self, *given))
  end

  # How support should go: Policy.new(json), or the built-in one. Its cases and calendars may outlive it.
  class Policy < Handle
    def initialize(json = C.policy_default)
      hold(C.policy_parse(CSupport.bytes(json), CSupport.bytes(json).bytesize, nil), :csup_policy_release)
    end

    def self.check(policy) = policy.is_a?(self) ? policy : raise(Error.new(ARGUMENT, "a #{name} wanted, not #{policy.class}")) # :nodoc:
    def fingerprint = C.policy_fingerprint(self)

    def calendar(name)
      found = C.policy_calendar(kept = keep, CSupport.name(name))
      raise Error.new(UNKNOWN, "the policy has no calendar #{name.inspect}") if found.null?
      Calendar.allocate.send(:hold, C.policy_retain(kept), :csup_policy_release, found)
    end

    BASES = %w[unknown assumed stated verified].freeze
    # Assesses a vector, "CSI:1/S:D/...", or answers: { service: "down", scope: { level: "team", basis: "assumed" } }.
    def score(answers, facts = {})
      policy = keep
      fields, _kept = CSupport.structs(C::Field, facts.map { |name, value| fact(name, value) })
      if answers.is_a?(String)
        given = FFI::MemoryPointer.new(C::Answer, answers.bytesize + 1)
        count = C.vector_parse(policy, answers, answers.bytesize, given, answers.bytesize)
      else
        given, _kept_too = CSupport.structs(C::Answer, answers.map { |dimension, answer| answer(dimension, answer) })
        count = answers.size
      end
      C.impact_assess(policy, given, count, fields, facts.size, result = C::Assessment.new)
      vector = C.vector_format(policy, given, count).force_encoding("UTF-8")
      { vector: vector }.merge(plain(result))
    end

    private

    # A reference for the time of a method, whoever closes the policy meanwhile.
    def keep = FFI::AutoPointer.new(C.policy_retain(self), C.method(:csup_policy_release))

    def answer(dimension, given)
      level, basis = given.is_a?(Hash) ? given.values_at(:level, :basis) : [given, "stated"]
      { dimension: dimension, level: level, basis: BASES.index(basis.to_s) || -1 }
    end

    def fact(name, value)
      case value
      when nil then { name: name, kind: 0 }
      when Integer then { name: name, kind: 2, number: CSupport.integer(value) }
      when true, false then { name: name, kind: 3, number: value ? 1 : 0 }
      else { name: name, kind: 1, text: value }
      end
    end

    def plain(struct)
      struct.members.grep_v(/^(reserved|indices|reason_count)$/).to_h do |member|
        value = struct[member]
        [member, value.is_a?(FFI::Struct) ? plain(value) : value.is_a?(String) ? value.force_encoding("UTF-8") : value]
      end
    end
  end

  # What was decided: the members of its JSON text; to_s is that text.
  class Decision < Hash
    attr_reader :to_s

    def initialize(json)
      super()
      update(JSON.parse(@to_s = json.force_encoding("UTF-8"), symbolize_names: true)).freeze
    end
  end

  # What has happened so far, folded from events under one policy.
  class Case < Handle
    LIST = C.decisions_create(nil)

    def self.load(policy, snapshot)
      allocate.send(:hold, C.case_load(Policy.check(policy), CSupport.bytes(snapshot), snapshot.bytesize, nil), :csup_case_free)
    end

    def initialize(policy) = hold(C.case_create(Policy.check(policy), nil), :csup_case_free)

    # Says what happened: an event or a batch, as a hash or as a journal's line. Gives what is decided.
    def apply(event)
      line = CSupport.bytes(event.is_a?(Hash) ? JSON.generate(journal(event)) : event)
      decided { C.case_apply_json(self, line, line.bytesize, LIST) }
    end

    # Says that time has passed. Gives what is decided.
    def advance(now) = decided { C.case_advance(self, CSupport.microseconds(now), LIST) }

    # When to advance next; nil for never.
    def next_wakeup
      CSupport.time(C.case_next_wakeup(self))
    rescue Error => error
      raise unless error.status == NEVER
    end

    def rank = C.case_rank(self) # serve the lowest first
    def status(now) = JSON.parse(status_json(now), symbolize_names: true)
    def status_json(now) = C.case_to_json(self, CSupport.microseconds(now)).force_encoding("UTF-8")
    def save = C.case_save(self)

    private

    def decided
      C::LOCK.synchronize do
        yield
        Array.new(C.decisions_count(LIST)) { |index| Decision.new(C.decision_to_json(C.decisions_at(LIST, index))) }
      ensure
        C.decisions_clear(LIST)
      end
    end

    def journal(value, key = nil)
      case value
      when Hash then value.to_h { |name, item| [name, journal(item, name.to_s)] }
      when Array then value.map { |item| journal(item) }
      when Time then CSupport.format(value)
      when Integer then %w[at due until].include?(key) ? CSupport.format(value) : value
      else value
      end
    end
  end
end
