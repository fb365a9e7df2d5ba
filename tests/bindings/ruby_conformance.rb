# frozen_string_literal: true

# Folds tests/conformance through examples/ruby/csupport.rb: `ruby_conformance.rb FOLDER_OF_CASES`. The algorithm is in the README there.
require_relative "../../examples/ruby/csupport"

def lines_of(path) = path.exist? ? path.binread.split("\n", -1)[..-2] : []

# One folder, folded in one of three ways.
class Fold
  BEGINNING = /\A\{"case":"([^"]*)","at":"([^"]*)"/n.freeze

  def initialize(folder, way)
    @folder, @way, @cases, @decisions, @refused = folder, way, {}, [], []
    policy = folder / "policy.json"
    @policy = policy.exist? ? CSupport::Policy.new(policy.read) : CSupport::Policy.new
  end

  def run
    woken = @way == :woken
    wanted = lines_of(@folder / "refused.jsonl")
    passed = woken ? wanted.map { |line| JSON.parse(line)["line"] } : []
    lines_of(@folder / "journal.jsonl").each.with_index(1) do |line, number|
      line(number, line) unless passed.include?(number)
      keep if @way == :kept
    end
    lines_of(@folder / "at.txt").each { |text| @last = instant(text) }
    @cases.each_value do |support_case|
      wake(support_case, @last) if woken
      decided = support_case.advance(@last)
      must(!woken || decided.empty?, "something is decided that no wake-up announced")
      @decisions.concat(decided)
    end
    compare("decisions.jsonl", @decisions.map(&:to_s))
    compare("status.jsonl", @cases.values.map { |support_case| support_case.status_json(@last) })
    woken ? must(@refused.empty?, "refused: #{@refused}") : compare("refused.jsonl", @refused)
    compare("assessments.jsonl", lines_of(@folder / "vectors.txt").map { |vector| assess(vector) })
    @decisions.size
  end

  private

  def must(holds, what) = holds || abort("#{@folder}, #{@way}: #{what}")
  def instant(text) = CSupport.time(CSupport.microseconds(text))

  def wake(support_case, to)
    while (at = support_case.next_wakeup) && at <= to
      decided = support_case.advance(at)
      must(decided.any?, "the wake-up at #{CSupport.format(at)} decides nothing")
      @decisions.concat(decided)
    end
  end

  def keep
    @cases.transform_values! do |support_case|
      saved = support_case.save
      support_case.close
      CSupport::Case.load(@policy, saved).tap { |loaded| must(loaded.save == saved, "another snapshot after a load") }
    end
  end

  def line(number, line)
    name, at = line.match(BEGINNING)&.captures
    known = @cases[name]
    support_case = known || CSupport::Case.new(@policy)
    wake(known, instant(at)) if known && @way == :woken
    @decisions.concat(support_case.apply(line))
    @cases[name] = support_case
    @last = [@last, instant(at)].compact.max
  rescue CSupport::Error => error
    @refused << JSON.generate({ line: number, status: error.status })
    support_case.close unless known
  end

  def assess(vector)
    score = @policy.score(vector)
    must(score[:vector] == vector, "#{vector} has become #{score[:vector]}")
    ranges = %i[severity urgency priority impact_score urgency_score].to_h { |name| [name, score[name].values_at(:low, :value, :high)] }
    JSON.generate({ vector: vector, **ranges, confidence: score[:confidence], next_question: score[:next_question] })
  rescue CSupport::Error => error
    JSON.generate({ vector: nil, status: error.status })
  end

  def compare(file, found)
    wanted = lines_of(@folder / file)
    [wanted.size, found.size].max.times do |index|
      want, got = [wanted, found].map { |lines| (lines[index] || "(nothing)").b }
      must(want == got, "#{file}:#{index + 1}: expected\n  #{want}\nfound\n  #{got}")
    end
  end
end

require "pathname"
folders = Pathname(ARGV.fetch(0)).glob("*/journal.jsonl").map(&:dirname).sort
decisions = folders.product(%i[plain kept woken]).sum { |folder, way| Fold.new(folder, way).run }
abort("no cases in #{ARGV[0]}") if decisions.zero?
puts "#{folders.size} cases, each plain, kept and woken: the same bytes (#{decisions} decisions)"
