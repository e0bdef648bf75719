#include "planner/tenant_csv.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

TEST_SUITE_BEGIN("planner");

using namespace poolwright::planner;

namespace {

struct outcome {
    std::vector<tenant_row> rows;
    std::string problems;
    std::string warnings;

    bool operator==(outcome const&) const = default;
};

// Reads a text that arrives in pieces of `piece` bytes.
outcome read(std::string_view text, std::size_t piece = std::string_view::npos, std::string pool = "") {
    outcome out;
    tenant_csv_findings findings;
    auto const visit = [&](tenant_row const& row) {
        out.rows.push_back(row);
        return std::optional<cell_problem>();
    };
    tenant_reader reader({"t.csv", std::move(pool), true}, visit, findings);
    while (!text.empty() && reader.feed(text.substr(0, piece)))
        text.remove_prefix(std::min(piece, text.size()));
    reader.finish();
    out.problems = findings.problems.text();
    for (auto const& one : findings.warnings) out.warnings += (out.warnings.empty() ? "" : "\n") + one.text();
    return out;
}

// The rows in short: line, tenant, mailboxes, and what else is given.
std::string shape(std::vector<tenant_row> const& rows) {
    std::string out;
    for (auto const& row : rows) {
        out += fmt::format("{}{} {} {}", out.empty() ? "" : "\n", row.line, row.tenant_id, row.mailboxes);
        if (row.workload != "exchange") out += fmt::format(" workload={}", row.workload);
        if (!row.name.empty()) out += fmt::format(" name={}", row.name);
        if (!row.rule.empty()) out += fmt::format(" rule={}", row.rule);
        if (!row.redirect_uri.empty()) out += fmt::format(" uri={}", row.redirect_uri);
        if (!row.cloud.empty()) out += fmt::format(" cloud={}", row.cloud);
    }
    return out;
}

struct good_text {
    std::string_view what, text, rows;
};

struct bad_text {
    std::string_view what;
    std::string text;
    std::string_view problems;
};

std::vector<good_text> const good_texts{
    {"plain", "tenant_id,mailboxes\na.com,1\nb.com,2\n", "2 a.com 1\n3 b.com 2"},
    {"no newline at the end", "tenant_id,mailboxes\na.com,1", "2 a.com 1"},
    {"CRLF", "tenant_id,mailboxes\r\na.com,1\r\nb.com,2\r\n", "2 a.com 1\n3 b.com 2"},
    {"CRLF, no newline at the end", "tenant_id,mailboxes\r\na.com,1", "2 a.com 1"},
    {"byte order mark", "\xef\xbb\xbftenant_id,mailboxes\na.com,1\n", "2 a.com 1"},
    {"byte order mark and quotes", "\xef\xbb\xbf\"tenant_id\",\"mailboxes\"\n\"a.com\",\"1\"\n", "2 a.com 1"},
    {"semicolons", "tenant_id;mailboxes\na.com;1\n", "2 a.com 1"},
    {"tabs", "tenant_id\tmailboxes\tname\na.com\t1\tA B\n", "2 a.com 1 name=A B"},
    {"tabs and an empty first cell", "name\ttenant_id\tmailboxes\n\ta.com\t1\n", "2 a.com 1"},
    {"sep= semicolon", "sep=;\ntenant_id;mailboxes\na.com;1\n", "3 a.com 1"},
    {"sep= tab, upper case, CRLF", "SEP=\t\r\ntenant_id\tmailboxes\r\na.com\t1\r\n", "3 a.com 1"},
    {"sep= in quotes after a mark", "\xef\xbb\xbf\"sep=,\"\ntenant_id,mailboxes\na.com,1\n", "3 a.com 1"},
    {"sep= wins over the header", "sep=;\ntenant_id;mailboxes;a,b,c,d\na.com;1;x\n", "3 a.com 1"},
    {"commas in a quoted header of semicolons", "tenant_id;mailboxes;\"a,b,c,d,e\"\na.com;1;x\n",
     "2 a.com 1"},
    {"known columns beat the number of cells", "a,b,c;tenant_id;mailboxes\nx;a.com;1\n", "2 a.com 1"},
    {"any order", "cloud,mailboxes,name,tenant_id\ndod,1,A,a.com\n", "2 a.com 1 name=A cloud=dod"},
    {"header names in any form", "Tenant ID,MAILBOX-COUNT,Display Name\na.com,1,A\n", "2 a.com 1 name=A"},
    {"other names", "Customer Tenant Id,mailbox_total,company\na.com,1,A\n", "2 a.com 1 name=A"},
    {"more other names", "directory-id,mailboxes,customer\na.com,1,A\n", "2 a.com 1 name=A"},
    {"tenant", "tenant,mailboxes\na.com,1\n", "2 a.com 1"},
    {"everything",
     "tenant_id,mailboxes,name,workload,rule,redirect_uri,cloud\na.com,1,A,teams,single-app,https://b.com/"
     ",china\n",
     "2 a.com 1 workload=teams name=A rule=single-app uri=https://b.com/ cloud=china"},
    {"words in any case", "tenant_id,mailboxes,workload,cloud\nA.COM,1,Teams,DoD\n",
     "2 a.com 1 workload=teams cloud=dod"},
    {"empty optional cells", "tenant_id,mailboxes,name,workload,rule,redirect_uri,cloud\na.com,1,,,,,\n",
     "2 a.com 1"},
    {"doubled quotes", "tenant_id,mailboxes,name\na.com,1,\"The \"\"A\"\" Team\"\n",
     "2 a.com 1 name=The \"A\" Team"},
    {"quoted delimiter", "tenant_id,mailboxes,name\na.com,1,\"A, B\"\n", "2 a.com 1 name=A, B"},
    {"quoted newline, later lines right", "tenant_id,name,mailboxes\na.com,\"A\nB\n\nC\",1\nb.com,D,2\n",
     "2 a.com 1 name=A\nB\n\nC\n6 b.com 2 name=D"},
    {"quoted CRLF, later lines right", "tenant_id,name,mailboxes\r\na.com,\"A\r\nB\",1\r\nb.com,D,2\r\n",
     "2 a.com 1 name=A\r\nB\n4 b.com 2 name=D"},
    {"quoted newline in the header", "tenant_id;\"count\nof\";mailboxes\na.com;x;1\n", "3 a.com 1"},
    {"empty lines", "\n\ntenant_id,mailboxes\n\r\na.com,1\n  \nb.com,2\n\n", "5 a.com 1\n7 b.com 2"},
    {"white space around cells", "tenant_id , mailboxes\n a.com , \"1 \" \n", "2 a.com 1"},
    {"text in UTF-8", "tenant_id,mailboxes,name\na.com,1,Müller 株式会社 😀\n",
     "2 a.com 1 name=Müller 株式会社 😀"},
    {"a GUID in upper case", "tenant_id,mailboxes\nABCDEF01-2222-3333-4444-555555555555,1\n",
     "2 abcdef01-2222-3333-4444-555555555555 1"},
    {"one tenant, two workloads", "tenant_id,mailboxes,workload\na.com,1,exchange\na.com,1,teams\n",
     "2 a.com 1\n3 a.com 1 workload=teams"},
};

std::vector<bad_text> const bad_texts{
    {"empty", "",
     "t.csv: this file is empty: it needs a header line with at least `tenant_id` and `mailboxes`"},
    {"only a mark", "\xef\xbb\xbf",
     "t.csv: this file is empty: it needs a header line with at least `tenant_id` and `mailboxes`"},
    {"only empty lines", "\n\r\n",
     "t.csv: this file is empty: it needs a header line with at least `tenant_id` and `mailboxes`"},
    {"only sep=", "sep=;\n",
     "t.csv: this file is empty: it needs a header line with at least `tenant_id` and `mailboxes`"},
    {"sep= of another kind", "sep=|\ntenant_id|mailboxes\n",
     "t.csv:1:1: the delimiter that this line gives is not supported: use `sep=,` or `sep=;` or a tab"},
    {"UTF-16, little end first", std::string("\xff\xfet\0e\0", 6),
     "t.csv: this file is UTF-16: save it as \"CSV UTF-8\", or convert it with `iconv -f UTF-16 -t UTF-8 "
     "OLD.csv > NEW.csv`"},
    {"UTF-16, big end first", std::string("\xfe\xff\0t", 4),
     "t.csv: this file is UTF-16: save it as \"CSV UTF-8\", or convert it with `iconv -f UTF-16 -t UTF-8 "
     "OLD.csv > NEW.csv`"},
    {"UTF-16 without a mark", std::string("t\0e\0n\0\n\0a\0\n\0", 12),
     "t.csv:1:2: a NUL byte: if this is UTF-16, convert it with `iconv -f UTF-16 -t UTF-8 OLD.csv > "
     "NEW.csv`"},
    {"no known column", "a,b\n1,2\n",
     "t.csv:1:1: the first line must name the columns, such as `tenant_id` and `mailboxes`; it reads `a,b`"},
    {"no header, and tabs", "a.example\t12\n",
     "t.csv:1:1: the first line must name the columns, such as `tenant_id` and `mailboxes`; it reads "
     "`a.example\\x0912`"},
    {"no header but a tenant", " contoso.example;12;\"Contoso; Ltd\"\r\nb.com;x;B\r\n",
     "t.csv:1:2: the first line must name the columns, such as `tenant_id` and `mailboxes`; it reads "
     "`contoso.example;12;\"Contoso; Ltd\"`"},
    {"one known column", "name,b\nA,2\n",
     "t.csv:1:1: the column `tenant_id` is missing\nt.csv:1:1: the column `mailboxes` is missing"},
    {"one mistyped column", "a,worklod\n1,2\n",
     "t.csv:1:1: the column `tenant_id` is missing\nt.csv:1:1: the column `mailboxes` is missing"},
    {"a mistyped column", "tenant_id,mailbxoes\na.com,1\n",
     "t.csv:1:11: the column `mailboxes` is missing; if column 2, `mailbxoes`, is meant, rename it"},
    {"two mistyped columns", "x,Tennant-ID,Mailbox Cuont\na.com,1\n",
     "t.csv:1:3: the column `tenant_id` is missing; if column 2, `Tennant-ID`, is meant, rename it\n"
     "t.csv:1:14: the column `mailboxes` is missing; if column 3, `Mailbox Cuont`, is meant, rename it"},
    {"a column twice", "tenant_id,mailboxes,Mailbox Count\na.com,1,1\n",
     "t.csv:1:21: `Mailbox Count` is the column `mailboxes`, which stands already in column 2 (`mailboxes`)"},
    {"short row", "tenant_id,mailboxes,name\na.com,1\nb.com,2,B\n",
     "t.csv:2:8: this row has 2 cells, the header has 3"},
    {"long row", "tenant_id,mailboxes\na.com,1,,\n", "t.csv:2:9: this row has 4 cells, the header has 2"},
    {"one cell", "tenant_id,mailboxes\na.com\n", "t.csv:2:6: this row has 1 cell, the header has 2"},
    {"empty tenant", "tenant_id,mailboxes\n ,1\n", "t.csv:2:2: tenant_id is empty"},
    {"empty count", "tenant_id,mailboxes\na.com,\n", "t.csv:2:7: mailboxes is empty"},
    {"quoted white space", "tenant_id,mailboxes\n\"  \",1\n", "t.csv:2:1: tenant_id is empty"},
    {"both empty", "tenant_id,mailboxes\n,\n",
     "t.csv:2:1: tenant_id is empty\nt.csv:2:2: mailboxes is empty"},
    {"no tenant", "tenant_id,mailboxes\ncontoso,1\n",
     "t.csv:2:1: tenant_id is neither a directory id (a GUID) nor a domain name: `contoso`"},
    {"a separator, and where", "name,mailboxes,tenant_id\n\"A, B\",  \"1,000\",a.com\n",
     "t.csv:2:10: mailboxes must be written without thousands separators: `1,000`"},
    {"after a quoted newline", "name,mailboxes,tenant_id\n\"A\nB\",x,a.com\nC,-1,b.com\n",
     "t.csv:3:4: mailboxes must be a whole number: `x`\nt.csv:4:3: mailboxes cannot be negative: `-1`"},
    {"columns count bytes", "name,mailboxes,tenant_id\nÄÖ,x,a.com\n",
     "t.csv:2:6: mailboxes must be a whole number: `x`"},
    {"columns after a mark", "\xef\xbb\xbftenant_id,mailbox\n",
     "t.csv:1:11: the column `mailboxes` is missing; if column 2, `mailbox`, is meant, rename it"},
    {"unknown workload", "tenant_id,mailboxes,workload\na.com,1,mail\n",
     "t.csv:2:9: workload must be `exchange`, `onedrive`, `sharepoint` or `teams`: `mail`"},
    {"unknown rule", "tenant_id,mailboxes,rule\na.com,1,single_app\n",
     "t.csv:2:9: there is no rule `single_app`, did you mean `single-app`?"},
    {"rule of another workload", "tenant_id,mailboxes,workload,rule\na.com,1,teams,commvault-2024\n",
     "t.csv:2:15: the rule `commvault-2024` is for the workload `exchange`, this row's is `teams`"},
    {"cloud", "tenant_id,mailboxes,cloud\na.com,1,chnia\n",
     "t.csv:2:9: there is no cloud `chnia`, did you mean `china`?"},
    {"redirect URI", "tenant_id,mailboxes,redirect_uri\na.com,1,http://b.com\n",
     "t.csv:2:9: redirect_uri must begin with https://, http:// is for localhost only: `http://b.com`"},
    {"tab in a name", "tenant_id,mailboxes,name\na.com,1,A\tB\n",
     "t.csv:2:9: name holds a control character: `A\\x09B`"},
    {"every cell", "tenant_id,mailboxes,workload,rule\nx,y,z,w\n",
     "t.csv:2:1: tenant_id is neither a directory id (a GUID) nor a domain name: `x`\n"
     "t.csv:2:3: mailboxes must be a whole number: `y`\n"
     "t.csv:2:5: workload must be `exchange`, `onedrive`, `sharepoint` or `teams`: `z`\n"
     "t.csv:2:7: rule must be `commvault-exchange`, `commvault-exchange-2022e`, `commvault-2024` or "
     "`single-app`: `w`"},
    {"the same tenant twice", "mailboxes,tenant_id\n1,a.com\n2,b.com\n3,A.com\n4,a.COM\n",
     "t.csv:4:3: the same tenant and pool as in line 2\nt.csv:5:3: the same tenant and pool as in line 2"},
    {"twice, with another fault", "tenant_id,mailboxes\na.com,x\na.com,1\n",
     "t.csv:2:7: mailboxes must be a whole number: `x`\nt.csv:3:1: the same tenant and pool as in line 2"},
    {"invalid UTF-8, and the next row", "tenant_id,mailboxes,name\na.com,1,M\xfcller\nb.com,x,B\n",
     "t.csv:2:10: this file is not UTF-8: save it as \"CSV UTF-8\", or convert it with `iconv -f "
     "WINDOWS-1252 "
     "-t UTF-8 OLD.csv > NEW.csv`\n"
     "t.csv:3:7: mailboxes must be a whole number: `x`"},
    {"invalid UTF-8 in three rows, one of them of two lines",
     "tenant_id,mailboxes,name\na.com,x,A\nb.com,1,M\xfcller\nc.com,1,\"\xfc\n\xfc\"\nd.com,x,B\ne.com,1,"
     "\xfc\n",
     "t.csv:2:7: mailboxes must be a whole number: `x`\n"
     "t.csv:3:10: this file is not UTF-8: save it as \"CSV UTF-8\", or convert it with `iconv -f "
     "WINDOWS-1252 "
     "-t UTF-8 OLD.csv > NEW.csv` (as in 2 more rows)\n"
     "t.csv:6:7: mailboxes must be a whole number: `x`"},
    {"invalid UTF-8 in two rows", "tenant_id,mailboxes,name\na.com,1,\xe4\nb.com,1,\xfc\n",
     "t.csv:2:9: this file is not UTF-8: save it as \"CSV UTF-8\", or convert it with `iconv -f WINDOWS-1252 "
     "-t UTF-8 OLD.csv > NEW.csv` (as in 1 more row)"},
    {"invalid UTF-8 after a control character in the same row",
     "tenant_id,mailboxes,name\na.com,1,\"\x01\n\xfc\"\n",
     "t.csv:2:10: a control character\n"
     "t.csv:3:1: this file is not UTF-8: save it as \"CSV UTF-8\", or convert it with `iconv -f WINDOWS-1252 "
     "-t UTF-8 OLD.csv > NEW.csv`"},
    {"invalid UTF-8 in the header", "tenant_id,mailboxes,n\xe4me\na.com,x,1\n",
     "t.csv:1:22: this file is not UTF-8: save it as \"CSV UTF-8\", or convert it with `iconv -f "
     "WINDOWS-1252 "
     "-t UTF-8 OLD.csv > NEW.csv`"},
    {"NUL", std::string("tenant_id,mailboxes\na.com,1\0\n", 29),
     "t.csv:2:8: a NUL byte: if this is UTF-16, convert it with `iconv -f UTF-16 -t UTF-8 OLD.csv > "
     "NEW.csv`"},
    {"escape", "tenant_id,mailboxes,name\na.com,1,\x1b[31m\n", "t.csv:2:9: a control character"},
    {"delete, and a control character of two bytes",
     "tenant_id,mailboxes,name\na.com,1,a\x7f\nb.com,1,b\xc2\x9b\n",
     "t.csv:2:10: a control character\nt.csv:3:10: a control character"},
    {"a lone carriage return", "tenant_id,mailboxes\na.com,1\rb.com,2\nc.com,x\n",
     "t.csv:2:8: a carriage return without a line feed: end lines with LF or CRLF\n"
     "t.csv:3:7: mailboxes must be a whole number: `x`"},
    {"carriage returns only", "tenant_id,mailboxes\ra.com,1\r",
     "t.csv:1:20: a carriage return without a line feed: end lines with LF or CRLF"},
    {"a control character inside a quoted newline",
     "tenant_id,name,mailboxes\na.com,\"A\n\x01\nB\",1\nb.com,C,x\n",
     "t.csv:3:1: a control character\nt.csv:5:9: mailboxes must be a whole number: `x`"},
    {"a quote in a cell", "tenant_id,mailboxes,name\na.com,1,A \"B\" C\nb.com,x,D\n",
     "t.csv:2:11: a quote inside a cell: put the whole cell in quotes and write this one twice\n"
     "t.csv:3:7: mailboxes must be a whole number: `x`"},
    {"text after a quote", "tenant_id,mailboxes,name\na.com,1,\"A\"B\nb.com,x,D\n",
     "t.csv:2:12: text after the closing quote of a cell: a quote inside a cell is written twice\n"
     "t.csv:3:7: mailboxes must be a whole number: `x`"},
    {"a malformed header", "tenant_id,mail\"boxes\na.com,1\n",
     "t.csv:1:15: a quote inside a cell: put the whole cell in quotes and write this one twice"},
    {"an open quote", "tenant_id,mailboxes,name\na.com,1,A\nb.com,2, \"B\nc.com,3,\"\"\"C\nd.com,4,D\n",
     "t.csv:4:12: text after the closing quote of a cell: a quote inside a cell is written twice"},
    {"an open quote at the end", "tenant_id,mailboxes,name\na.com,1,A\nb.com,2, \"B \"\"x\"\"\nc.com,3,C\n",
     "t.csv:3:10: the quote that opens here is never closed"},
    {"an open quote in the header", "tenant_id,mailboxes,\"name\na.com,1,A\n",
     "t.csv:1:21: the quote that opens here is never closed"},
    {"a row that is too long", "tenant_id,mailboxes,name\na.com,1," + std::string(65536, 'x') + "\n",
     "t.csv:2:1: this row is longer than 65,536 bytes"},
    {"a quote that swallows the file", "tenant_id,mailboxes,name\na.com,1,\"A\n" + std::string(70000, '\n'),
     "t.csv:2:9: this row is longer than 65,536 bytes: is the quote here never closed?"},
    {"a long file of carriage returns", "tenant_id,mailboxes\r" + std::string(70000, 'x'),
     "t.csv:1:20: a carriage return without a line feed: end lines with LF or CRLF"},
    {"a long header", std::string(70000, 'x'), "t.csv:1:1: this row is longer than 65,536 bytes"},
};

}  // namespace

