// What csupport.js stands on: the C functions, through koffi, and the error that they throw.
import koffi from 'koffi'

const usual = { darwin: 'libcsupport.0.dylib', win32: 'csupport.dll' }[process.platform] ?? 'libcsupport.so.0'
const path = process.env.CSUPPORT_LIBRARY || usual
const load = () => { try { return koffi.load(path) } catch (error) { throw new Error(`${path}: ${error.message}`, { cause: error }) } }
const library = load()
koffi.struct('csup_error', { status: 'int32_t', line: 'int32_t', column: 'int32_t', index: 'int32_t', pointer: 'char[128]', message: 'char[256]' })
koffi.struct('csup_field', { name: 'str', text: 'str', number: 'int64_t', kind: 'int32_t', reserved: 'int32_t' })
koffi.struct('csup_holiday', { date: 'int32_t', name: 'str' })
koffi.struct('csup_answer', { dimension: 'str', level: 'str', basis: 'int32_t', reserved: 'int32_t' })
koffi.struct('csup_span', { low: 'int32_t', value: 'int32_t', high: 'int32_t', reserved: 'int32_t' })
koffi.struct('csup_band', { low: 'str', value: 'str', high: 'str', lowIndex: 'int32_t', valueIndex: 'int32_t', highIndex: 'int32_t', reserved: 'int32_t' })
koffi.struct('csup_assessment', {
  impactScore: 'csup_span', urgencyScore: 'csup_span', severity: 'csup_band', urgency: 'csup_band', priority: 'csup_band',
  nextQuestion: 'str', nextQuestionText: 'str', confidence: 'int32_t', reasonCount: 'int32_t'
})
const bind = (prototype) => { // a function that returns a status throws instead, with the error that it wrote if it takes one
  const [, type, name] = prototype.match(/(.*?) \*?(csup_\w+)\(/), call = library.func(prototype), tells = prototype.includes('csup_error')
  return [name, type !== 'csup_status' ? call : (...given) => {
    const error = {}, status = tells ? call(...given, error) : call(...given)
    if (status !== 0) throw new CsupportError(status, error)
  }]
}
koffi.alias('csup_status', 'int32_t')
export const C = Object.fromEntries(`
  str csup_version(); str csup_status_name(int32_t status); str csup_status_text(int32_t status)
  csup_status csup_time_parse(void *text, size_t length, _Out_ int64_t *out)
  csup_status csup_time_format(int64_t at, void *buffer, size_t capacity, _Out_ size_t *length)
  csup_status csup_duration_parse(void *text, size_t length, _Out_ int64_t *out)
  csup_status csup_zone_load(str name, void *allocator, _Out_ void **out, _Out_ csup_error *error); void csup_zone_free(void *zone)
  csup_status csup_calendar_create(str hours, void *zone, csup_holiday *holidays, size_t count, void *allocator, _Out_ void **out, _Out_ csup_error *error)
  void csup_calendar_free(void *calendar); int32_t csup_calendar_is_open(void *calendar, int64_t at)
  csup_status csup_calendar_add(void *calendar, int64_t from, int64_t duration, _Out_ int64_t *out)
  csup_status csup_calendar_add_days(void *calendar, int64_t from, int32_t days, _Out_ int64_t *out)
  csup_status csup_calendar_elapsed(void *calendar, int64_t from, int64_t to, _Out_ int64_t *out)
  csup_status csup_calendar_next_open(void *calendar, int64_t at, _Out_ int64_t *out)
  csup_status csup_calendar_next_close(void *calendar, int64_t at, _Out_ int64_t *out)
  csup_status csup_policy_parse(void *json, size_t length, void *allocator, _Out_ void **out, _Out_ csup_error *error); str csup_policy_default()
  void *csup_policy_retain(void *policy); void csup_policy_release(void *policy)
  void *csup_policy_calendar(void *policy, str name); uint64_t csup_policy_fingerprint(void *policy)
  csup_status csup_vector_parse(void *policy, void *text, size_t length, void *buffer, size_t capacity, _Out_ size_t *count, _Out_ csup_error *error)
  csup_status csup_vector_format(void *policy, csup_answer *answers, size_t count, void *buffer, size_t capacity, _Out_ size_t *length)
  csup_status csup_impact_assess(void *policy, csup_answer *answers, size_t count, csup_field *facts, size_t n, _Out_ csup_assessment *out, _Out_ csup_error *error)
  csup_status csup_case_create(void *policy, void *allocator, _Out_ void **out); void csup_case_free(void *support_case)
  csup_status csup_case_apply_json(void *support_case, void *json, size_t length, void *decisions, _Out_ csup_error *error)
  csup_status csup_case_advance(void *support_case, int64_t now, void *decisions, _Out_ csup_error *error)
  csup_status csup_case_next_wakeup(void *support_case, _Out_ int64_t *at); int64_t csup_case_rank(void *support_case)
  csup_status csup_case_to_json(void *support_case, int64_t now, void *buffer, size_t capacity, _Out_ size_t *length)
  csup_status csup_case_save(void *support_case, void *buffer, size_t capacity, _Out_ size_t *length)
  csup_status csup_case_load(void *policy, void *bytes, size_t length, void *allocator, _Out_ void **out, _Out_ csup_error *error)
  csup_status csup_decisions_create(void *allocator, _Out_ void **out); void csup_decisions_clear(void *decisions)
  size_t csup_decisions_count(void *decisions); void *csup_decisions_at(void *decisions, size_t index)
  csup_status csup_decision_to_json(void *decision, void *buffer, size_t capacity, _Out_ size_t *length)
`.trim().split(/;|\n/).map(line => bind(line.trim())))

/** The library could not do what was asked: status ("CSUP_E_ORDER"), message and, as far as there is one, the place. */
export class CsupportError extends Error {
  constructor(status, { message, line, column, index, pointer } = {}) {
    super(message || C.csup_status_text(status))
    Object.assign(this, { name: 'CsupportError', status: C.csup_status_name(status), line, column, index, pointer })
  }
}
export const ARGUMENT = -2, RANGE = -3, UNKNOWN = -6, NEVER = 'CSUP_E_NEVER'
export const fail = (status, message) => { throw new CsupportError(status, { message }) }
export const result = (name, ...given) => { const out = [null]; C[name](...given, out); return out[0] }
export const unless = (status, action, otherwise) => {
  try { return action() } catch (error) { if (error.status !== status) throw error; return otherwise() }
}
export const written = (name, given, capacity = 2048) => { // what the library writes, if need be into a second buffer
  const buffer = Buffer.allocUnsafe(capacity), length = [0]
  return unless('CSUP_E_SPACE', () => { C[name](...given, buffer, capacity, length); return buffer.subarray(0, Number(length[0])) },
    () => written(name, given, Number(length[0]) + 1))
}
