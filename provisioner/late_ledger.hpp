#pragma once

#include "provisioner/ledger.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

// The ledger of a first run: it is made with the first slot, which is before anything is sent that makes
// something, or with the first wait that Microsoft Graph asks for, which the next process must know. So a run
// that gets into no tenant leaves nothing behind, and nothing has to be removed again, which another run may
// have begun to use. Used by `provision` where there is no ledger yet.

namespace poolwright::provisioner {

class late_ledger final : public ledger {
public:
    // `made` is called once, with the new ledger before it holds anything: it opens the keys and binds the
    // ledger to them. The plan that is accepted outlives this object.
    late_ledger(ledger_location where, commit_executor commits, std::function<void(ledger&)> made);

    // Makes it if it is not there yet; on return all that was committed so far is on disk. Throws as
    // make_ledger does, what `made` throws, and ledger_error if another run has made it meanwhile: what this
    // run set out to do was decided without what is in it.
    void make();

    // Until it is made it is empty, takes any plan, and keeps in memory what is committed without a slot or a
    // hold. A commit with one of these makes it; `durable` is told if that fails, as of any failed commit.
    [[nodiscard]] std::string ledger_id() const override;
    [[nodiscard]] std::string key_fingerprint() const override;
    [[nodiscard]] std::int64_t plan_number() const override;
    [[nodiscard]] std::vector<pool_row> pools() const override;
    void slots(std::function<void(slot_row&&)> const& visit) const override;
    [[nodiscard]] std::vector<spent_row> spent_since(wall_seconds from) const override;
    [[nodiscard]] std::vector<entered_row> entered() const override;
    [[nodiscard]] std::vector<held_row> held() const override;
    void certificates(std::function<void(certificate_row&&)> const& visit) const override;
    void events(std::int64_t after, std::function<void(event_row&&)> const& visit) const override;
    boost::system::result<std::vector<pool_id>, stale_plan> accept_plan(planner::plan const& plan,
                                                                        std::span<resolved_pool const> pools,
                                                                        bool from_file,
                                                                        wall_seconds now) override;
    void bind_key(std::string_view fingerprint) override;
    void forget_spent(wall_seconds before, std::vector<spent_row> const& carried) override;
    void commit(ledger_change change, std::function<void(std::exception_ptr)> durable) override;

private:
    struct accepted_plan {
        planner::plan const* plan = nullptr;
        std::vector<resolved_pool> pools;
        bool from_file = false;
        wall_seconds now{};
    };

    void record(ledger& book);
    void acknowledge(std::function<void(std::exception_ptr)> durable);

    ledger_location where_;
    commit_executor commits_;
    std::function<void(ledger&)> made_;
    std::optional<accepted_plan> accepted_;
    ledger_change waiting_;       // what was committed before it is made
    std::exception_ptr failure_;  // it could not be made
    bool at_once_ = false;        // commits are made within the call
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::unique_ptr<ledger> book_;  // the last member: it uses the others
};

}  // namespace poolwright::provisioner