TEST_CASE("texts that are read") {
    for (auto const& [what, text, rows] : good_texts) {
        CAPTURE(what);
        auto const out = read(text);
        CHECK(out.problems == "");
        CHECK(shape(out.rows) == rows);
    }
}

TEST_CASE("what is wrong with a text, and exactly where") {
    for (auto const& [what, text, problems] : bad_texts) {
        CAPTURE(what);
        CHECK(read(text).problems == problems);
    }
}

TEST_CASE("the pieces in which a text arrives make no difference") {
    for (std::size_t const piece : {1u, 2u, 3u, 7u, 64u, 4096u}) {
        for (auto const& one : good_texts) CHECK_MESSAGE(read(one.text, piece) == read(one.text), one.what);
        for (auto const& one : bad_texts) CHECK_MESSAGE(read(one.text, piece) == read(one.text), one.what);
    }
}

TEST_CASE("unknown columns are left out with one warning") {
    CHECK(read("tenant_id,mailboxes\na.com,1\n").warnings == "");
    CHECK(read("tenant_id,Seats,mailboxes\na.com,x,1\n").warnings ==
          "t.csv:1:11: unknown column left out: `Seats`");
    CHECK(read("Seats,tenant_id,worklod,mailboxes,,rulez,rule\n1,a.com,,1,,,\n").warnings ==
          "t.csv:1:1: unknown columns left out: `Seats`, `worklod` (did you mean `workload`?), ``, `rulez`");
}

