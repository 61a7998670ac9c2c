#include "programme/schema.h"

#include <array>

namespace saola::programme {
namespace {

// programme_assertion and programme_source are append-only: no statement of this module updates or
// deletes there. programme_latest and programme_state are rebuilt from the log when lost.
constexpr std::string_view kBase = R"sql(CREATE TABLE programme_state (
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);
CREATE TABLE programme_source (
  id TEXT PRIMARY KEY,
  document TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  place TEXT NOT NULL,
  span_begin BIGINT,
  span_end BIGINT,
  excerpt TEXT NOT NULL,
  retrieved_at BIGINT NOT NULL
);
CREATE TABLE programme_assertion (
  seq BIGINT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  predicate TEXT NOT NULL,
  value TEXT NOT NULL,
  unit TEXT NOT NULL,
  period TEXT NOT NULL,
  as_of TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  source TEXT NOT NULL,
  actor TEXT NOT NULL,
  confidence DOUBLE PRECISION NOT NULL,
  supersedes TEXT NOT NULL,
  stated TEXT NOT NULL,
  classification BIGINT NOT NULL,
  organisation TEXT NOT NULL,
  synthetic BIGINT NOT NULL,
  observed BIGINT NOT NULL
);
CREATE INDEX programme_assertion_subject ON programme_assertion
  (kind, subject, predicate, period, recorded_at);
CREATE INDEX programme_assertion_fact ON programme_assertion (observed, seq);
CREATE INDEX programme_assertion_supersedes ON programme_assertion (supersedes);
CREATE TABLE programme_latest (
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  predicate TEXT NOT NULL,
  organisation TEXT NOT NULL,
  classification BIGINT NOT NULL,
  period TEXT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (kind, subject, predicate, organisation, classification)
);
CREATE TABLE programme_file (
  sha256 TEXT NOT NULL,
  document TEXT NOT NULL,
  name TEXT NOT NULL,
  format TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  text_bytes BIGINT NOT NULL,
  head TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  classification BIGINT NOT NULL,
  organisation TEXT NOT NULL,
  PRIMARY KEY (sha256, classification, organisation)
);
CREATE INDEX programme_file_document ON programme_file (document, added_at);
CREATE TABLE programme_import (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  same_rows BIGINT NOT NULL,
  classification BIGINT NOT NULL,
  organisation TEXT NOT NULL
);
CREATE TABLE programme_import_document (
  import TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  name TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (import, sha256)
);
CREATE TABLE programme_import_row (
  import TEXT NOT NULL,
  row_no BIGINT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  change TEXT NOT NULL,
  confidence DOUBLE PRECISION NOT NULL,
  document TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  predicate TEXT NOT NULL,
  body TEXT NOT NULL,
  previous TEXT NOT NULL,
  assertion TEXT NOT NULL,
  classification BIGINT NOT NULL,
  organisation TEXT NOT NULL,
  PRIMARY KEY (import, row_no)
);
CREATE INDEX programme_import_row_state ON programme_import_row (import, state, row_no);
CREATE TABLE programme_organisation (
  key TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  parent TEXT NOT NULL,
  classification BIGINT NOT NULL
);
CREATE TABLE programme_code_mapping (
  list_from TEXT NOT NULL,
  code_from TEXT NOT NULL,
  list_to TEXT NOT NULL,
  code_to TEXT NOT NULL,
  kind TEXT NOT NULL,
  basis TEXT NOT NULL,
  PRIMARY KEY (list_from, code_from, list_to, code_to)
);
CREATE TABLE programme_finding (
  id TEXT PRIMARY KEY,
  rule TEXT NOT NULL,
  rule_version BIGINT NOT NULL,
  severity TEXT NOT NULL,
  state TEXT NOT NULL,
  present BIGINT NOT NULL,
  document TEXT NOT NULL,
  body TEXT NOT NULL,
  first_seen BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  classification BIGINT NOT NULL,
  organisation TEXT NOT NULL
);
CREATE TABLE programme_finding_event (
  finding TEXT NOT NULL,
  event_no BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (finding, event_no)
);
CREATE TABLE programme_release (
  id TEXT PRIMARY KEY,
  release_no BIGINT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  hash TEXT NOT NULL,
  previous TEXT NOT NULL,
  note TEXT NOT NULL,
  counts TEXT NOT NULL,
  content TEXT NOT NULL
);
)sql";

// A fact is superseded once; and a file stands for its number once a person accepted rows of it.
constexpr std::string_view kGuards = R"sql(CREATE UNIQUE INDEX programme_assertion_superseded_once
  ON programme_assertion (supersedes) WHERE supersedes <> '';
ALTER TABLE programme_file ADD COLUMN accepted BIGINT NOT NULL DEFAULT 1;
)sql";

// What dashboards read by: the history of a subject newest first, the facts after the last one
// known, and an observed series as of a day without touching its rows. An index over a condition
// holds nothing for the 10^6 rows outside of it.
constexpr std::string_view kSeriesIndexes = R"sql(DROP INDEX programme_assertion_subject;
DROP INDEX programme_assertion_fact;
DROP INDEX programme_assertion_supersedes;
CREATE INDEX programme_assertion_history ON programme_assertion (kind, subject, seq);
CREATE INDEX programme_assertion_fact ON programme_assertion (seq) WHERE observed = 0;
CREATE INDEX programme_assertion_series ON programme_assertion
  (kind, subject, predicate, organisation, classification, period, seq, valid_from)
  WHERE observed = 1;
CREATE INDEX programme_latest_organisation ON programme_latest (kind, predicate, organisation);
)sql";

constexpr std::array<store::Migration, 3> kMigrations{
    store::Migration{1, "base", kBase},
    store::Migration{2, "guards", kGuards},
    store::Migration{3, "series_indexes", kSeriesIndexes},
};

}  // namespace

std::span<const store::Migration> schema() { return kMigrations; }

}  // namespace saola::programme
