// The site: which request gets which answer. Called on the server's thread; what takes long is
// handed back to be made later.
#pragma once

#include "broker/dashboard/gate.h"
#include "broker/dashboard/hub.h"
#include "broker/dashboard/looks.h"
#include "broker/dashboard/sign_in.h"
#include "broker/dashboard/views.h"

namespace safeconduct::dashboard {

class Site {
 public:
  struct Parts {
    const Settings& settings;
    const Board& board;
    Sessions& sessions;
    SignIn& sign_in;
    Hub& hub;
    ActionLog& actions;
    const Clock& clock;
    const Log& log;
  };
  explicit Site(Parts parts) : parts_(parts), looks_(parts.actions, parts.clock) {}

  // Before the first request; `hosts` as in Gate.
  void open(std::vector<std::string> hosts);
  [[nodiscard]] io::HttpResponse handle(const io::HttpRequest& request);

 private:
  struct Ask {
    const io::HttpRequest& request;
    Target target;
    Pairs cookies;
    std::optional<Visitor> visitor;
    Json body;  // of a POST
  };
  [[nodiscard]] io::HttpResponse answer(const io::HttpRequest& request);
  [[nodiscard]] io::HttpResponse asset(const io::HttpRequest& request, std::string_view path) const;
  [[nodiscard]] io::HttpResponse api(Ask& ask);
  [[nodiscard]] io::HttpResponse get(const Ask& ask);
  [[nodiscard]] io::HttpResponse post(const Ask& ask);
  [[nodiscard]] io::HttpResponse view(const Ask& ask, std::string_view name);
  [[nodiscard]] io::HttpResponse session(const Ask& ask) const;
  [[nodiscard]] io::HttpResponse events(const Ask& ask);
  [[nodiscard]] io::HttpResponse enter(const Ask& ask);
  [[nodiscard]] io::HttpResponse entered(const Entered& entered, const Person* = nullptr) const;
  [[nodiscard]] io::HttpResponse leave_for_provider();
  [[nodiscard]] io::HttpResponse return_from_provider(const Ask& ask);
  [[nodiscard]] io::HttpResponse acknowledge(const Ask& ask);
  [[nodiscard]] io::HttpResponse export_list(const Ask& ask);

  Parts parts_;
  Looks looks_;
  std::optional<Gate> gate_;
};

}  // namespace safeconduct::dashboard
