// Accounts, organisations and API tokens as tables for exports. Never a password, hash or secret.
#pragma once

#include <vector>

#include "platform/accounts.h"
#include "platform/sessions.h"
#include "platform/table.h"

namespace saola::platform {

[[nodiscard]] Table accounts_table(const std::vector<Account>& accounts);
[[nodiscard]] Table organisations_table(const std::vector<Organisation>& organisations);
[[nodiscard]] Table tokens_table(const std::vector<ApiToken>& tokens);

}  // namespace saola::platform
