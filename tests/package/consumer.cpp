// The same library from C++17: handles in a unique_ptr, statuses as values.
#include <csupport.h>

#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

namespace {

struct release {
  void operator()(csup_policy *policy) const {
    csup_policy_release(policy);
  }
};

} // namespace

int main(int argc, char **argv) {
  if (argc != 2 || std::string_view(csup_version()) != argv[1]) {
    std::cerr << "the library says version " << csup_version() << '\n';
    return 1;
  }
  const std::string_view text = csup_policy_default();
  csup_error error{};
  csup_policy *handle = nullptr;
  if (csup_policy_parse(text.data(), text.size(), nullptr, &handle, &error) != CSUP_OK) {
    std::cerr << "the default policy: " << error.message << '\n';
    return 1;
  }
  const std::unique_ptr<csup_policy, release> policy(handle);
  csup_time friday = 0;
  csup_time opens = 0;
  const std::string_view at = "2026-03-06T17:00:00Z";
  const csup_calendar *office = csup_policy_calendar(policy.get(), "office");
  if (csup_time_parse(at.data(), at.size(), &friday) != CSUP_OK || csup_calendar_next_open(office, friday, &opens) != CSUP_OK) {
    std::cerr << "the office does not open again\n";
    return 1;
  }
  std::string buffer(64, '\0');
  std::size_t length = 0;
  if (csup_time_format(opens, buffer.data(), buffer.size(), &length) != CSUP_OK ||
      buffer.substr(0, length) != "2026-03-09T09:00:00Z") {
    std::cerr << "closed on Friday at 17:00, open again at " << buffer.c_str() << '\n';
    return 1;
  }
  return 0;
}
