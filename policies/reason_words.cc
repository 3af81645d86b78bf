#include "policies/explain.h"

namespace safeconduct::policies {

std::string_view plain(Reason reason) {
  switch (reason) {
    case Reason::kNoConsent:
      return "the person's consent, or the ground that replaces it, does not cover it";
    case Reason::kNotNeeded:
      return "the purpose does not need it";
    case Reason::kStage:
      return "it is too early: nobody has accepted yet";
    case Reason::kNeverList:
      return "the person said never";
    case Reason::kConsentExpired:
      return "the consent ran out; ask the person again";
    case Reason::kConsentWithdrawn:
      return "the person withdrew the consent";
    case Reason::kNotNamed:
      return "the consent must name it and does not";
    case Reason::kPoliceFirewall:
      return "it does not go to police or prosecution";
    case Reason::kImmigrationFirewall:
      return "it does not go to immigration authorities or a state of origin, nor tell more than "
             "yes or no about status";
    case Reason::kReflectionPeriod:
      return "a reflection period runs and the consent was not given inside it";
    case Reason::kConflict:
      return "the recipient is excluded for this person";
    case Reason::kOnwardCeiling:
      return "the sender did not receive more itself, or may not pass it on";
    case Reason::kLocationSafety:
      return "a place is told as a district unless a life or a child is in danger";
    case Reason::kFreeText:
      return "free text is never shortened: it goes in full or not at all";
    case Reason::kSpecialCategory:
      return "it is a specially protected kind of information";
    case Reason::kPart2:
      return "substance-use records go to their treatment only";
    case Reason::kChildBestInterest:
      return "it is not in the child's interest";
    case Reason::kThirdParty:
      return "it concerns somebody else";
    case Reason::kPrivilege:
      return "it belongs between the person and their lawyer";
    case Reason::kReidentification:
      return "it would tell who the person is";
    case Reason::kAgreement:
      return "the recipient's agreement or training is not in date";
    case Reason::kUnknownCategory:
      return "nobody knows this category";
    case Reason::kNotShared:
      return "it was not shared";
  }
  return "nothing was withheld";
}

}  // namespace safeconduct::policies
