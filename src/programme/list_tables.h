// Lists that are no report as tables: what exports and the command line print of imports, their
// rows, releases and findings.
#pragma once

#include <string>
#include <vector>

#include "platform/list_export.h"
#include "platform/table.h"
#include "programme/service.h"

namespace saola::programme {

[[nodiscard]] platform::Table imports_table(const std::vector<ImportInfo>& imports,
                                            const View& view);
// Rows are read in pieces; `service` outlives the stream.
[[nodiscard]] Result<platform::TableStream> import_rows(const Service& service,
                                                        const platform::Actor& actor,
                                                        const std::string& import,
                                                        Imports::RowQuery query);
[[nodiscard]] platform::Table releases_table(const std::vector<ReleaseInfo>& releases,
                                             const std::string& public_key);
// With the filters, search, order and page of the request (api_read.cc).
[[nodiscard]] Result<platform::Table> findings_list(const Service& service,
                                                    const platform::Actor& actor,
                                                    const ReportRequest& request);

}  // namespace saola::programme
