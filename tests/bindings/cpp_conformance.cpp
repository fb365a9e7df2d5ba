// Folds tests/conformance through examples/cpp/csupport.hpp: `cpp_conformance FOLDER_OF_CASES`. The algorithm is in the README
// there.
#include "../../examples/cpp/csupport.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;
using lines = std::vector<std::string>;

enum class way { plain, kept, woken };
constexpr const char *way_names[] = {"plain", "kept", "woken"};

[[noreturn]] void fail(const std::string &what) {
  std::cout << what << '\n';
  std::exit(1);
}

std::string bytes_of(const fs::path &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

lines lines_of(const fs::path &path) {
  lines found;
  const std::string text = bytes_of(path);
  for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    found.push_back(text.substr(at, end - at));
  return found;
}

// Cuts what stands between `before` and the next quote from the front of a line.
bool cut(std::string_view &line, std::string_view before, std::string &out) {
  const std::size_t end = line.find('"', before.size());
  if (line.substr(0, before.size()) != before || end == std::string_view::npos)
    return false;
  out = line.substr(before.size(), end - before.size());
  line.remove_prefix(end);
  return true;
}

class fold {
public:
  fold(fs::path in, way in_which)
      : folder(std::move(in)), how(in_which),
        policy(fs::exists(folder / "policy.json") ? bytes_of(folder / "policy.json") : std::string(csup_policy_default())) {
  }

  void run() {
    const lines wanted_refused = lines_of(folder / "refused.jsonl");
    std::set<std::size_t> passed_over;
    for (const std::string &line : wanted_refused)
      if (how == way::woken)
        passed_over.insert(std::stoul(line.substr(line.find(':') + 1)));
    const lines journal = lines_of(folder / "journal.jsonl");
    for (std::size_t number = 1; number <= journal.size(); number++) {
      if (passed_over.count(number) == 0)
        fold_line(number, journal[number - 1]);
      if (how == way::kept)
        keep();
    }
    for (const std::string &at : lines_of(folder / "at.txt"))
      last = csupport::parse(at);
    lines statuses;
    for (auto &[name, one] : cases) {
      const std::size_t before = how == way::woken ? wake(one) : 0;
      add(one.advance(last));
      if (how == way::woken && decided.size() != before)
        fail(folder.string() + ": something was decided that no wake-up announced");
      statuses.push_back(one.status(last));
    }
    lines assessments;
    for (const std::string &vector : lines_of(folder / "vectors.txt"))
      assessments.push_back(assess(vector));
    compare("decisions.jsonl", decided);
    compare("status.jsonl", statuses);
    compare("refused.jsonl", how == way::woken ? wanted_refused : refused);
    compare("assessments.jsonl", assessments);
  }

private:
  fs::path folder;
  way how;
  csupport::policy policy;
  std::vector<std::pair<std::string, csupport::support_case>> cases; // in order of first appearance
  lines decided, refused;
  csupport::instant last = csupport::instant::min();

  void add(const csupport::decisions &more) {
    for (const csup_decision &decision : more)
      decided.push_back(csupport::to_json(decision));
  }

  // Advances a case through its wake-ups until `last` or a given instant. Gives the number of decisions so far.
  std::size_t wake(csupport::support_case &one, csupport::instant until) {
    for (auto at = one.next_wakeup(); at && *at <= until; at = one.next_wakeup()) {
      const std::size_t before = decided.size();
      add(one.advance(*at));
      if (decided.size() == before)
        fail(folder.string() + ": the wake-up at " + csupport::to_string(*at) + " decides nothing");
    }
    return decided.size();
  }
  std::size_t wake(csupport::support_case &one) {
    return wake(one, last);
  }

  void keep() {
    for (auto &[name, one] : cases) {
      const std::string saved = one.save();
      one = csupport::support_case(policy, saved);
      if (one.save() != saved)
        fail(folder.string() + ": another snapshot after a load");
    }
  }

  void fold_line(std::size_t number, std::string_view line) {
    std::string name, instant;
    std::string_view rest = line;
    const bool begins = cut(rest, R"({"case":")", name) && cut(rest, R"(","at":")", instant);
    auto known = std::find_if(cases.begin(), cases.end(), [&](const auto &one) { return begins && one.first == name; });
    csupport::support_case fresh(policy);
    csupport::support_case &one = known != cases.end() ? known->second : fresh;
    try {
      if (how == way::woken && known != cases.end())
        (void)wake(one, csupport::parse(instant));
      add(one.apply(line));
      last = std::max(last, csupport::parse(instant));
    } catch (const csupport::error &error) {
      refused.push_back(R"({"line":)" + std::to_string(number) + R"(,"status":")" + csup_status_name(error.where().status) +
                        "\"}");
      return;
    }
    if (known == cases.end())
      cases.emplace_back(name, std::move(fresh));
  }

  template <class Value> static std::string ends(const char *name, Value low, Value value, Value high, const char *quote) {
    std::string text = std::string(",\"") + name + "\":[";
    for (const Value &one : {low, value, high})
      text.append(quote).append(one).append(quote).append(",");
    text.back() = ']';
    return text;
  }
  static std::string ends(const char *name, const csup_band &band) {
    return ends<std::string>(name, band.low, band.value, band.high, "\"");
  }
  static std::string ends(const char *name, const csup_span &span) {
    return ends(name, std::to_string(span.low), std::to_string(span.value), std::to_string(span.high), "");
  }

  std::string assess(const std::string &vector) const {
    try {
      const std::vector<csup_answer> answers = policy.parse_vector(vector);
      const csup_assessment score = policy.score(answers);
      const std::string question = score.next_question ? std::string("\"") + score.next_question + "\"" : "null";
      return R"({"vector":")" + policy.format_vector(answers) + "\"" + ends("severity", score.severity) +
             ends("urgency", score.urgency) + ends("priority", score.priority) + ends("impact_score", score.impact_score) +
             ends("urgency_score", score.urgency_score) + ",\"confidence\":" + std::to_string(score.confidence) +
             ",\"next_question\":" + question + "}";
    } catch (const csupport::error &error) {
      return std::string(R"({"vector":null,"status":")") + csup_status_name(error.where().status) + "\"}";
    }
  }

  void compare(const char *file, const lines &found) const {
    const lines wanted = lines_of(folder / file);
    for (std::size_t i = 0; i < std::max(wanted.size(), found.size()); i++) {
      const std::string want = i < wanted.size() ? wanted[i] : "(nothing)", got = i < found.size() ? found[i] : "(nothing)";
      if (want == got)
        continue;
      std::cout << (folder / file).string() << ':' << i + 1 << ", " << way_names[static_cast<int>(how)] << ": expected\n  "
                << want << "\nfound\n  " << got << '\n';
      std::exit(1);
    }
  }
};

} // namespace

int main(int argc, char **argv) {
  try {
    std::set<fs::path> folders;
    for (const auto &entry : fs::directory_iterator(argc > 1 ? argv[1] : "."))
      if (fs::exists(entry.path() / "journal.jsonl"))
        folders.insert(entry.path());
    if (folders.empty())
      fail("no cases");
    for (const fs::path &folder : folders)
      for (const way how : {way::plain, way::kept, way::woken})
        fold(folder, how).run();
    std::cout << folders.size() << " cases, each plain, kept and woken: the same bytes\n";
  } catch (const std::exception &error) {
    fail(error.what());
  }
  return 0;
}
