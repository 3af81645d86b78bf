#include "schemas/base/log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace safeconduct {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::sink_ptr make_sink(const std::string& path) {
  if (path.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  return std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
}

}  // namespace

struct Log::Sink {
  Sink(std::string_view program, const std::string& path, LogLevel level)
      : logger(std::string(program), make_sink(path)) {
    logger.set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %n: %v", spdlog::pattern_time_type::utc);
    logger.set_level(to_spdlog(level));
    logger.flush_on(spdlog::level::info);
  }
  spdlog::logger logger;
};

Log::Log(std::string_view program, const std::string& path, LogLevel level)
    : sink_(new Sink(program, path, level)) {}

Log::~Log() {
  delete sink_;
}

void Log::write(LogLevel level, std::string_view message) const {
  sink_->logger.log(to_spdlog(level), spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace safeconduct
