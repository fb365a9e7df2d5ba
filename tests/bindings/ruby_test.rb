# frozen_string_literal: true

# What examples/ruby/csupport.rb does with errors, with odd values, with objects that are closed, with threads and with the garbage
# collector; and that the functions and structs of csupport/library.rb are those of the listing of the API.
require "date"
require "minitest/autorun"
require_relative "../../examples/ruby/csupport"

MONDAY = Time.utc(2025, 3, 3, 9)
OPENING = { case: "C-1", at: MONDAY, event: :opened }.freeze
NEVER = 2**63 - 1
HOUR = 3_600_000_000

class Minitest::Test
  def opened(policy) = CSupport::Case.new(policy).tap { |support_case| support_case.apply(OPENING) }
  def instant(text) = CSupport.time(CSupport.microseconds(text))

  def refused(status, &action)
    error = assert_raises(CSupport::Error, &action)
    assert_equal status, error.status, error.message
    refute_empty error.message
    assert_predicate error.message, :valid_encoding?
    error
  end
end

class ListingTest < Minitest::Test
  LISTING = File.read(File.join(__dir__, "../api/csupport.cdef")).gsub(/\s+/, " ")
  WORDS = { int32: :i, int64: :q, uint64: :q, size_t: :q, pointer: :p, string: :p, buffer_in: :p, void: :v }.freeze

  # One letter a type: a pointer, a number of 4 or of 8 bytes, nothing.
  def kind(type)
    return :p if type.include?("*")
    return :v if type.strip == "void"
    type.match?(/int64_t|size_t|csup_time|csup_duration/) ? :q : :i
  end

  def shape(name)
    result, parameters = LISTING.match(/(?:\A|[;}] )([^;{}]*?)csup_#{name}\(([^)]*)\);/)&.captures
    assert result, "csup_#{name} is not in the listing"
    [kind(result), parameters.split(",").map { |type| kind(type) } - [:v]]
  end

  def test_functions
    CSupport::C::CHECKED.each do |name, types|
      mine = types.flat_map { |type| type == :text! ? %i[p q p] : type.end_with?("!") ? :p : WORDS.fetch(type) }
      assert_equal [:i, mine], shape(name), name
    end
    CSupport::C::PLAIN.each { |name, (types, result)| assert_equal [WORDS.fetch(result), types.map { |type| WORDS.fetch(type) }], shape(name), name }
  end

  def size(member)
    return members(Regexp.last_match(1)).sum { |inner| size(inner) } if member =~ /^(csup_(?:span|band)) \w+$/
    return Regexp.last_match(1).to_i if member =~ /\Achar \w+\[(\d+)\]/
    kind(member) == :i ? 4 : 8
  end

  def members(name) = LISTING[/typedef struct #{name} \{([^}]*)\}/, 1].split(";").map(&:strip).reject(&:empty?)

  def test_structs
    structs = { error: "Failure", field: "Field", answer: "Answer", span: "Span", assessment: "Assessment" }
    structs.each do |name, mine|
      struct, sizes = CSupport::C.const_get(mine), members("csup_#{name}").map { |member| size(member) }
      assert_equal sizes.each_index.map { |index| sizes[0, index].sum }, struct.offsets.map(&:last), name # there are no holes
      assert_equal sizes.sum, struct.size, name
    end
    assert_equal members("csup_band").sum { |member| size(member) }, CSupport::C::Band.size
    assert_equal [0, 8], CSupport::C::Holiday.offsets.map(&:last)
    assert_match(/\A\d+\.\d+\.\d+\z/, CSupport::VERSION)
  end
end

class ErrorTest < Minitest::Test
  def test_a_policy_says_what_is_wrong_and_where
    error = refused("CSUP_E_POLICY") { CSupport::Policy.new(%({"csupport": 1, "name": "x",\n "clocks": {"é": 3}})) }
    assert_equal ["/clocks/é", 2, 19], [error.pointer, error.line, error.column]
    refused("CSUP_E_SYNTAX") { CSupport::Policy.new("{") }
    refused("CSUP_E_SYNTAX") { CSupport::Policy.new("") }
    refused("CSUP_E_SYNTAX") { CSupport::Policy.new(%({"csupport": 1, "name": "x\0"})) }
    refused("CSUP_E_VERSION") { CSupport::Policy.new('{"csupport":2,"name":"x"}') }
    refused("CSUP_E_ARGUMENT") { CSupport::Policy.new(7) }
    refused("CSUP_E_UNKNOWN") { CSupport::Policy.new.calendar("factory") }
    assert_kind_of CSupport::Policy, CSupport::Policy.new('{"csupport":1,"name":"é"}'.encode("UTF-16LE"))
  end

  def test_a_refused_event_changes_nothing
    support_case = CSupport::Case.new(CSupport::Policy.new)
    refused("CSUP_E_ORDER") { support_case.apply(at: MONDAY, event: :note) }
    refused("CSUP_E_ARGUMENT") { support_case.status(MONDAY) }
    before = support_case.save
    assert_equal "/channel", refused("CSUP_E_ARGUMENT") { support_case.apply(**OPENING, channel: 7) }.pointer
    assert_equal before, support_case.save
    support_case.apply(OPENING)
    error = refused("CSUP_E_REFUSED") { support_case.apply(at: MONDAY, events: [{ event: :note }, { event: :moved, to: :development }]) }
    assert_equal [1, "/events/1"], [error.index, error.pointer]
    assert_match(/no move from "new" to "development"/, error.message)
    refused("CSUP_E_SYNTAX") { support_case.apply('{"at": "2025') }
    refused("CSUP_E_SYNTAX") { support_case.apply("") }
    refused("CSUP_E_SYNTAX") { support_case.apply("{\"at\":\"2025-03-03T09:00:00Z\",\"event\":\"closed\",\"because\":\"\xff\"}".b) }
    [nil, 7, [], {}, :event, { at: MONDAY }, { at: MONDAY, event: :spent, cost: 0.5 }, { at: MONDAY, event: :spent, cost: 2**64 },
     { at: 2**64, event: :note }].each { |event| assert_raises(CSupport::Error, event.inspect) { support_case.apply(event) } }
    support_case.apply(at: MONDAY, event: :spent, cost: 2**60)
    support_case.apply(at: CSupport.microseconds(MONDAY), event: :changed, field: :tier, value: nil)
  end

  def test_snapshots
    policy = CSupport::Policy.new
    saved = opened(policy).save
    assert_equal Encoding::BINARY, saved.encoding
    refused("CSUP_E_CORRUPT") { CSupport::Case.load(policy, saved[1..]) }
    refused("CSUP_E_CORRUPT") { CSupport::Case.load(policy, "") }
    refused("CSUP_E_ARGUMENT") { CSupport::Case.load(policy, nil) }
    refused("CSUP_E_POLICY") { CSupport::Case.load(CSupport::Policy.new('{"csupport":1,"name":"other"}'), saved) }
    assert_equal saved, CSupport::Case.load(policy, saved).save
    long = "é" * 500 # a status larger than the first buffer that the wrapper offers
    large = CSupport::Case.new(policy)
    large.apply(**OPENING, case: long, channel: long, team: long)
    large.apply(at: MONDAY, event: :assigned, agent: long)
    assert_operator large.status_json(MONDAY).bytesize, :>, 4096
    assert_equal long, CSupport::Case.load(policy, large.save).status(MONDAY)[:facts][:agent]
  end

  def test_instants
    text = "2200-12-31T23:59:59.999999Z"
    last = CSupport.microseconds(text)
    assert_equal text, CSupport.format(CSupport.time(last))
    assert_equal 999_999, CSupport.time(last).usec
    assert_equal "1900-01-01T00:00:00Z", CSupport.format(Time.utc(1900))
    assert_equal CSupport.microseconds("2025-03-03T09:00:00Z"), CSupport.microseconds(Time.new(2025, 3, 3, 11, 0, 0, "+02:00"))
    assert_equal NEVER, CSupport.microseconds(NEVER)
    [last + 1, NEVER, NEVER + 1, -NEVER - 1, -NEVER - 2, Time.utc(9999), Time.utc(-300_000)].each { |odd| refused("CSUP_E_RANGE") { CSupport.format(odd) } }
    refused("CSUP_E_SYNTAX") { CSupport.microseconds("yesterday") }
    refused("CSUP_E_SYNTAX") { CSupport.microseconds("") }
    [0.5, nil, :now, [], Float::NAN].each { |odd| refused("CSUP_E_ARGUMENT") { CSupport.microseconds(odd) } }
  end

  def test_wakeups
    support_case, wakeups = opened(CSupport::Policy.new), 0
    refused("CSUP_E_RANGE") { support_case.advance(NEVER) }
    while (at = support_case.next_wakeup) && wakeups < 100
      assert_empty support_case.advance(CSupport.microseconds(at) - 1)
      decided = support_case.advance(at)
      assert_includes [0, 1], CSupport.microseconds(at) - CSupport.microseconds(decided.first[:at])
      wakeups += 1
    end
    assert_operator wakeups, :>, 3
    support_case.apply(at: support_case.next_wakeup || Time.utc(2026, 3, 3), event: :closed)
    assert_nil support_case.next_wakeup
    assert_equal NEVER, support_case.rank
    assert_empty support_case.advance(NEVER)
    assert_equal NEVER, support_case.status(Time.utc(2026, 4, 1))[:rank]
  end

  def test_decisions_are_their_text
    first = opened(CSupport::Policy.new).advance("2025-03-04T09:00:00Z").first
    assert_equal first.to_s, JSON.generate(first)
    first => { decision: "clock_warned", clock: }
    assert_equal "acknowledge", clock
    assert_raises(FrozenError) { first[:clock] = "other" }
  end

  def test_scores
    policy = CSupport::Policy.new
    refused("CSUP_E_UNKNOWN") { policy.score({ colour: "red" }) }
    refused("CSUP_E_UNKNOWN") { policy.score({}, { colour: "red" }) }
    refused("CSUP_E_ARGUMENT") { policy.score({ service: { level: "down", basis: "guessed" } }) }
    refused("CSUP_E_ARGUMENT") { policy.score({ service: { basis: "stated" } }) }
    refused("CSUP_E_ARGUMENT") { policy.score({}, { contacts: "many" }) }
    refused("CSUP_E_ARGUMENT") { policy.score({}, { contacts: 1.5 }) }
    refused("CSUP_E_ARGUMENT") { policy.score({ "service\0" => "down" }) }
    refused("CSUP_E_RANGE") { policy.score({}, { contacts: 2**63 }) }
    refused("CSUP_E_SYNTAX") { policy.score("") }
    refused("CSUP_E_UNKNOWN") { policy.score("CSI:1/S:Z") }
    calm, angry = %i[calm angry].map { |mood| policy.score({ service: :down }, { mood: mood }) }
    assert_operator angry[:urgency][:value], :<, calm[:urgency][:value]
    assert_equal policy.score({}), policy.score({ service: { basis: :unknown } })
    assert_equal "CSI:1/S:O/N:T?/P:X/M:X/G:X/W:X/D:X/C:X", policy.score({ service: "down", scope: { level: "team", basis: "assumed" } })[:vector]
    many = CSupport::Policy.new('{"csupport":1,"name":"fields","fields":{"vip":"flag","seats":"number"}}')
    assert_equal many.score({})[:priority], many.score({}, { vip: true, seats: 2**40, mood: nil })[:priority]
  end

  def test_calendars
    office = CSupport::Calendar.new("Mo-Fr 09:00-17:00; PH off", zone: "Europe/Sofia", holidays: [Date.new(2025, 3, 3)])
    assert_equal instant("2025-03-04T13:00:00+02:00"), office.add(MONDAY, "PT4H")
    assert_equal office.add(MONDAY, "PT4H"), office.add(MONDAY, 4 * HOUR)
    assert_equal instant("2025-02-28T10:00:00+02:00"), office.add_days("2025-03-04T10:00:00+02:00", -1)
    assert_equal 8 * HOUR + 1, office.elapsed("2025-03-04T09:00:00+02:00", "2025-03-05T09:00:00.000001+02:00")
    assert_equal instant("2025-03-04T09:00:00+02:00"), office.next_open(MONDAY)
    assert_equal instant("2025-03-04T17:00:00+02:00"), office.next_close(MONDAY)
    refute office.open?(MONDAY)
    assert_equal 4, refused("CSUP_E_SYNTAX") { CSupport::Calendar.new("Mo-Fx") }.column
    refused("CSUP_E_NEVER") { CSupport::Calendar.new("off") }
    refused("CSUP_E_NEVER") { CSupport::Calendar.new("2025 Mar 03").next_open(Time.utc(2026)) }
    refused("CSUP_E_UNKNOWN") { CSupport::Calendar.new("24/7", zone: "Mars/Olympus") }
    refused("CSUP_E_ARGUMENT") { CSupport::Calendar.new("24/7\0") }
    refused("CSUP_E_ARGUMENT") { CSupport::Calendar.new("24/7", holidays: ["2025-02-30"]) }
    refused("CSUP_E_ARGUMENT") { CSupport::Calendar.new("24/7", holidays: ["soon"]) }
    refused("CSUP_E_RANGE") { office.add_days(MONDAY, 2**31) }
    refused("CSUP_E_ARGUMENT") { office.add_days(MONDAY, 0.5) }
    refused("CSUP_E_RANGE") { office.add(MONDAY, NEVER) }
    refused("CSUP_E_ARGUMENT") { CSupport::Policy.new.calendar("office\0") }
  end
end

class LifetimeTest < Minitest::Test
  def test_what_is_closed_is_refused
    policy = CSupport::Policy.new
    support_case, office, always = opened(policy), policy.calendar("office"), CSupport::Calendar.new("24/7")
    saved, twin = support_case.save, support_case.dup
    uses = [-> { policy.fingerprint }, -> { policy.calendar("office") }, -> { policy.score({}) }, -> { policy.score("CSI:1") },
            -> { CSupport::Case.new(policy) }, -> { CSupport::Case.load(policy, saved) }, -> { support_case.apply(OPENING) },
            -> { support_case.advance(MONDAY) }, -> { support_case.next_wakeup }, -> { support_case.rank }, -> { support_case.status(MONDAY) },
            -> { support_case.status_json(MONDAY) }, -> { support_case.save }, -> { twin.save }]
    [office, always].each do |calendar|
      uses.push(-> { calendar.add(MONDAY, 1) }, -> { calendar.add_days(MONDAY, 1) }, -> { calendar.elapsed(MONDAY, MONDAY) },
                -> { calendar.next_open(MONDAY) }, -> { calendar.next_close(MONDAY) }, -> { calendar.open?(MONDAY) })
    end
    [support_case, office, always, policy, twin].each do |object|
      object.close
      object.close
      assert_predicate object, :closed?
    end
    uses.each { |use| assert_match(/closed/, refused("CSUP_E_ARGUMENT", &use).message) }
    [nil, 7, {}, opened(CSupport::Policy.new)].each { |odd| refused("CSUP_E_ARGUMENT") { CSupport::Case.new(odd) } }
    refused("CSUP_E_ARGUMENT") { CSupport::Case.allocate.save }
    CSupport::Case.allocate.close
    assert_raises(TypeError) { Marshal.dump(opened(CSupport::Policy.new)) }
  end

  def test_cases_and_calendars_outlive_their_policy
    policy = CSupport::Policy.new
    support_case, office = opened(policy), policy.calendar("office")
    policy.close
    GC.start
    decided = support_case.advance(Time.utc(2025, 4, 3))
    support_case.close
    assert_equal "clock_warned", decided.first[:decision]
    assert office.open?(MONDAY)
  end

  # Between the wrapper and the library: counts what is made and freed.
  module Counting
    LIVE = Hash.new(0)
    %i[policy_parse case_create case_load calendar_create zone_load].each do |name|
      define_method(name) { |*given| super(*given).tap { |pointer| LIVE[pointer.address] += 1 } }
    end
    def csup_policy_retain(pointer) = super.tap { |same| LIVE[same.address] += 1 }
    %i[csup_policy_release csup_case_free csup_calendar_free csup_zone_free].each do |name|
      define_method(name) do |pointer|
        abort "#{name} of what is not alive" unless (LIVE[pointer.address] -= 1) >= 0
        super(pointer)
      end
    end
  end
  CSupport::C.singleton_class.prepend(Counting)

  def rounds(survivors)
    20.times do |round|
      policy = CSupport::Policy.new
      100.times do |i|
        support_case = opened(policy)
        support_case.instance_variable_set(:@itself, support_case)
        support_case.close if (i % 3).zero?
        survivors.push(support_case, policy.calendar("office")) if i == 50
        assert_raises(CSupport::Error) { CSupport::Case.load(policy, "damaged") }
        CSupport::Case.load(policy, opened(policy).save).advance(Time.utc(2025, 3, 9))
      end
      assert policy.calendar("office").open?(MONDAY) && CSupport::Calendar.new("24/7").open?(MONDAY)
      policy.close if round.even?
      GC.start
    end
  end

  def test_a_storm_of_garbage
    GC.start
    before = Counting::LIVE.values.sum
    rounds(survivors = [])
    10.times { [nil] * 1000 and GC.start }
    # The stack is searched for what looks like a reference, so that a few objects of the last round may live on.
    assert_in_delta before + survivors.size, Counting::LIVE.values.sum, 60
    survivors.each { |one| assert one.respond_to?(:save) ? one.advance(Time.utc(2025, 4, 3)).any? : one.open?(MONDAY) }
    survivors.each(&:close)
    assert_operator Counting::LIVE.values.sum, :<=, before + 60
  end

  def test_garbage_is_collected_at_every_chance
    wanted = whole_story
    GC.stress = 0x01 # at each allocation, the young generation
    assert_equal wanted, whole_story
  ensure
    GC.stress = false
  end

  # Everything that the wrapper offers, with nothing held on to.
  def whole_story
    policy = CSupport::Policy.new
    support_case = CSupport::Case.load(policy, opened(CSupport::Policy.new).save)
    decided = support_case.apply(at: MONDAY, events: [{ event: :agent_message }, { event: :moved, to: "resolved", because: "ü" }])
    office = CSupport::Calendar.new("Mo-Fr 09:00-17:00", zone: "Europe/Sofia", holidays: ["2025-03-04"])
    [decided.map(&:to_s), support_case.advance(support_case.next_wakeup).map(&:to_s), support_case.status_json(Time.utc(2025, 4, 1)),
     CSupport::Policy.new.score({ service: :down, scope: { level: :team, basis: :assumed } }, { mood: :angry }),
     CSupport::Policy.new.score("CSI:1/S:D/N:T/P:I/M:N/G:X/W:P?/D:W!/C:H"), CSupport::Policy.new.calendar("office").add(MONDAY, "PT4H"),
     office.add_days(MONDAY, 3), refused("CSUP_E_SYNTAX") { CSupport::Policy.new("{") }.message]
  end

  # Hands over to another thread at the worst moment, between asking for a pointer and the call that it is for.
  module Passing
    def to_ptr = super.tap { Thread.pass if Thread.current[:passing] }
  end
  CSupport::Handle.prepend(Passing)

  # Threads that share everything, and one that closes it: exceptions, never a crash.
  def test_threads
    20.times do |round|
      policy = CSupport::Policy.new
      shared, office = opened(policy), policy.calendar("office")
      threads = 4.times.map do |number|
        Thread.new do
          Thread.current[:passing] = true
          100.times do |hour|
            mine = CSupport::Case.new(policy)
            mine.apply(**OPENING, case: "C-#{number}")
            assert(mine.advance(MONDAY + hour * 3600).all? { |decision| decision[:case] == "C-#{number}" })
            assert_equal "P4", policy.score({ service: :down })[:priority][:value]
            CSupport::Case.load(policy, shared.save).close
            shared.advance(MONDAY + hour * 3600)
            office.add(MONDAY, "PT4H")
          end
        rescue CSupport::Error => error
          assert_match(/closed/, error.message)
        end
      end
      sleep(round * 0.002)
      [shared, office, policy].each(&:close)
      threads.each(&:join)
    end
  end
end
