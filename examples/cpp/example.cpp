// One case from the first message to closure, under the built-in policy.
#include "csupport.hpp"

#include <iostream>

namespace {

void tell(const csupport::decisions &decided) {
  for (const csup_decision &decision : decided) {
    std::cout << "  " << csupport::to_string(csupport::instant(csupport::span(decision.at))) << "  "
              << csup_decision_kind_name(decision.kind);
    for (const char *detail : {decision.name, decision.because, decision.clock, decision.from, decision.to})
      if (detail != nullptr)
        std::cout << "  " << detail;
    std::cout << '\n';
  }
}

csup_event event(csup_event_kind kind, csupport::instant at) {
  csup_event made{};
  made.kind = kind;
  made.at = at.time_since_epoch().count();
  return made;
}

void run() {
  using namespace std::chrono_literals;
  const csupport::policy policy;
  const csup_assessment score =
      policy.score({{"service", "down", CSUP_BASIS_STATED, 0}, {"scope", "team", CSUP_BASIS_ASSUMED, 0}});
  std::cout << "Service down for a team, they think: " << score.priority.value << ", at least " << score.priority.low
            << ", at most " << score.priority.high << ". Ask: " << score.next_question_text << '\n';

  const csupport::instant monday = csupport::parse("2026-03-02T09:00:00Z");
  csupport::support_case first(policy);
  csup_event opened = event(CSUP_EVENT_OPENED, monday);
  opened.case_id = "C-1";
  opened.channel = "email";
  std::cout << "Monday, 09:00: the export is broken.\n";
  tell(first.apply({opened}));
  const csupport::instant wakeup = first.next_wakeup().value();
  std::cout << "Nothing to do until " << csupport::to_string(wakeup) << "; then:\n";
  tell(first.advance(wakeup));

  std::cout << "Saved, and loaded again. 09:40: an answer and the way around it.\n";
  csupport::support_case support_case(policy, first.save());
  csup_event moved = event(CSUP_EVENT_MOVED, monday + 40min);
  moved.value = "resolved";
  moved.because = "a setting";
  tell(support_case.apply({event(CSUP_EVENT_AGENT_MESSAGE, monday + 40min), moved}));
  try {
    (void)support_case.apply({event(CSUP_EVENT_NOTE, monday + 30min)});
  } catch (const csupport::error &error) {
    std::cout << "A note from before that is refused: " << csup_status_name(error.where().status) << ": " << error.what() << '\n';
  }
  tell(support_case.apply(R"({"at":"2026-03-02T10:00:00Z","event":"closed"})"));
  std::cout << "In the end: " << support_case.read().state << '\n';

  const csupport::instant friday = csupport::parse("2026-03-06T15:00:00Z");
  std::cout << "Four open hours from Friday 15:00 on: " << csupport::to_string(policy.calendar("office").add(friday, 4h)) << '\n';
}

} // namespace

int main() {
  try {
    run();
  } catch (const std::exception &error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
