// The program `safeconduct`: its table of contents.
#include "agents/cli/commands.h"

int main(int argc, char** argv) {
  safeconduct::SystemRandom random;
  const safeconduct::SystemClock clock;
  safeconduct::cli::CommandLine line;
  add_network_commands(line, random, clock);
  add_keys_commands(line, random);
  add_policy_commands(line);
  add_consent_commands(line);
  add_referral_commands(line);
  add_life_commands(line);
  add_person_commands(line);
  add_services_commands(line);
  add_audit_commands(line, clock);
  add_witness_commands(line, random, clock);
  return line.run(argc, argv);
}
