#pragma once

#include <ostream>
#include <streambuf>
#include <string>

// Where data goes: standard output or a file, written in large pieces. A write that fails is never passed
// over.

namespace poolwright::cli {

// The reader of a pipe has left. Ends a command quietly.
struct closed_pipe {};

// The buffer is wiped when it ends, since an export passes through it.
class output_buffer final : public std::streambuf {
public:
    // Does not own the descriptor; `name` is how messages name it.
    output_buffer(int descriptor, std::string name);
    output_buffer(output_buffer const&) = delete;
    output_buffer& operator=(output_buffer const&) = delete;
    ~output_buffer() override;

protected:
    int_type overflow(int_type next) override;
    int sync() override;

private:
    void write_out();

    int descriptor_;
    std::string name_;
    std::string bytes_;
};

class output {
public:
    output(int descriptor, std::string name);

    // Throws closed_pipe, and failure(broken) for every other reason why it cannot be written.
    [[nodiscard]] std::ostream& stream() noexcept { return stream_; }

    // Writes what is still in memory. Whatever was not finished is dropped.
    void finish() { stream_.flush(); }

private:
    output_buffer buffer_;
    std::ostream stream_;
};

}  // namespace poolwright::cli
