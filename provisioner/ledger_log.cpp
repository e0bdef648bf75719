#include "provisioner/ledger_log.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string_view>
#include <vector>

// The formats of the log and of its index are those of https://www.sqlite.org/walformat.html: numbers of the
// log are big-endian, those of the index are the machine's.

namespace poolwright::provisioner {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t header_size = 32;
constexpr std::size_t frame_header_size = 24;
constexpr std::size_t index_header_size = 48;
constexpr std::uint32_t magic = 0x377f0682;  // the lowest bit: checksums over big-endian words
constexpr std::uint32_t largest_page = 65'536;

struct checksum {
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    bool operator==(checksum const&) const = default;
};

template <std::endian Order>
std::uint32_t number_at(char const* at) noexcept {
    std::uint32_t number = 0;
    std::memcpy(&number, at, sizeof number);
    return Order == std::endian::native ? number : __builtin_bswap32(number);
}

std::uint32_t big(char const* at) noexcept {
    return number_at<std::endian::big>(at);
}

std::uint32_t native(char const* at) noexcept {
    return number_at<std::endian::native>(at);
}

template <std::endian Order>
checksum sum_of(std::string_view bytes, checksum sum) noexcept {
    for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
        sum.first += number_at<Order>(bytes.data() + i) + sum.second;
        sum.second += number_at<Order>(bytes.data() + i + 4) + sum.first;
    }
    return sum;
}

// What the index says that was committed; `frames` 0: nothing, or there is no sound index.
struct committed {
    std::uint32_t frames = 0;
    std::uint32_t in_database = 0;  // of these frames, so many are in the database too
    checksum last;
    std::array<char, 8> salts{};
};

committed read_index(fs::path const& file) {
    std::array<char, 2 * index_header_size + 4> bytes{};
    if (!std::ifstream(file, std::ios::binary).read(bytes.data(), bytes.size())) return {};
    auto const* const at = bytes.data();
    // Written one after the other, so that a half-written one shows.
    if (std::memcmp(at, at + index_header_size, index_header_size) != 0) return {};
    auto const sum = sum_of<std::endian::native>({at, 40}, {});
    if (at[12] == 0 || sum != checksum{native(at + 40), native(at + 44)}) return {};
    committed known{.frames = native(at + 16),
                    .in_database = native(at + 96),
                    .last = {native(at + 24), native(at + 28)},
                    .salts = {}};
    std::memcpy(known.salts.data(), at + 32, known.salts.size());
    return known;
}

// What can be read of the log.
struct log_state {
    bool empty = true;
    bool sound_header = false;
    std::array<char, 8> salts{};
    std::uint32_t sound_frames = 0;    // up to the first that is damaged or of an earlier log
    std::uint32_t commits_behind = 0;  // frames that end a commit of this log, behind the sound ones
    bool holds(committed const& known) const noexcept { return sound_frames >= known.frames && sums_match; }
    bool sums_match = false;  // the frame that the index names as its last has the checksum named there
};

class log_file {
public:
    explicit log_file(fs::path const& file) : in_(file, std::ios::binary) {}

    log_state read(committed const& known);

private:
    bool read_header(log_state& state);
    [[nodiscard]] checksum add(std::string_view bytes) const noexcept {
        return big_endian_ ? sum_of<std::endian::big>(bytes, sum_) : sum_of<std::endian::little>(bytes, sum_);
    }

    std::ifstream in_;
    bool big_endian_ = false;
    std::uint32_t page_size_ = 0;
    checksum sum_;
};

bool log_file::read_header(log_state& state) {
    std::array<char, header_size> bytes{};
    in_.read(bytes.data(), bytes.size());
    state.empty = in_.gcount() == 0;
    if (!in_) return false;
    auto const* const at = bytes.data();
    big_endian_ = (big(at) & 1U) != 0;
    page_size_ = big(at + 8);
    sum_ = add({at, 24});
    std::memcpy(state.salts.data(), at + 16, state.salts.size());
    return (big(at) & ~1U) == magic && std::has_single_bit(page_size_) && page_size_ >= 512 &&
           page_size_ <= largest_page && sum_ == checksum{big(at + 24), big(at + 28)};
}

log_state log_file::read(committed const& known) {
    log_state state;
    state.sound_header = read_header(state);
    if (!state.sound_header) return state;
    std::vector<char> frame(frame_header_size + page_size_);
    bool sound = true;
    for (std::uint32_t number = 1; in_.read(frame.data(), static_cast<std::streamsize>(frame.size()));
         ++number) {
        auto const* const at = frame.data();
        bool const of_this_log = std::memcmp(at + 8, state.salts.data(), state.salts.size()) == 0;
        if (sound) {
            sum_ = add({at, 8});
            sum_ = add({at + frame_header_size, page_size_});
            sound = of_this_log && sum_ == checksum{big(at + 16), big(at + 20)};
        }
        if (sound) {
            state.sound_frames = number;
            if (number == known.frames) state.sums_match = sum_ == known.last;
        } else if (of_this_log && big(at + 4) != 0) {
            ++state.commits_behind;
        }
    }
    return state;
}

// True for a log that was begun after the index was last seen on disk, as a power cut may leave them.
bool is_newer(log_state const& log, committed const& known) noexcept {
    return log.sound_header && big(log.salts.data()) > big(known.salts.data());
}

std::string look_at(fs::path const& file) {
    auto const log_name = file.string() + "-wal";
    // First, since a run that goes on adds to the log before it adds to the index.
    auto const known = read_index(file.string() + "-shm");
    auto const log = log_file(log_name).read(known);
    if (known.frames > known.in_database && !is_newer(log, known)) {
        if (log.empty) return fmt::format("its write-ahead log {} is gone", log_name);
        if (!log.sound_header || log.salts != known.salts || !log.holds(known))
            return fmt::format("its write-ahead log {} has lost commits behind frame {}", log_name,
                               log.sound_frames);
        return {};
    }
    if (known.frames > 0 || log.empty) return {};
    if (!log.sound_header) return fmt::format("its write-ahead log {} has no sound header", log_name);
    // Only the last commit can have been interrupted: the one before was on disk when it began.
    if (log.commits_behind > 1)
        return fmt::format("its write-ahead log {} is not sound behind frame {}", log_name, log.sound_frames);
    return {};
}

}  // namespace

std::optional<std::string> damage_of_log(fs::path const& file) {
    std::string found;
    // What a run changes while it is read can look like damage, but not for long.
    for (int tries = 0; tries < 3; ++tries) {
        auto again = look_at(file);
        if (again.empty()) return std::nullopt;
        found = std::move(again);
    }
    return found;
}

}  // namespace poolwright::provisioner
