#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <filesystem>

// A lock on a file that the operating system takes back when its process ends, however it ends. The ledger
// holds one, so that it has one writer.

namespace poolwright::provisioner {

// Who holds a lock that could not be taken, as far as the file says; it may just have ended.
struct lock_holder {
    std::int64_t process = 0;  // 0: not known
};

class file_lock {
public:
    // Takes the lock without waiting, making the file (0600) if it is not there, and writes the process id
    // into it for the message of the next one. The file stays when the lock ends: removing it would let two
    // processes hold a lock each. Throws std::system_error if the file cannot be opened.
    static boost::system::result<file_lock, lock_holder> take(std::filesystem::path const& file);

    file_lock(file_lock&& other) noexcept;
    file_lock& operator=(file_lock&& other) noexcept;
    file_lock(file_lock const&) = delete;
    file_lock& operator=(file_lock const&) = delete;
    ~file_lock();

private:
    explicit file_lock(int descriptor) noexcept : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace poolwright::provisioner
