#include "examples/sandbox/report_text.hpp"

#include "examples/sandbox/timestamps.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <iterator>

namespace poolwright::sandbox {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::chrono::days report_age{2};

std::string date(time_point at) {
    return short_timestamp(at).substr(0, 10);
}

// One mailbox of the detailed report.
struct mailbox {
    std::string address;
    std::string name;
    bool deleted = false;
};

std::string concealed(std::string_view text) {
    auto hidden = to_string(name_based_guid("concealed/" + std::string(text)));
    std::erase(hidden, '-');
    for (auto& c : hidden) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return hidden;
}

mailbox nth_mailbox(guid const& tenant, std::string_view kind, std::int64_t number, bool conceal) {
    mailbox made{fmt::format("{}{:06}@{}.onmicrosoft.com", kind, number, to_string(tenant).substr(0, 8)),
                 fmt::format("{} {:06}, Sandbox", kind, number)};
    if (!conceal) return made;
    return {concealed(made.address), concealed(made.name)};
}

void append(std::string& to, mailbox const& one, bool wide, std::string_view refreshed,
            std::string_view today, int days) {
    auto const extra = wide ? ",107374182400,FALSE" : "";
    auto const gone = one.deleted ? refreshed : std::string_view();
    fmt::format_to(
        std::back_inserter(to),
        "{0},{1},\"{2}\",{3},{4},2019-05-06,{5},1234,987654321,105226698752,106300440576,107374182400,"
        "56,7890123{6},{7}\r\n",
        refreshed, one.address, one.name, one.deleted ? "TRUE" : "FALSE", gone, today, extra, days);
}

}  // namespace

std::optional<int> days_of_period(std::string_view period) noexcept {
    constexpr std::array<std::pair<std::string_view, int>, 4> known{
        {{"D7", 7}, {"D30", 30}, {"D90", 90}, {"D180", 180}}};
    for (auto const& [name, days] : known) {
        if (name == period) return days;
    }
    return std::nullopt;
}

std::string mailbox_counts_report(service const& all, guid const& tenant, int days, time_point now) {
    auto const total = mailboxes_of(all, tenant).user;
    auto const refreshed = now - report_age;
    std::string text(byte_order_mark);
    text += "Report Refresh Date,Total,Active,Report Date,Report Period\r\n";
    for (int day = 0; day < days; ++day) {
        // The tenant grows by a thousandth a day.
        auto const then = total - total * day / 1000;
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{}\r\n", date(refreshed), then, then * 3 / 5,
                       date(refreshed - std::chrono::days(day)), days);
    }
    return text;
}

std::string mailbox_detail_report(service const& all, guid const& tenant, int days, time_point now) {
    auto const numbers = mailboxes_of(all, tenant);
    auto const conceal = conceals_names(all, tenant);
    auto const wide = hash_value(tenant) % 4 < 2;
    auto const refreshed = date(now - report_age);
    std::string text(byte_order_mark);
    text +=
        "Report Refresh Date,User Principal Name,Display Name,Is Deleted,Deleted Date,Created Date,Last "
        "Activity "
        "Date,Item Count,Storage Used (Byte),Issue Warning Quota (Byte),Prohibit Send Quota (Byte),Prohibit "
        "Send/Receive Quota (Byte),Deleted Item Count,Deleted Item Size (Byte)";
    text += wide ? ",Deleted Item Quota (Byte),Has Archive,Report Period\r\n" : ",Report Period\r\n";
    auto const add = [&](std::string_view kind, std::int64_t count, bool deleted) {
        for (std::int64_t i = 1; i <= count; ++i) {
            auto one = nth_mailbox(tenant, kind, i, conceal);
            one.deleted = deleted;
            append(text, one, wide, refreshed, refreshed, days);
        }
    };
    add("user", numbers.user, false);
    add("shared", numbers.shared, false);
    add("former", numbers.user / 40, true);
    return text;
}

}  // namespace poolwright::sandbox
