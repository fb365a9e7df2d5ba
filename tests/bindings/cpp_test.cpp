// What examples/cpp/csupport.hpp does with errors, moved-from handles and lifetimes.
#include "../../examples/cpp/csupport.hpp"

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace {

using namespace std::chrono_literals;

void expect(bool holds, const std::string &what) {
  if (!holds) {
    std::cout << "not so: " << what << '\n';
    std::exit(1);
  }
}

// The error that a call throws.
template <class Call> csup_error refused(csup_status status, const std::string &what, const Call &call) {
  try {
    call();
  } catch (const csupport::error &error) {
    expect(error.where().status == status, what + " is " + csup_status_name(error.where().status));
    expect(!std::string_view(error.what()).empty(), what + " has no message");
    const csupport::error copy = error; // NOLINT(performance-unnecessary-copy-initialization): what a copy says
    expect(std::string_view(copy.what()) == error.what(), what + " loses its message");
    return error.where();
  }
  expect(false, what + " was refused");
  return {};
}

constexpr csupport::instant monday{csupport::span(INT64_C(1740992400000000))};
constexpr std::string_view opened = R"({"case":"C-1","at":"2025-03-03T09:00:00Z","event":"opened"})";

void test_errors() {
  expect(csupport::parse("2025-03-03T09:00:00Z") == monday && csupport::to_string(monday) == "2025-03-03T09:00:00Z",
         "instants as text");
  const csup_error document = refused(CSUP_E_POLICY, "a number for a clock",
                                      [] { (void)csupport::policy("{\"csupport\":1,\"name\":\"x\",\n\"clocks\":{\"a\":3}}"); });
  expect(document.line == 2 && document.column == 15 && std::string_view(document.pointer) == "/clocks/a",
         "the place in the policy");
  refused(CSUP_E_SYNTAX, "no JSON", [] { (void)csupport::policy("{"); });
  refused(CSUP_E_SYNTAX, "no instant", [] { (void)csupport::parse("yesterday"); });
  refused(CSUP_E_RANGE, "an instant too far", [] { (void)csupport::to_string(csupport::instant::max()); });

  const csupport::policy policy;
  csupport::support_case one(policy);
  refused(CSUP_E_ORDER, "a note before opened", [&] { (void)one.apply(R"({"at":"2025-03-03T09:00:00Z","event":"note"})"); });
  refused(CSUP_E_ARGUMENT, "the status of no case", [&] { (void)one.status(monday); });
  const std::string before = one.save();
  refused(CSUP_E_UNKNOWN, "an unknown event",
          [&] { (void)one.apply(R"({"case":"C-1","at":"2025-03-03T09:00:00Z","event":"x"})"); });
  expect(one.save() == before, "a refused event changes nothing");
  (void)one.apply(opened);
  csup_event note{}, moved{};
  note.at = moved.at = monday.time_since_epoch().count();
  note.kind = CSUP_EVENT_NOTE;
  moved.kind = CSUP_EVENT_MOVED;
  moved.value = "development";
  const csup_error batch = refused(CSUP_E_REFUSED, "a move that is not there", [&] { (void)one.apply({note, moved}); });
  expect(batch.index == 1, "which event of the batch");
  refused(CSUP_E_RANGE, "an instant too far", [&] { (void)one.advance(csupport::instant::max() - 1us); });

  const std::string saved = one.save();
  refused(CSUP_E_CORRUPT, "half a snapshot",
          [&] { csupport::support_case(policy, std::string_view(saved).substr(0, saved.size() / 2)); });
  refused(CSUP_E_POLICY, "a snapshot of another policy",
          [&] { csupport::support_case(csupport::policy(R"({"csupport":1,"name":"other"})"), saved); });
  refused(CSUP_E_UNKNOWN, "an unknown dimension", [&] { (void)policy.score({{"colour", "red", CSUP_BASIS_STATED, 0}}); });
  refused(CSUP_E_SYNTAX, "half a vector", [&] { (void)policy.parse_vector("CSI:1/S:O"); });
  try {
    (void)policy.calendar("factory");
    expect(false, "an unknown calendar was refused");
  } catch (const std::out_of_range &error) {
    expect(std::string_view(error.what()).find("factory") != std::string_view::npos, "the name of the calendar");
  }
}

// What has been moved from holds nothing, and says so.
void test_moved() {
  static_assert(!std::is_copy_constructible_v<csupport::policy> && std::is_nothrow_move_constructible_v<csupport::policy>);
  static_assert(!std::is_copy_constructible_v<csupport::support_case> &&
                std::is_nothrow_move_assignable_v<csupport::support_case>);
  csupport::policy policy;
  csupport::support_case one(policy);
  (void)one.apply(opened);
  const csupport::support_case other(std::move(one));
  expect(other.read().opened == monday.time_since_epoch().count(), "the case has moved");
  // NOLINTBEGIN(bugprone-use-after-move): that is what is tried here
  refused(CSUP_E_ARGUMENT, "apply", [&] { (void)one.apply(opened); });
  refused(CSUP_E_ARGUMENT, "advance", [&] { (void)one.advance(monday); });
  refused(CSUP_E_ARGUMENT, "next_wakeup", [&] { (void)one.next_wakeup(); });
  refused(CSUP_E_ARGUMENT, "status", [&] { (void)one.status(monday); });
  refused(CSUP_E_ARGUMENT, "save", [&] { (void)one.save(); });
  refused(CSUP_E_ARGUMENT, "read", [&] { (void)one.read(); });
  csupport::policy kept(std::move(policy));
  refused(CSUP_E_ARGUMENT, "calendar", [&] { (void)policy.calendar("office"); });
  csupport::calendar office = kept.calendar("office"), moved = std::move(office);
  expect(moved.elapsed(monday, monday + 48h) == 16h, "the calendar has moved");
  refused(CSUP_E_ARGUMENT, "add", [&] { (void)office.add(monday, 1h); });
  refused(CSUP_E_ARGUMENT, "add_days", [&] { (void)office.add_days(monday, 1); });
  refused(CSUP_E_ARGUMENT, "elapsed", [&] { (void)office.elapsed(monday, monday); });
  refused(CSUP_E_ARGUMENT, "score", [&] { (void)policy.score({}); });
  refused(CSUP_E_ARGUMENT, "a case", [&] { csupport::support_case none(policy); });
  // NOLINTEND(bugprone-use-after-move)
}

void test_what_outlives_its_maker() {
  auto policy = std::make_unique<csupport::policy>();
  const csupport::calendar office = policy->calendar("office");
  auto one = std::make_unique<csupport::support_case>(*policy);
  policy.reset();
  csupport::decisions decided = one->apply(opened);
  one.reset();
  const csupport::decisions moved = std::move(decided);
  expect(std::string_view((*moved.begin()).case_id) == "C-1", "decisions outlive their case");
  expect(office.add_days(monday, 5) == monday + 7 * 24h, "a calendar outlives its policy");
}

} // namespace

int main() {
  try {
    test_errors();
    test_moved();
    test_what_outlives_its_maker();
  } catch (const std::exception &error) {
    expect(false, std::string("it threw: ") + error.what());
  }
  std::cout << "errors are exceptions, handles move, what is borrowed lives\n";
  return 0;
}
