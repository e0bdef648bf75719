#include "cli/counted_csv.hpp"

#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>

using namespace poolwright;
using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

namespace {

// The number 5 for a.example, and 6 for it in the cloud usgov; no other tenant is counted.
std::optional<std::int64_t> numbers(std::string const& tenant_id, std::string const& cloud) {
    if (tenant_id != "a.example") return std::nullopt;
    return cloud == "usgov" ? 6 : 5;
}

std::string counted(std::string_view text) {
    provisioner::scratch_folder const folder;
    auto const path = (folder / "tenants.csv").string();
    std::ofstream(path, std::ios::binary) << text;
    auto file = planner::input_file::open(path);
    REQUIRE(file.has_value());
    std::ostringstream out;
    write_counted_csv(*file, numbers, out);
    return out.str();
}

}  // namespace

TEST_CASE("the CSV comes back with its numbers, and otherwise as it was") {
    struct {
        std::string_view about;
        std::string_view before;
        std::string_view after;
    } const table[] = {
        {"filled in", "tenant_id,mailboxes\na.example,\n", "tenant_id,mailboxes\na.example,5\n"},
        {"replaced, whatever the letters and blanks", "mailbox count,Tenant ID\n7,\" A.Example\"\n",
         "mailbox count,Tenant ID\n5,\" A.Example\"\n"},
        {"added at the end", "tenant_id,name\na.example,A\n", "tenant_id,name,mailboxes\na.example,A,5\n"},
        {"alone in its row", "tenant_id\na.example\nb.example\n",
         "tenant_id,mailboxes\na.example,5\nb.example,\n"},
        {"not counted: the old number, or none", "tenant_id,mailboxes\nb.example,7\nc.example,\n",
         "tenant_id,mailboxes\nb.example,7\nc.example,\n"},
        {"by cloud, and in every row of the tenant",
         "tenant_id,cloud,mailboxes,workload\na.example,USGov,,\na.example,,,\na.example,,,teams\n",
         "tenant_id,cloud,mailboxes,workload\na.example,USGov,6,\na.example,,5,\na.example,,5,teams\n"},
        {"other columns, and what needs quotes",
         "note,tenant_id,mailboxes\n\"a, \"\"b\"\"\nc\",a.example,1\n\" x \",a.example,1\n",
         "note,tenant_id,mailboxes\n\"a, \"\"b\"\"\nc\",a.example,5\n\" x \",a.example,5\n"},
        {"semicolons and CRLF, without the mark", "\xEF\xBB\xBFtenant_id;mailboxes;n\r\na.example;;a,b\r\n",
         "tenant_id;mailboxes;n\r\na.example;5;\"a,b\"\r\n"},
        {"tabs", "tenant_id\tmailboxes\na.example\t1", "tenant_id\tmailboxes\na.example\t5\n"},
        {"the line that says the delimiter", "sep=;\r\ntenant_id;mailboxes\r\na.example;\r\n",
         "sep=;\r\ntenant_id;mailboxes\r\na.example;5\r\n"},
        {"formulas", "tenant_id,=h,mailboxes\na.example,=1+1,\na.example,'=1,\na.example,-x,\n",
         "tenant_id,'=h,mailboxes\na.example,'=1+1,5\na.example,'=1,5\na.example,'-x,5\n"},
        {"a header alone", "tenant_id,mailboxes\n", "tenant_id,mailboxes\n"},
    };
    for (auto const& row : table) {
        CAPTURE(row.about);
        auto const once = counted(row.before);
        CHECK(once == row.after);
        CHECK(counted(once) == once);
    }
}

TEST_SUITE_END();
