#pragma once

#include "provisioner/client_credential.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

// The token of a workload's platform (Kubernetes, a CI service) in the file where the platform renews it
// (workload identity federation).

namespace poolwright::provisioner {

class assertion_file final : public assertion_source {
public:
    explicit assertion_file(std::filesystem::path file) : file_(std::move(file)) {}

    // The file is read again when it was changed or replaced, and when the token is about to end. None if it
    // is missing, holds no token, or one that has ended.
    std::shared_ptr<secret const> current(std::chrono::system_clock::time_point now) override;
    [[nodiscard]] std::string why_none() const override { return why_none_; }

private:
    // By which a change of the file is known.
    struct stamp {
        std::int64_t device = 0;
        std::int64_t inode = 0;
        std::int64_t size = 0;
        std::int64_t changed = 0;  // nanoseconds

        bool operator==(stamp const&) const = default;
    };

    [[nodiscard]] bool is_fresh(stamp const& found, std::chrono::system_clock::time_point now) const;
    void read(int descriptor);
    void none(std::string_view why);

    std::filesystem::path file_;
    stamp seen_;
    std::shared_ptr<secret const> token_;
    std::optional<std::chrono::sys_seconds> ends_;
    std::string why_none_;
};

}  // namespace poolwright::provisioner
