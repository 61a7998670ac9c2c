// The one writer of a SQLite database, with group commit. Writers queue in order of arrival. Each
// runs its body on its own thread, in a transaction that the next waiting writer may join: the last
// of the group commits, and one fsync makes all of them durable. No one returns before that fsync.
//
// Each body after the first runs in a savepoint, so that its error undoes its own work only. When
// the shared transaction is lost through no fault of a member (another body's statement made SQLite
// roll back, the common COMMIT failed), that member's body runs once more, alone; therefore the
// result each caller sees is the one it would have had alone.
// Thread-safe. Bounded: kMaxWaitingWriters, the statement time limit, kMaxGroupWrites,
// kMaxGroupAge.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "store/sql.h"
#include "store/sqlite/database.h"

namespace saola::store::sqlite {

class WriteQueue {
public:
    WriteQueue(std::unique_ptr<Database> database, std::int64_t wait_limit_ms)
        : database_(std::move(database)), wait_limit_(wait_limit_ms) {}
    [[nodiscard]] Status write(const Sql::Body& body);
    [[nodiscard]] Database& database() { return *database_; }  // while nobody writes

private:
    struct Waiter {
        std::condition_variable turn;
        bool granted = false;
        bool alone = false;
    };
    struct Group {
        SteadyTime begun;
        std::size_t members = 0;
        bool finished = false;  // this and what follows: under mutex_
        std::optional<Error> error;
        std::condition_variable closed;
    };
    struct Outcome {
        Status status;
        bool run_again_alone = false;
    };

    [[nodiscard]] Outcome attempt(const Sql::Body& body, bool alone);
    [[nodiscard]] Status take_turn(bool alone);
    void pass_turn();
    [[nodiscard]] bool pass_turn_to_a_member();
    void hand_over();
    [[nodiscard]] Status enter_transaction(bool first);
    [[nodiscard]] Status leave_savepoint(bool keep);
    [[nodiscard]] Outcome finish_body(Status status, bool first, bool alone);
    void close_group(std::optional<Error> error);
    [[nodiscard]] Status commit();

    std::unique_ptr<Database> database_;
    const std::chrono::milliseconds wait_limit_;
    std::mutex mutex_;  // guards what follows, except group_
    std::deque<Waiter*> waiting_;
    bool busy_ = false;
    std::thread::id holder_;
    // Owned by whoever has the turn:
    std::shared_ptr<Group> group_;
};

}  // namespace saola::store::sqlite
