#include "provisioner/late_ledger.hpp"

#include <fmt/format.h>

#include <iterator>
#include <numeric>
#include <utility>

namespace poolwright::provisioner {
namespace {

template <class Row>
void append(std::vector<Row>& to, std::vector<Row>&& rows) {
    to.insert(to.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
}

void append(ledger_change& to, ledger_change&& more) {
    append(to.slots, std::move(more.slots));
    append(to.events, std::move(more.events));
    append(to.spent, std::move(more.spent));
    append(to.entered, std::move(more.entered));
    append(to.held, std::move(more.held));
    append(to.certificates, std::move(more.certificates));
    append(to.pool_errors, std::move(more.pool_errors));
}

// As an empty ledger numbers the pools of its first plan.
std::vector<pool_id> first_numbers(std::size_t count) {
    std::vector<pool_id> ids(count);
    std::iota(ids.begin(), ids.end(), pool_id{1});
    return ids;
}

}  // namespace

late_ledger::late_ledger(ledger_location where, commit_executor commits, std::function<void(ledger&)> made)
    : where_(std::move(where)), commits_(std::move(commits)), made_(std::move(made)) {}

void late_ledger::make() {
    if (book_) return;
    auto book =
        make_ledger(where_, [this](std::function<void()> job, std::function<void(std::exception_ptr)> done) {
            if (at_once_) return commit_at_once(job, done);
            commits_(std::move(job), std::move(done));
        });
    // Asked under its lock, so that no other run comes between this and the first row.
    if (!book->pools().empty()) {
        throw ledger_error(
            fmt::format("the ledger {} was made by another poolwright since this run began: run the same "
                        "command again",
                        where_.file));
    }
    made_(*book);
    record(*book);
    book_ = std::move(book);
}

void late_ledger::record(ledger& book) {
    if (accepted_) {
        auto const& what = *accepted_;
        auto const ids = book.accept_plan(*what.plan, what.pools, what.from_file, what.now);
        if (!ids || *ids != first_numbers(what.pools.size()))
            throw std::logic_error("a new ledger numbered its pools otherwise");
    }
    std::exception_ptr failed;
    at_once_ = true;
    book.commit(std::exchange(waiting_, {}), [&](std::exception_ptr error) { failed = std::move(error); });
    at_once_ = false;
    if (failed) std::rethrow_exception(failed);
}

// On the way of all commits, so that everyone is told in the order of the calls.
void late_ledger::acknowledge(std::function<void(std::exception_ptr)> durable) {
    commits_(
        [failure = failure_] {
            if (failure) std::rethrow_exception(failure);
        },
        [alive = std::weak_ptr(alive_), durable = std::move(durable)](std::exception_ptr error) {
            if (!alive.expired()) durable(std::move(error));
        });
}

void late_ledger::commit(ledger_change change, std::function<void(std::exception_ptr)> durable) {
    if (!failure_ && (!change.slots.empty() || !change.held.empty())) {
        try {
            make();
        } catch (...) {
            failure_ = std::current_exception();
        }
    }
    if (book_) return book_->commit(std::move(change), std::move(durable));
    if (!failure_) append(waiting_, std::move(change));
    acknowledge(std::move(durable));
}

boost::system::result<std::vector<pool_id>, stale_plan> late_ledger::accept_plan(
    planner::plan const& plan, std::span<resolved_pool const> pools, bool from_file, wall_seconds now) {
    if (book_) return book_->accept_plan(plan, pools, from_file, now);
    accepted_ = accepted_plan{
        .plan = &plan, .pools = {pools.begin(), pools.end()}, .from_file = from_file, .now = now};
    return first_numbers(pools.size());
}

void late_ledger::bind_key(std::string_view fingerprint) {
    make();
    book_->bind_key(fingerprint);
}

void late_ledger::forget_spent(wall_seconds before, std::vector<spent_row> const& carried) {
    if (book_) book_->forget_spent(before, carried);
}

std::string late_ledger::ledger_id() const {
    return book_ ? book_->ledger_id() : std::string();
}

std::string late_ledger::key_fingerprint() const {
    return book_ ? book_->key_fingerprint() : std::string();
}

std::int64_t late_ledger::plan_number() const {
    return book_ ? book_->plan_number() : 0;
}

std::vector<pool_row> late_ledger::pools() const {
    return book_ ? book_->pools() : std::vector<pool_row>();
}

void late_ledger::slots(std::function<void(slot_row&&)> const& visit) const {
    if (book_) book_->slots(visit);
}

std::vector<spent_row> late_ledger::spent_since(wall_seconds from) const {
    return book_ ? book_->spent_since(from) : std::vector<spent_row>();
}

std::vector<entered_row> late_ledger::entered() const {
    return book_ ? book_->entered() : std::vector<entered_row>();
}

std::vector<held_row> late_ledger::held() const {
    return book_ ? book_->held() : std::vector<held_row>();
}

void late_ledger::certificates(std::function<void(certificate_row&&)> const& visit) const {
    if (book_) book_->certificates(visit);
}

void late_ledger::events(std::int64_t after, std::function<void(event_row&&)> const& visit) const {
    if (book_) book_->events(after, visit);
}

}  // namespace poolwright::provisioner
