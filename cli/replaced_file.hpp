#pragma once

#include "cli/output.hpp"
#include "planner/input_file.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

// A file that a command writes for a person: whole or not there, and the old one stays until the new one is
// complete.

namespace poolwright::cli {

class replaced_file {
public:
    // A new file of that mode beside the path, or beside the file that a link of that path leads to. A pipe
    // or device of that name is written to directly. Throws failure(broken), as does everything here.
    replaced_file(std::string const& path, mode_t mode);
    replaced_file(replaced_file const&) = delete;
    replaced_file& operator=(replaced_file const&) = delete;
    // Removes what was not committed.
    ~replaced_file();

    [[nodiscard]] std::ostream& stream() noexcept { return output_->stream(); }
    // A terminal by its file name.
    [[nodiscard]] bool is_terminal() const;

    // Syncs and renames it into place.
    void commit();

private:
    void open_new(mode_t mode);

    std::string path_;  // as the person wrote it
    std::filesystem::path target_;
    std::string unfinished_;  // empty: written to directly, or committed
    planner::descriptor descriptor_;
    std::optional<output> output_;
};

// Throws failure(wrong_usage) if the option would write over the file that the command reads: whoever
// confuses the two must not lose it.
void check_is_not_read(std::string_view option, std::string const& written, std::string const& read);

}  // namespace poolwright::cli
