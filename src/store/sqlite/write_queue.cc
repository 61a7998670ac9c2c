#include "store/sqlite/write_queue.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "store/body.h"
#include "store/limits.h"
#include "store/sqlite/connection.h"

namespace saola::store::sqlite {
Status WriteQueue::write(const Sql::Body& body) {
    Outcome outcome = attempt(body, /*alone=*/false);
    if (outcome.run_again_alone) outcome = attempt(body, /*alone=*/true);
    return outcome.status;
}

WriteQueue::Outcome WriteQueue::attempt(const Sql::Body& body, bool alone) {
    if (Status turn = take_turn(alone); !turn) return {turn};
    const bool first = group_ == nullptr;
    if (Status entered = enter_transaction(first); !entered) {
        if (first) {
            pass_turn();
            return {entered};
        }
        return finish_body(entered, first, alone);
    }
    SqliteConnection connection(*database_, /*writable=*/true);
    Status status = run_body(body, connection);
    if (status && connection.failed()) status = fail(*connection.failed());
    return finish_body(std::move(status), first, alone);
}

Status WriteQueue::take_turn(bool alone) {
    std::unique_lock lock(mutex_);
    if (busy_ && holder_ == std::this_thread::get_id())
        return fail(ErrorKind::kInternal, "store.nested_write",
                    "write() was called inside the body of a write()");
    if (busy_ || !waiting_.empty()) {
        if (waiting_.size() >= kMaxWaitingWriters)
            return fail(ErrorKind::kResourceExhausted, "store.write_queue_full",
                        "too many changes wait for the database; try again", {},
                        "max_waiting_writers=" + std::to_string(kMaxWaitingWriters));
        Waiter self;
        self.alone = alone;
        waiting_.push_back(&self);
        if (!self.turn.wait_for(lock, wait_limit_, [&] { return self.granted; })) {
            std::erase(waiting_, &self);
            return fail(ErrorKind::kUnavailable, "store.write_wait",
                        "another change holds the database for too long; try again", {},
                        "statement_timeout_ms=" + std::to_string(wait_limit_.count()));
        }
    }
    busy_ = true;
    holder_ = std::this_thread::get_id();
    return {};
}

// Under mutex_: the longest-waiting writer gets the turn. busy_ stays true on the way, so none can
// slip in, and a writer that was granted the turn always takes it.
void WriteQueue::hand_over() {
    Waiter* const next = waiting_.front();
    waiting_.pop_front();
    holder_ = {};
    next->granted = true;
    next->turn.notify_one();
}

void WriteQueue::pass_turn() {
    const std::lock_guard lock(mutex_);
    if (!waiting_.empty()) return hand_over();
    holder_ = {};
    busy_ = false;
}

// Leaves the group open for the next writer, if there is one that may join. Looking and handing
// over happen under one lock: otherwise that writer could give up waiting in between, and nobody
// would commit the group.
bool WriteQueue::pass_turn_to_a_member() {
    if (group_->members >= kMaxGroupWrites) return false;
    const auto age = std::chrono::steady_clock::now() - group_->begun;
    if (age >= std::chrono::microseconds(kMaxGroupAge_us)) return false;
    const std::lock_guard lock(mutex_);
    if (waiting_.empty() || waiting_.front()->alone) return false;
    hand_over();
    return true;
}

Status WriteQueue::enter_transaction(bool first) {
    if (!first) return database_->run("SAVEPOINT body");
    SAOLA_TRY_STATUS(database_->run("BEGIN IMMEDIATE"));
    group_ = std::make_shared<Group>();
    group_->begun = std::chrono::steady_clock::now();
    return {};
}

Status WriteQueue::leave_savepoint(bool keep) {
    if (!keep) SAOLA_TRY_STATUS(database_->run("ROLLBACK TO body"));
    return database_->run("RELEASE body");
}

// Called with the turn; gives it up. Decides whether the next writer joins or the group commits.
WriteQueue::Outcome WriteQueue::finish_body(Status status, bool first, bool alone) {
    if (!database_
             ->in_transaction()) {  // SQLite rolled everything back: full disk, I/O, time limit
        if (status)
            status = fail(ErrorKind::kInternal, "store.transaction_lost",
                          "the transaction was rolled back inside the body");
        close_group(status.error());
        pass_turn();
        return {status};
    }
    if (first && !status) {
        const Status undone = database_->run("ROLLBACK");
        SAOLA_CHECK(undone || !database_->in_transaction());
        close_group(std::nullopt);
        pass_turn();
        return {status};
    }
    if (!first) {
        if (Status left = leave_savepoint(status.has_value()); !left) {
            (void)database_->run("ROLLBACK");
            close_group(left.error());
            pass_turn();
            return {left, /*run_again_alone=*/status.has_value()};
        }
    }
    if (status) ++group_->members;

    const std::shared_ptr<Group> group = group_;
    if (!alone && pass_turn_to_a_member()) {
        if (!status) return {status};  // nothing of it is in the group any more
        std::unique_lock lock(mutex_);
        group->closed.wait(lock, [&] { return group->finished; });
        if (group->error) return {fail(*group->error), /*run_again_alone=*/true};
        return {};
    }
    const Status committed = commit();
    const bool shared = group->members > 1;
    close_group(committed ? std::nullopt : std::optional<Error>(committed.error()));
    pass_turn();
    if (!status) return {status};
    return {committed, /*run_again_alone=*/!committed && shared && !alone};
}

void WriteQueue::close_group(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    group_->finished = true;
    group_->error = std::move(error);
    group_->closed.notify_all();
    group_.reset();
}

Status WriteQueue::commit() {
    Status committed = database_->run("COMMIT");
    // A failed COMMIT may leave the transaction open; nothing of it may be seen.
    if (!committed && database_->in_transaction()) (void)database_->run("ROLLBACK");
    return committed;
}

}  // namespace saola::store::sqlite
