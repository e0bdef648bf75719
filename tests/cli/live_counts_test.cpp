#include "cli/live_counts.hpp"

#include "cli/count_view.hpp"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

using namespace poolwright;
using namespace poolwright::cli;
using provisioner::count_source;
using provisioner::meaning;

TEST_SUITE_BEGIN("cli");

namespace {

using known = std::optional<std::int64_t>;

live_counts counts_of(std::vector<std::pair<known, provisioner::mailbox_count>> tenants) {
    live_counts counts;
    char name = 'a';
    for (auto& [before, found] : tenants) {
        counts.add(std::string(1, name++) + ".example", "", "", before);
        counts.tenants().back().found = std::move(found);
    }
    return counts;
}

provisioner::mailbox_count reported() {
    return {.source = count_source::report, .mailboxes = 2000, .as_of = "2026-02-27"};
}

provisioner::mailbox_count licensed() {
    return {.source = count_source::licences, .mailboxes = 30, .why_no_report = "403"};
}

provisioner::mailbox_count failed(meaning what) {
    return {.failed = what, .why = "broken"};
}

}  // namespace

TEST_CASE("how counting ends") {
    using enum meaning;
    CHECK(counts_of({}).code() == cli::done);
    CHECK(counts_of({{known(), reported()}, {known(), licensed()}}).code() == cli::done);
    CHECK(counts_of({{known(), reported()}, {known(7), failed(transient)}}).code() == cli::done);
    CHECK(counts_of({{known(), reported()}, {known(), failed(transient)}}).code() == incomplete);
    // Nothing was learnt, whatever is known from before.
    CHECK(counts_of({{known(7), failed(transient)}, {known(7), failed(untrusted)}}).code() == unreachable);
    CHECK(counts_of({{known(7), failed(identity_refused)}}).code() == refused);
    CHECK(counts_of({{known(), failed(identity_refused)}, {known(), failed(transient)}}).code() ==
          incomplete);
    CHECK(counts_of({{known(7), failed(tenant_refused)}}).code() == incomplete);
}

TEST_CASE("a tenant of several rows is asked once, and has an old number only if each row has") {
    live_counts counts;
    counts.add("a.example", "", "A", 7);
    counts.add("a.example", "usgov", "A", 8);
    counts.add("a.example", "", "A", std::nullopt);
    REQUIRE(counts.tenants().size() == 2);
    CHECK_FALSE(counts.tenants()[0].before.has_value());
    CHECK(counts.tenants()[1].before == 8);
    counts.tenants()[0].found = reported();
    CHECK(counts.mailboxes_of("a.example", "") == 2000);
    CHECK_FALSE(counts.mailboxes_of("a.example", "usgov").has_value());
    CHECK_FALSE(counts.mailboxes_of("b.example", "").has_value());
}

TEST_CASE("what came of it, for people and for programs") {
    auto const counts = counts_of({{known(), reported()},
                                   {known(7), licensed()},
                                   {known(9), failed(meaning::transient)},
                                   {known(), failed(meaning::transient)}});
    std::ostringstream out;
    print_counts(counts, std::chrono::sys_days(std::chrono::year(2026) / 3 / 2), out);
    auto const text = out.str();
    for (std::string_view const each :
         {"2,000", "usage report", "2026-02-27 (3 days old)", "licences", "now", "403", "kept", "broken",
          "too low where there are shared mailboxes"}) {
        CHECK_MESSAGE(text.find(each) != std::string::npos, text);
    }
    auto const document = counts_json(counts);
    CHECK(document.at("schema") == "poolwright.count/1");
    CHECK(boost::json::serialize(document.at("totals")) ==
          R"({"tenants":4,"counted":2,"kept":1,"missing":1,"mailboxes":2039})");
    auto const& tenants = document.at("tenants").as_array();
    CHECK(boost::json::serialize(tenants[0]) ==
          R"({"tenant_id":"a.example","name":"","mailboxes":2000,"before":null,"source":"report",)"
          R"("as_of":"2026-02-27","no_report_because":null,"error":null})");
    CHECK(boost::json::serialize(tenants[3]) ==
          R"({"tenant_id":"d.example","name":"","mailboxes":null,"before":null,"source":"none",)"
          R"("as_of":null,"no_report_because":null,"error":"broken"})");
}

TEST_SUITE_END();