TEST_CASE("of very many unknown columns twenty are named") {
    auto const warnings = read("tenant_id,mailboxes" + std::string(40'000, ',') + "\n").warnings;
    CHECK(warnings.find("unknown columns left out: ``, ``") != std::string::npos);
    CHECK(warnings.find("`` and 39980 more\n") != std::string::npos);
    CHECK(warnings.size() < 500);
}

TEST_CASE("a header alone is a warning") {
    auto const out = read("tenant_id,mailboxes\n");
    CHECK(out.problems == "");
    CHECK(out.warnings == "t.csv: there is a header and no tenant");
}

TEST_CASE("the same tenant in one pool is a duplicate, whatever the workload") {
    CHECK(read("tenant_id,mailboxes,workload\na.com,1,exchange\na.com,1,teams\n", std::string_view::npos,
               "mine")
              .problems == "t.csv:3:1: the same tenant and pool as in line 2");
}

TEST_CASE("a second reading looks for no duplicates") {
    tenant_csv_findings findings;
    auto const visit = [](tenant_row const&) { return std::optional<cell_problem>(); };
    tenant_reader reader({"t.csv", "", false}, visit, findings);
    reader.feed("tenant_id,mailboxes\na.com,1\na.com,1\n");
    reader.finish();
    CHECK(findings.problems.empty());
}

TEST_CASE("what the visitor finds stands at the cell that it names") {
    tenant_csv_findings findings;
    auto const visit = [](tenant_row const& row) {
        return std::optional(
            cell_problem{row.mailboxes > 1 ? tenant_column::mailboxes : tenant_column::cloud, "no"});
    };
    tenant_reader reader({"t.csv", "", true}, visit, findings);
    reader.feed("tenant_id,mailboxes\na.com,2\nb.com,1\n");
    reader.finish();
    CHECK(findings.problems.text() == "t.csv:2:7: no\nt.csv:3:1: no");
}

TEST_CASE("a million wrong rows are counted, not kept") {
    std::string text = "tenant_id,mailboxes\n";
    for (int i = 0; i < 60; ++i) text += fmt::format("t{}.com,x\n", i);
    auto const problems = read(text).problems;
    CHECK(problems.starts_with("t.csv:2:8: mailboxes must be a whole number: `x`\n"));
    CHECK(problems.ends_with("\nt.csv:51:9: mailboxes must be a whole number: `x`\nand 10 more problems"));
}

TEST_CASE("a row of exactly the longest size is read") {
    std::string const row = "a.com,1,";
    std::string const name(csv_row_reader::longest_row - row.size() - 1, 'x');
    auto const out = read("tenant_id,mailboxes,note\n" + row + name + "\nb.com,2,\n");
    CHECK(out.problems == "");
    CHECK(shape(out.rows) == "2 a.com 1\n3 b.com 2");
}

TEST_CASE("UTF-8 by its definition") {
    for (std::string_view const good : {"\xc2\xa0", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                        "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        CHECK_FALSE(find_byte_fault(good));
    }
    for (std::string_view const bad :
         {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xe0\x9f\xbf", "\xe2\x82", "\xed\xa0\x80",
          "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xe2\x28\xa1"}) {
        CHECK(find_byte_fault(bad));
    }
}

TEST_SUITE_END();
