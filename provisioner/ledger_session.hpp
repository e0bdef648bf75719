#pragma once

#include "provisioner/ledger.hpp"
#include "provisioner/ledger_file.hpp"

#include <soci/soci.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// A connection to the ledger's database, and every way in which it can fail in one sentence. Used by the
// ledger alone.

namespace poolwright::provisioner {

class ledger_session {
public:
    // What is asked of the connection: to write, to read beside a writer, or to read what nobody uses.
    enum class use : std::uint8_t { writing, reading, reading_unused };

    // Connects to the file, or to the memory-backed storage of that name. Looks at nothing yet but the
    // write-ahead log, which must be whole. Throws ledger_error.
    static std::unique_ptr<ledger_session> connect_file(std::filesystem::path const& file, use how);
    static std::unique_ptr<ledger_session> connect_memory(std::string const& name);

    ledger_session(std::string name, std::string const& connection);

    [[nodiscard]] soci::session& sql() noexcept { return sql_; }

    // Executes one statement to its first row; `values` are soci::into or soci::use. (Not sql() << text: its
    // helper is hidden in SOCI's library, where UndefinedBehaviorSanitizer cannot see it.)
    template <class... Values>
    void execute(std::string const& text, Values&&... values) {
        soci::statement statement(sql_);
        statement.alloc();
        statement.prepare(text);
        (statement.exchange(std::forward<Values>(values)), ...);
        statement.define_and_bind();
        statement.execute(true);
    }

    // Runs `work` and turns what the database reports into a ledger_error.
    template <class Work>
    auto run(Work&& work) -> decltype(work()) {
        try {
            return work();
        } catch (soci::soci_error const& error) {
            fail(error);
        }
    }

    // Graph has been written to from now on, so that a message no longer says that nothing was sent.
    void sending() noexcept { sending_ = true; }

    [[noreturn]] void fail(soci::soci_error const& error) const;
    [[noreturn]] void fail_damaged(std::string_view what) const;
    [[noreturn]] void fail_foreign() const;
    [[noreturn]] void fail_newer() const;
    [[noreturn]] void fail_other_key(std::string_view fingerprint) const;
    [[noreturn]] void fail_without_log(std::string_view mode) const;

private:
    std::string name_;
    std::atomic<bool> sending_ = false;  // set by the thread that commits
    soci::session sql_;
};

}  // namespace poolwright::provisioner
