#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string_view>

// The file behind --state: one line per change, written before the reply, so that a sandbox that is killed
// has lost nothing that it acknowledged. (It is not synced to the disk: it survives the process, not the
// machine.) Used by main.

namespace poolwright::sandbox {

class journal_file {
public:
    using line_sink = std::function<void(std::string_view line)>;

    // Opens the file, or makes it (0600), and locks it. Throws if that fails or another sandbox holds it.
    explicit journal_file(std::filesystem::path path);
    journal_file(journal_file const&) = delete;
    journal_file& operator=(journal_file const&) = delete;
    ~journal_file();

    // Every line that was finished; a last one that was cut off is left out.
    void read(line_sink const& each) const;

    // Replaces the file by the lines that `snapshot` writes, in one step: a crash leaves the old or the new
    // one.
    void rewrite(std::function<void(line_sink const&)> const& snapshot);

    // Appends one line; throws if it cannot be written.
    void append(std::string_view line);

private:
    std::filesystem::path path_;
    int file_ = -1;
};

}  // namespace poolwright::sandbox
