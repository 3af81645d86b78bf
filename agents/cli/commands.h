// The groups of commands: each adds its own to the table. Clock and randomness outlive it.
#pragma once

#include "agents/cli/command_line.h"
#include "schemas/base/clock.h"

namespace safeconduct::cli {

void add_network_commands(CommandLine& line, Random& random, const Clock& clock);
void add_keys_commands(CommandLine& line, Random& random);
void add_policy_commands(CommandLine& line);
// Of the group `policy`: check, matrix.
void add_policy_report_commands(CommandLine& line, CLI::App& group);
// Of the group `policy`: diff, tighten, mutate.
void add_policy_change_commands(CommandLine& line, CLI::App& group);
// Of the group `policy`: sign, activate, show.
void add_policy_force_commands(CommandLine& line, CLI::App& group);
// Of the group `policy`: explain, decide, test.
void add_policy_case_commands(CommandLine& line, CLI::App& group);
void add_audit_commands(CommandLine& line, const Clock& clock);
// Of the group `audit`: what is asked of a log.
void add_audit_questions(CommandLine& line, CLI::App& group, const Clock& clock);
void add_witness_commands(CommandLine& line, Random& random, const Clock& clock);
void add_consent_commands(CommandLine& line);
void add_referral_commands(CommandLine& line);
void add_life_commands(CommandLine& line);
void add_person_commands(CommandLine& line);
void add_services_commands(CommandLine& line);

}  // namespace safeconduct::cli
