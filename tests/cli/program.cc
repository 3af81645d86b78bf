#include "tests/cli/program.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

namespace safeconduct::tests {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split(const std::string& arguments) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool begun = false;
  for (const char c : arguments + " ") {
    if (c == '\'') {
      quoted = !quoted;
      begun = true;
    } else if (c == ' ' && !quoted) {
      if (begun) words.push_back(word);
      word.clear();
      begun = false;
    } else {
      word += c;
      begun = true;
    }
  }
  return words;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

[[noreturn]] void become(const fs::path& folder, const fs::path& scratch, std::vector<char*>& argv,
                         std::vector<char*>& environment) {
  const auto redirect = [&](const char* name, int flags, int to) {
    const int fd = ::open((scratch / name).c_str(), flags, 0600);
    if (fd < 0 || ::dup2(fd, to) < 0) ::_exit(126);
  };
  redirect("in", O_RDONLY, STDIN_FILENO);
  redirect("out", O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
  redirect("err", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
  if (::chdir(folder.c_str()) != 0) ::_exit(126);
  ::execve(argv[0], argv.data(), environment.data());
  ::_exit(127);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "safeconduct-cli-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TemporaryFolder::read(const std::string& name) const {
  return text_of(path_ / name);
}

void TemporaryFolder::write(const std::string& name, const std::string& text) const {
  fs::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << text;
}

unsigned TemporaryFolder::mode(const std::string& name) const {
  struct stat about {};
  REQUIRE(::stat((path_ / name).c_str(), &about) == 0);
  return about.st_mode & 0777u;
}

Ran run_program(const TemporaryFolder& in, const std::string& arguments, const std::string& input,
                const std::vector<std::string>& environment) {
  const TemporaryFolder scratch;
  scratch.write("in", input);
  std::vector<std::string> words = split(arguments);
  words.insert(words.begin(), SAFECONDUCT_BUILD "/safeconduct");
  std::vector<std::string> variables = environment;
  variables.push_back("PATH=/usr/bin:/bin");
  std::vector<char*> argv = pointers(words);
  std::vector<char*> envp = pointers(variables);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) become(in.path(), scratch.path(), argv, envp);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  const int exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {exit, scratch.read("out"), scratch.read("err")};
}

bool is_one_line(const std::string& err) {
  return err.starts_with("safeconduct: ") && err.ends_with("\n") &&
         std::count(err.begin(), err.end(), '\n') == 1;
}

}  // namespace safeconduct::tests
