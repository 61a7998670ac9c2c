#include "store/sql_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace saola::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SqlText, SplitsOutsideQuotesAndComments) {
    EXPECT_THAT(split_statements("a;b ; 'c;d' -- e;f\n;\"g;h\" /* ; */"),
                ElementsAre("a", "b ", " 'c;d' -- e;f\n", "\"g;h\" /* ; */"));
    EXPECT_THAT(split_statements(" ; -- only;\n /* words; */ ;"), IsEmpty());
    EXPECT_THAT(split_statements("it''s 'it''s; one'"), ElementsAre("it''s 'it''s; one'"));
    EXPECT_THAT(split_statements("'never closed ; "), ElementsAre("'never closed ; "));
}

TEST(SqlText, NumbersTheParameters) {
    const PostgresText text = to_postgres("SELECT ?, '?', \"?\" FROM t WHERE a=? -- ?\nAND b=?");
    EXPECT_EQ(text.text, "SELECT $1, '?', \"?\" FROM t WHERE a=$2   AND b=$3");
    EXPECT_EQ(text.parameters, 3);
    EXPECT_EQ(to_postgres("SELECT 1 WHERE ? IS NULL OR ?=1").text,
              "SELECT 1 WHERE CAST($1 AS TEXT) IS NULL OR $2=1");
}

TEST(SqlText, MapsTypesOnlyWhereTypesStand) {
    EXPECT_EQ(
        to_postgres("CREATE TABLE t (text TEXT, blob BLOB NOT NULL, real REAL CHECK (real > 0), "
                    "\"int\" INTEGER, n BIGINT, PRIMARY KEY (text, blob)) STRICT;")
            .text,
        "CREATE TABLE t (text TEXT COLLATE \"C\", blob BYTEA NOT NULL, real DOUBLE PRECISION "
        "CHECK (real > 0), \"int\" BIGINT, n BIGINT, PRIMARY KEY (text, blob))");
    EXPECT_EQ(to_sqlite("CREATE TABLE IF NOT EXISTS t (bigint BIGINT, d DOUBLE\n PRECISION, "
                        "CONSTRAINT c UNIQUE (bigint, d))"),
              "CREATE TABLE IF NOT EXISTS t (bigint INTEGER, d REAL, CONSTRAINT c UNIQUE (bigint, "
              "d)) STRICT");
    EXPECT_EQ(to_sqlite("CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID"),
              "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID, STRICT");
    EXPECT_EQ(to_postgres("CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID").text,
              "CREATE TABLE t (a TEXT COLLATE \"C\" PRIMARY KEY)");
    EXPECT_EQ(to_sqlite("ALTER TABLE t ADD COLUMN bigint BIGINT"),
              "ALTER TABLE t ADD COLUMN bigint INTEGER");
    EXPECT_EQ(to_postgres("ALTER TABLE t ADD blob BLOB").text, "ALTER TABLE t ADD blob BYTEA");
    EXPECT_EQ(to_postgres("SELECT text, CAST(x AS BLOB) FROM blob").text,
              "SELECT text, CAST(x AS BYTEA) FROM blob");
    EXPECT_EQ(to_sqlite("SELECT bigint FROM t"), "SELECT bigint FROM t");
}

TEST(SqlText, RefusesWhatIsOutsideTheSubset) {
    EXPECT_TRUE(check_statement("SELECT 1;"));
    EXPECT_TRUE(check_statement("SELECT 'commit; ?1'"));
    EXPECT_EQ(check_statement("").error().code, "store.one_statement");
    EXPECT_EQ(check_statement("SELECT 1; SELECT 2").error().code, "store.one_statement");
    EXPECT_EQ(check_statement("-- x\ncommit").error().code, "store.statement_not_allowed");
    EXPECT_EQ(check_statement("SELECT ?1").error().code, "store.numbered_parameter");
    const Status long_one = check_statement("SELECT '" + std::string(1U << 20U, 'x') + "'");
    EXPECT_EQ(long_one.error().limit, "max_sql_bytes=1048576");
}

}  // namespace
}  // namespace saola::store
