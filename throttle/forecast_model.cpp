#include "throttle/forecast_model.hpp"

#include "throttle/forecast.hpp"
#include "throttle/work_queue.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace poolwright::throttle {
namespace {

constexpr cost a_write{.writes = 1, .resource_units = 1};
constexpr cost a_read{.writes = 0, .resource_units = 1};
constexpr cost free_call{};

// Only differences count; a budget's past lies before.
constexpr steady_point start_of_run{std::chrono::hours(1)};

class model {
public:
    model(fleet_load const& load, run_conditions const& conditions)
        : load_(load),
          conditions_(conditions),
          budgets_(conditions.quotas),
          queue_(budgets_, conditions.per_tenant),
          tenants_(load.tenants.size()) {
        for (std::size_t i = 0; i < tenants_.size(); ++i) {
            auto const number = static_cast<tenant_number>(i);
            budgets_.set_size(number, load.tenants[i].size);
            queue_.expect_writes(number, load.tenants[i].apps * load.writes_per_app);
            apps_ += load.tenants[i].apps;
        }
    }

    modelled_run run() {
        for (;;) {
            start_what_may();
            auto const next = next_instant();
            if (!next) return {.time = now_ - start_of_run, .progress = std::move(progress_)};
            now_ = *next;
            while (!replies_.empty() && replies_.top().at <= now_) {
                auto const item = replies_.top().item;
                replies_.pop();
                absorb(item);
            }
        }
    }

private:
    struct reply {
        steady_point at;
        work item;
        bool operator>(reply const& other) const noexcept { return at > other.at; }
    };

    struct tenant_state {
        std::int64_t own_steps = 0;           // done
        std::vector<std::int32_t> app_steps;  // done, by slot from 1
    };

    [[nodiscard]] bool has_room() const { return queue_.in_flight() < most_in_flight(); }
    [[nodiscard]] std::size_t most_in_flight() const {
        return static_cast<std::size_t>(std::max(1, conditions_.concurrency));
    }

    void start_what_may() {
        while (has_room()) {
            if (auto const item = queue_.pop(now_)) {
                replies_.push({.at = now_ + conditions_.latency, .item = *item});
            } else if (!admit()) {
                break;
            }
        }
    }

    // As the fleet does: another tenant when nothing that was begun may go and the application's own budget
    // is not what holds it up.
    bool admit() {
        if (admitted_ == tenants_.size()) return false;
        if (!queue_.empty() && budgets_.earliest_for_application(0, a_write, now_) > now_) return false;
        queue_.push({.tenant = static_cast<tenant_number>(admitted_++), .slot = 0}, free_call, now_);
        return true;
    }

    [[nodiscard]] std::optional<steady_point> next_instant() {
        std::optional<steady_point> next;
        if (!replies_.empty()) next = replies_.top().at;
        auto const ready = has_room() ? queue_.next_ready(now_) : std::nullopt;
        if (ready && (!next || *ready < *next)) next = ready;
        return next;
    }

    void absorb(work item) {
        queue_.finished(item);
        auto& tenant = tenants_[item.tenant];
        if (item.slot != 0) return continue_app(item, ++tenant.app_steps[item.slot - 1]);
        if (++tenant.own_steps < load_.calls_per_tenant()) return queue_.push(item, a_read, now_);
        auto const apps = static_cast<std::size_t>(load_.tenants[item.tenant].apps);
        tenant.app_steps.resize(apps);
        for (std::uint32_t slot = 1; slot <= apps; ++slot) continue_app({item.tenant, slot}, 0);
    }

    void continue_app(work item, std::int32_t done) {
        if (done == load_.calls_per_app()) return note_app_done();
        // What the first two writes made is referred to by the next.
        bool const waits = done == 1 || done == 2;
        auto const lag =
            std::max(std::chrono::nanoseconds(0), conditions_.replication_lag - conditions_.latency);
        queue_.push(item, done < load_.writes_per_app ? a_write : free_call, waits ? now_ + lag : now_);
    }

    void note_app_done() {
        ++apps_done_;
        while (apps_done_ * parts_of_progress >= static_cast<std::int64_t>(progress_.size() + 1) * apps_)
            progress_.push_back(now_ - start_of_run);
    }

    fleet_load const& load_;
    run_conditions const& conditions_;
    pacer budgets_;
    work_queue queue_;
    std::vector<tenant_state> tenants_;
    std::size_t admitted_ = 0;
    std::int64_t apps_ = 0;
    std::int64_t apps_done_ = 0;
    std::vector<real_seconds> progress_;
    std::priority_queue<reply, std::vector<reply>, std::greater<>> replies_;
    steady_point now_ = start_of_run;
};

}  // namespace

modelled_run run_model(fleet_load const& load, run_conditions const& conditions) {
    return model(load, conditions).run();
}

}  // namespace poolwright::throttle
