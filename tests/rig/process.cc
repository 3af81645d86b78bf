#include "tests/rig/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace safeconduct::rig {
namespace {

void nap() {
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

int status_of(int raw) {
  return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
}

}  // namespace

Process::Process(const std::string& program, const std::vector<std::string>& arguments,
                 const std::string& output) {
  const bool whole = program.starts_with('/');
  const std::string path = whole ? program : std::string(SAFECONDUCT_BUILD) + "/" + program;
  std::vector<char*> argv{const_cast<char*>(path.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ == 0) {
    const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execv(path.c_str(), argv.data());
    ::_exit(127);
  }
}

Process::~Process() {
  if (pid_ > 0) end(SIGKILL);
}

Process::Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    if (pid_ > 0) end(SIGKILL);
    pid_ = std::exchange(other.pid_, -1);
  }
  return *this;
}

int Process::status_if_ended() {
  int raw = 0;
  if (pid_ <= 0 || ::waitpid(pid_, &raw, WNOHANG) != pid_) return -1;
  pid_ = -1;
  return status_of(raw);
}

int Process::end(int signal, Duration wait) {
  if (pid_ <= 0) return 0;
  ::kill(pid_, signal);
  return wait_for_exit(wait);
}

int Process::wait_for_exit(Duration wait) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait.ms);
  int raw = 0;
  while (pid_ > 0) {
    const pid_t ended = ::waitpid(pid_, &raw, WNOHANG);
    if (ended == pid_) break;
    if (std::chrono::steady_clock::now() > until) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, &raw, 0);
      break;
    }
    nap();
  }
  pid_ = -1;
  return status_of(raw);
}

double Process::cpu_us() const {
  std::ifstream stat("/proc/" + std::to_string(pid_) + "/stat");
  std::string text((std::istreambuf_iterator<char>(stat)), {});
  const std::size_t after_name = text.rfind(')');
  if (after_name == std::string::npos) return 0;
  std::istringstream fields(text.substr(after_name + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  long user = 0;
  long system = 0;
  fields >> user >> system;
  return double(user + system) * 1e6 / double(::sysconf(_SC_CLK_TCK));
}

Duration Process::cpu() const {
  return milliseconds(static_cast<std::int64_t>(cpu_us() / 1000));
}

std::size_t Process::resident_kib() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::stoul(line.substr(6));
  }
  return 0;
}

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string wait_for_file(const std::string& path, Duration wait) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait.ms);
  for (;;) {
    std::string text = read_text(path);
    if (!text.empty() || std::chrono::steady_clock::now() > until) return text;
    nap();
  }
}

}  // namespace safeconduct::rig
