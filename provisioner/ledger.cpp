#include "provisioner/ledger.hpp"

#include "provisioner/ledger_schema.hpp"
#include "provisioner/ledger_writer.hpp"

#include <deque>
#include <utility>

namespace poolwright::provisioner {
namespace {

using durable_callback = std::function<void(std::exception_ptr)>;

// The changes that wait while a group of them is being committed; then they are the next group. Lives on the
// loop's thread.
class commit_queue : public std::enable_shared_from_this<commit_queue> {
public:
    commit_queue(std::shared_ptr<ledger_writer> store, commit_executor commits)
        : store_(std::move(store)), commits_(std::move(commits)) {}

    void add(ledger_change change, durable_callback durable) {
        waiting_.changes.push_back(std::move(change));
        waiting_.durable.push_back(std::move(durable));
        if (!committing_) commit_waiting();
    }

    // Nobody is told of anything any more.
    void close() noexcept { closed_ = true; }

private:
    struct group {
        std::vector<ledger_change> changes;
        std::vector<durable_callback> durable;
    };
    struct outcome {
        std::shared_ptr<group const> of;
        std::exception_ptr error;
    };

    void commit_waiting() {
        committing_ = true;
        auto const next = std::make_shared<group const>(std::exchange(waiting_, {}));
        commits_([store = store_, next] { store->apply(next->changes); },
                 [self = weak_from_this(), next](std::exception_ptr error) {
                     if (auto const queue = self.lock()) queue->committed({next, std::move(error)});
                 });
    }

    // The next group is on its way before this one's callbacks run. Where commits are made at once, in the
    // call, that ends in here again: the inner call leaves its callbacks to be made after the outer ones.
    void committed(outcome done) {
        committing_ = false;
        outcomes_.push_back(std::move(done));
        if (!waiting_.changes.empty()) commit_waiting();
        if (std::exchange(telling_, true)) return;
        while (!outcomes_.empty()) {
            auto const first = std::move(outcomes_.front());
            outcomes_.pop_front();
            tell(first);
        }
        telling_ = false;
    }

    void tell(outcome const& done) {
        for (auto const& durable : done.of->durable) {
            if (closed_) return;
            durable(done.error);
        }
    }

    std::shared_ptr<ledger_writer> store_;
    commit_executor commits_;
    group waiting_;
    bool committing_ = false;
    std::deque<outcome> outcomes_;
    bool telling_ = false;
    bool closed_ = false;
};

// The part that ledgers and readers share.
template <class Interface, class Store>
class reading : public Interface {
public:
    explicit reading(std::shared_ptr<Store> store) : store_(std::move(store)) {}

    std::string ledger_id() const final { return store_->meta(meta_ledger_id); }
    std::string key_fingerprint() const final { return store_->meta(meta_key_fingerprint); }
    std::int64_t plan_number() const final { return store_->plan_number(); }
    std::vector<pool_row> pools() const final { return store_->pools(); }
    void slots(std::function<void(slot_row&&)> const& visit) const final { store_->slots(visit); }
    std::vector<spent_row> spent_since(wall_seconds from) const final { return store_->spent_since(from); }
    std::vector<entered_row> entered() const final { return store_->entered(); }
    std::vector<held_row> held() const final { return store_->held(); }
    void certificates(std::function<void(certificate_row&&)> const& visit) const final {
        store_->certificates(visit);
    }
    void events(std::int64_t after, std::function<void(event_row&&)> const& visit) const final {
        store_->events(after, visit);
    }

protected:
    std::shared_ptr<Store> store_;
};

class sqlite_ledger final : public reading<ledger, ledger_writer> {
public:
    sqlite_ledger(std::shared_ptr<ledger_writer> store, commit_executor commits)
        : reading(store), queue_(std::make_shared<commit_queue>(std::move(store), std::move(commits))) {}

    sqlite_ledger(sqlite_ledger const&) = delete;
    sqlite_ledger& operator=(sqlite_ledger const&) = delete;

    // A group that is being written is finished; what waits is dropped, as in a crash.
    ~sqlite_ledger() override {
        queue_->close();
        store_->close();
    }

    boost::system::result<std::vector<pool_id>, stale_plan> accept_plan(planner::plan const& plan,
                                                                        std::span<resolved_pool const> pools,
                                                                        bool from_file,
                                                                        wall_seconds now) override {
        return store_->accept_plan(plan, pools, from_file, now);
    }
    void bind_key(std::string_view fingerprint) override { store_->bind_key(fingerprint); }
    void forget_spent(wall_seconds before, std::vector<spent_row> const& carried) override {
        store_->forget_spent(before, carried);
    }
    void commit(ledger_change change, durable_callback durable) override {
        queue_->add(std::move(change), std::move(durable));
    }

private:
    std::shared_ptr<commit_queue> queue_;
};

}  // namespace

void commit_at_once(std::function<void()> const& job, std::function<void(std::exception_ptr)> const& done) {
    std::exception_ptr error;
    try {
        job();
    } catch (...) {
        error = std::current_exception();
    }
    done(error);
}

std::unique_ptr<ledger> make_ledger(ledger_location const& where, commit_executor commits) {
    return std::make_unique<sqlite_ledger>(ledger_writer::open(where), std::move(commits));
}

std::unique_ptr<ledger_reader> open_ledger_reader(ledger_location const& where) {
    auto store = ledger_store::open_for_reading(where);
    if (!store) return nullptr;
    return std::make_unique<reading<ledger_reader, ledger_store>>(std::move(store));
}

}  // namespace poolwright::provisioner
