# frozen_string_literal: true

# The C functions of libcsupport as the wrapper in csupport.rb needs them: csup_case_save is C.case_save, and raises what it cannot do.
require "ffi"
require "monitor"

module CSupport
  # The library could not do what was asked: status ("CSUP_E_ORDER"), message and, as far as there is one, the place.
  class Error < StandardError
    attr_reader :status, :line, :column, :index, :pointer

    def initialize(status, message = nil, failure = nil)
      super(message || failure&.text(:message) || C.status_text(status))
      @status = C.status_name(status)
      @line, @column, @index, @pointer = failure[:line], failure[:column], failure[:index], failure.text(:pointer) if failure
    end
  end
  ARGUMENT, RANGE, UNKNOWN, NEVER, SPACE = -2, -3, -6, "CSUP_E_NEVER", -12

  module C # :nodoc:
    extend FFI::Library
    ffi_lib ENV["CSUPPORT_LIBRARY"] || { "darwin" => "libcsupport.0.dylib", "windows" => "csupport.dll" }.fetch(FFI::Platform::OS, "libcsupport.so.0")

    class Failure < FFI::Struct
      layout :status, :int32, :line, :int32, :column, :int32, :index, :int32, :pointer, [:char, 128], :message, [:char, 256]
      def text(member) = (text = self[member].to_s.force_encoding("UTF-8").scrub).empty? ? nil : text
    end
    class Field < FFI::Struct; layout :name, :pointer, :text, :pointer, :number, :int64, :kind, :int32, :reserved, :int32; end
    class Answer < FFI::Struct; layout :dimension, :pointer, :level, :pointer, :basis, :int32, :reserved, :int32; end
    class Holiday < FFI::Struct; layout :date, :int32, :name, :pointer; end
    class Span < FFI::Struct; layout :low, :int32, :value, :int32, :high, :int32, :reserved, :int32; end
    class Band < FFI::Struct; layout :low, :string, :value, :string, :high, :string, :indices, [:int32, 4]; end
    class Assessment < FFI::Struct
      layout :impact_score, Span, :urgency_score, Span, :severity, Band, :urgency, Band, :priority, Band,
             :next_question, :string, :next_question_text, :string, :confidence, :int32, :reason_count, :int32
    end

    LOCK = Monitor.new # over each call: while FFI asks for the pointers, another thread could close what they belong to

    # What returns a status raises instead. Last come a place for the result, which the method returns, and one for the error: a word of
    # :int64 or :made, with :failure; a :text is asked for until its buffer is large enough.
    CHECKED = {
      time_parse: %i[buffer_in size_t int64!], time_format: %i[int64 text!], duration_parse: %i[buffer_in size_t int64!],
      zone_load: %i[string pointer made! failure!], calendar_create: %i[string pointer pointer size_t pointer made! failure!],
      calendar_add: %i[pointer int64 int64 int64!], calendar_add_days: %i[pointer int64 int32 int64!],
      calendar_elapsed: %i[pointer int64 int64 int64!], calendar_next_open: %i[pointer int64 int64!],
      calendar_next_close: %i[pointer int64 int64!], policy_parse: %i[buffer_in size_t pointer made! failure!],
      vector_parse: %i[pointer buffer_in size_t pointer size_t int64! failure!], vector_format: %i[pointer pointer size_t text!],
      impact_assess: %i[pointer pointer size_t pointer size_t pointer failure!], case_create: %i[pointer pointer made!],
      case_load: %i[pointer buffer_in size_t pointer made! failure!], case_apply_json: %i[pointer buffer_in size_t pointer failure!],
      case_advance: %i[pointer int64 pointer failure!], case_next_wakeup: %i[pointer int64!], case_save: %i[pointer text!],
      case_to_json: %i[pointer int64 text!], decisions_create: %i[pointer made!], decision_to_json: %i[pointer text!]
    }.freeze
    CHECKED.each do |name, types|
      attach_function :"csup_#{name}", types.flat_map { |type| type == :text! ? %i[pointer size_t pointer] : type.end_with?("!") ? :pointer : type }, :int32
      wanted = types.find { |type| %i[int64! made! text!].include?(type) }
      define_singleton_method(name) do |*given|
        failure = Failure.new if types.last == :failure!
        out, size = (FFI::MemoryPointer.new(:int64) if wanted), 2048
        LOCK.synchronize do
          buffer = FFI::MemoryPointer.new(size) if wanted == :text!
          status = public_send(:"csup_#{name}", *given, *[buffer, buffer && size, out, failure].compact)
          size = out.read(:size_t) + 1 and redo if status == SPACE && buffer
          raise Error.new(status, nil, failure) unless status.zero?
          buffer ? buffer.read_bytes(out.read(:size_t)) : wanted && (wanted == :made! ? out.read_pointer : out.read_int64)
        end
      end
    end
    PLAIN = {
      status_name: [[:int32], :string], status_text: [[:int32], :string], version: [[], :string], zone_free: [[:pointer], :void],
      calendar_free: [[:pointer], :void], calendar_is_open: [%i[pointer int64], :int32], policy_default: [[], :string],
      policy_retain: [[:pointer], :pointer], policy_release: [[:pointer], :void], policy_calendar: [%i[pointer string], :pointer],
      policy_fingerprint: [[:pointer], :uint64], case_free: [[:pointer], :void], case_rank: [[:pointer], :int64],
      decisions_clear: [[:pointer], :void], decisions_count: [[:pointer], :size_t], decisions_at: [%i[pointer size_t], :pointer]
    }.freeze
    PLAIN.each do |name, (types, result)|
      attach_function :"csup_#{name}", types, result
      define_singleton_method(name) { |*given| LOCK.synchronize { public_send(:"csup_#{name}", *given) } }
    end
  end
end
