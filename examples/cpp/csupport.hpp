// libcsupport for C++17: handles that free themselves and only move, errors as exceptions, instants and spans of std::chrono.
// Events, decisions and assessments are the structs of C. What has been moved from throws like any other wrong argument.
#ifndef CSUPPORT_HPP
#define CSUPPORT_HPP

#include <csupport.h>

#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace csupport {

using span = std::chrono::duration<csup_duration, std::micro>;
using instant = std::chrono::time_point<std::chrono::system_clock, span>;

// A call failed and changed nothing: what() is the message, where() has the status and the place in the text or batch.
class error : public std::runtime_error {
  csup_error detail;

public:
  error(csup_status status, const csup_error &given)
      : std::runtime_error(given.message[0] != '\0' ? given.message : csup_status_text(status)), detail(given) {
    detail.status = status;
  }
  const csup_error &where() const noexcept {
    return detail;
  }
};

// What `call` writes through its last pointer, but for the error's.
template <class Out, class Call> Out made(const Call &call) {
  Out out{};
  csup_error detail{};
  const csup_status status = call(&out, &detail);
  if (status != CSUP_OK)
    throw error(status, detail);
  return out;
}

// The text or bytes that `write` puts into a buffer, given as buffer, capacity and length.
template <class Write> std::string written(const Write &write) {
  std::string text(1024, '\0');
  std::size_t length = 0;
  csup_status status = write(text.data(), text.size(), &length);
  if (status == CSUP_E_SPACE) {
    text.resize(length + 1);
    status = write(text.data(), text.size(), &length);
  }
  if (status != CSUP_OK)
    throw error(status, csup_error{});
  text.resize(length);
  return text;
}

inline instant parse(std::string_view text) {
  return instant(span(made<csup_time>([&](auto out, auto) { return csup_time_parse(text.data(), text.size(), out); })));
}

inline std::string to_string(instant at) {
  return written([&](auto... out) { return csup_time_format(at.time_since_epoch().count(), out...); });
}

inline std::string to_json(const csup_decision &decision) {
  return written([&](auto... out) { return csup_decision_to_json(&decision, out...); });
}

template <auto Free> struct freer {
  template <class Handle> void operator()(Handle *handle) const {
    Free(handle);
  }
};
template <class Handle, auto Free> using owner = std::unique_ptr<Handle, freer<Free>>;

// What one call has decided, in order. The strings live as long as this does.
class decisions {
  owner<csup_decisions, csup_decisions_free> list;
  std::vector<csup_decision> all;

public:
  explicit decisions(owner<csup_decisions, csup_decisions_free> of) : list(std::move(of)) {
    for (std::size_t i = 0; i < csup_decisions_count(list.get()); i++)
      all.push_back(*csup_decisions_at(list.get(), i));
  }
  auto begin() const {
    return all.begin();
  }
  auto end() const {
    return all.end();
  }
};

// A calendar of a policy, which it keeps alive.
class calendar {
  std::shared_ptr<const csup_calendar> handle;

public:
  calendar(csup_policy *of, const std::string &name)
      : handle(std::shared_ptr<csup_policy>(csup_policy_retain(of), csup_policy_release),
               csup_policy_calendar(of, name.c_str())) {
    if (of == nullptr)
      throw error(CSUP_E_ARGUMENT, {}); // the policy has been moved from
    if (!handle)
      throw std::out_of_range("the policy has no calendar " + name);
  }
  instant add(instant from, span open) const {
    return instant(span(made<csup_time>(
        [&](auto out, auto) { return csup_calendar_add(handle.get(), from.time_since_epoch().count(), open.count(), out); })));
  }
  instant add_days(instant from, int32_t days) const {
    return instant(span(made<csup_time>(
        [&](auto out, auto) { return csup_calendar_add_days(handle.get(), from.time_since_epoch().count(), days, out); })));
  }
  span elapsed(instant from, instant to) const {
    return span(made<csup_duration>([&](auto out, auto) {
      return csup_calendar_elapsed(handle.get(), from.time_since_epoch().count(), to.time_since_epoch().count(), out);
    }));
  }
};

class policy {
  owner<csup_policy, csup_policy_release> handle;

public:
  explicit policy(std::string_view json = csup_policy_default())
      : handle(made<csup_policy *>(
            [&](auto out, auto detail) { return csup_policy_parse(json.data(), json.size(), nullptr, out, detail); })) {
  }
  csup_policy *get() const {
    return handle.get();
  }
  csupport::calendar calendar(const std::string &name) const {
    return {get(), name};
  }
  // Strings of answers and assessments live as long as the policy.
  std::vector<csup_answer> parse_vector(std::string_view text) const {
    std::vector<csup_answer> answers(32); // as many dimensions as a model can have
    answers.resize(made<std::size_t>([&](auto out, auto detail) {
      return csup_vector_parse(get(), text.data(), text.size(), answers.data(), answers.size(), out, detail);
    }));
    return answers;
  }
  std::string format_vector(const std::vector<csup_answer> &answers) const {
    return written([&](auto... out) { return csup_vector_format(get(), answers.data(), answers.size(), out...); });
  }
  csup_assessment score(const std::vector<csup_answer> &answers, const std::vector<csup_field> &facts = {}) const {
    return made<csup_assessment>([&](auto out, auto detail) {
      return csup_impact_assess(get(), answers.data(), answers.size(), facts.data(), facts.size(), out, detail);
    });
  }
};

// `case` is a word of C++.
class support_case {
  owner<csup_case, csup_case_free> handle;

  template <class Call> decisions decided(const Call &call) {
    owner<csup_decisions, csup_decisions_free> list(
        made<csup_decisions *>([](auto out, auto) { return csup_decisions_create(nullptr, out); }));
    (void)made<int>([&](auto, auto detail) { return call(list.get(), detail); });
    return decisions(std::move(list));
  }

public:
  explicit support_case(const policy &under)
      : handle(made<csup_case *>([&](auto out, auto) { return csup_case_create(under.get(), nullptr, out); })) {
  }
  support_case(const policy &under, std::string_view saved)
      : handle(made<csup_case *>([&](auto out, auto detail) {
          return csup_case_load(under.get(), saved.data(), saved.size(), nullptr, out, detail);
        })) {
  }
  decisions apply(std::initializer_list<csup_event> batch) {
    return decided([&](auto... to) { return csup_case_apply(handle.get(), batch.begin(), batch.size(), to...); });
  }
  decisions apply(std::string_view json) {
    return decided([&](auto... to) { return csup_case_apply_json(handle.get(), json.data(), json.size(), to...); });
  }
  decisions advance(instant now) {
    return decided([&](auto... to) { return csup_case_advance(handle.get(), now.time_since_epoch().count(), to...); });
  }
  // When to advance next; nothing for never.
  std::optional<instant> next_wakeup() const {
    csup_time at = 0;
    const csup_status status = csup_case_next_wakeup(handle.get(), &at);
    if (status == CSUP_E_NEVER)
      return {};
    if (status != CSUP_OK)
      throw error(status, csup_error{});
    return instant(span(at));
  }
  std::string status(instant now) const {
    return written([&](auto... out) { return csup_case_to_json(handle.get(), now.time_since_epoch().count(), out...); });
  }
  std::string save() const {
    return written([&](auto... out) { return csup_case_save(handle.get(), out...); });
  }
  csup_case_view read() const {
    return made<csup_case_view>([&](auto out, auto) { return csup_case_read(handle.get(), out); });
  }
};

} // namespace csupport

#endif
