// The parts of module programme, made once from what the platform gives. Thread-safe.
#pragma once

#include <memory>

#include "platform/module.h"
#include "programme/document_store.h"
#include "programme/finding_store.h"
#include "programme/import.h"
#include "programme/query.h"
#include "programme/release.h"
#include "programme/report/report.h"

namespace saola::programme {

struct Service {
    explicit Service(const platform::Platform& given)
        : platform(given),
          query(*platform.sql, *platform.clock),
          documents(platform.data_dir, platform.documents),
          imports(platform, query, documents),
          reports(query),
          findings(platform, query, documents),
          releases(platform, query, findings) {}

    platform::Platform platform;
    Query query;
    DocumentStore documents;
    Imports imports;
    Reports reports;
    FindingStore findings;
    Releases releases;
};

}  // namespace saola::programme
