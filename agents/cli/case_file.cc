#include "agents/cli/case_file.h"

#include "agents/cli/answer.h"
#include "policies/scenario_file.h"

namespace safeconduct::cli {

Result<policies::Case> parse_case(std::string_view json) {
  if (json.size() > policies::kScenarioBytesMax) return invalid("the case is larger than 4 MiB");
  const Json document = Json::parse(json, nullptr, false);
  if (!document.is_object()) {
    return invalid(
        "the case is no JSON object; write {\"sender\": ..., \"role\": ..., \"purpose\": ...}");
  }
  const Json msg = document.contains("msg") ? document["msg"] : document;
  // A table of one case; what is expected of it is not looked at.
  const Json table = Json::array({{{"id", "asked"},
                                   {"msg", msg},
                                   {"result", {{"deliver", true}, {"levels", Json::object()}}}}});
  TRY(cases, policies::read_scenarios(table.dump(-1, ' ', false, Json::error_handler_t::replace)));
  return policies::to_case(cases.front().msg);
}

}  // namespace safeconduct::cli
